//! GIF container: a screen descriptor, extensions and frames as blocks, a trailer.

use std::io::{self, Read, Seek};

use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits};

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    source.skip(6).map_err(Error::from_read_error)?;
    let [w0, w1, h0, h1, flags, _, _] = source.read_array().map_err(Error::from_read_error)?;
    let width = u32::from(u16::from_le_bytes([w0, w1]));
    let height = u32::from(u16::from_le_bytes([h0, h1]));
    let mut skeleton = ContainerInfo::new_still(width, height, false, limits)?;
    skeleton.frame_count = 0;
    match walk_blocks(source, flags, &mut skeleton) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
        Err(error) => return Err(Error::from_read_error(error)),
    }
    if skeleton.frame_count == 0 {
        return Err(Error::broken("it has no frame"));
    }
    Ok(skeleton)
}

fn walk_blocks<R: Read + Seek>(
    source: &mut ByteReader<R>,
    flags: u8,
    skeleton: &mut ContainerInfo,
) -> io::Result<()> {
    skip_palette(source, flags)?;
    loop {
        if source.position() == source.len() {
            skeleton.lacks_only_end_marker = true;
            return Ok(());
        }
        match source.read_byte()? {
            EXTENSION => {
                source.skip(1)?;
                skip_blocks(source)?;
            }
            FRAME => {
                let [_, _, _, _, w0, w1, h0, h1, flags] = source.read_array()?;
                let side = |bytes| u64::from(u16::from_le_bytes(bytes));
                let area = side([w0, w1]) * side([h0, h1]);
                skeleton.largest_frame_pixels = skeleton.largest_frame_pixels.max(area);
                skip_palette(source, flags)?;
                source.skip(1)?;
                // Counted when its data begins, since a cut-off first frame may still show something.
                skeleton.frame_count = skeleton.frame_count.saturating_add(1);
                skip_blocks(source)?;
            }
            TRAILER => {
                skeleton.is_complete = skeleton.frame_count > 0;
                return Ok(());
            }
            // Padding between blocks, which decoders tolerate.
            0 => {}
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "an unknown block",
                ));
            }
        }
    }
}

fn skip_palette<R: Read + Seek>(source: &mut ByteReader<R>, flags: u8) -> io::Result<()> {
    if flags & 0x80 == 0 {
        return Ok(());
    }
    source.skip(3 << ((flags & 7) + 1))
}

fn skip_blocks<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<()> {
    loop {
        match source.read_byte()? {
            0 => return Ok(()),
            len => source.skip(u64::from(len))?,
        }
    }
}
