//! TIFF container: a directory that locates the strips or tiles of pixels.

use std::io::{self, Read, Seek};

use super::ifd::Directory;
use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits};

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const STRIPS: (u16, u16) = (273, 279);
const TILES: (u16, u16) = (324, 325);

/// More pieces than this are not counted; a full decode decides then.
const MAX_SEGMENTS: u64 = 1 << 16;

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    let directory = Directory::read(source).map_err(Error::from_read_error)?;
    let side = |tag| {
        directory
            .value(tag)
            .and_then(|side| u32::try_from(side).ok())
            .ok_or_else(|| Error::broken("its size is missing"))
    };
    let mut skeleton = ContainerInfo::new_still(side(WIDTH)?, side(HEIGHT)?, false, limits)?;
    skeleton.orientation = directory.orientation();
    skeleton.is_complete = match has_all_segments(&directory, source) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            return Err(Error::from_read_error(error));
        }
        answer => answer.unwrap_or(false),
    };
    Ok(skeleton)
}

fn has_all_segments<R: Read + Seek>(
    directory: &Directory,
    source: &mut ByteReader<R>,
) -> io::Result<bool> {
    for (offsets, lengths) in [STRIPS, TILES] {
        let offsets = directory.values(offsets, MAX_SEGMENTS, source)?;
        let lengths = directory.values(lengths, MAX_SEGMENTS, source)?;
        if let (Some(offsets), Some(lengths)) = (offsets, lengths) {
            let ends = offsets
                .iter()
                .zip(&lengths)
                .map(|(offset, len)| offset.saturating_add(*len));
            return Ok(!offsets.is_empty()
                && offsets.len() == lengths.len()
                && ends.max().is_some_and(|end| end <= source.len()));
        }
    }
    Ok(false)
}
