//! Inspects a file without decoding it: format, size, orientation, and whether it is complete.
//!
//! Read from the headers and the skeleton of the file, without decoding a pixel and with little memory, so that
//! an upload can be judged where it lies. Each format's own skeleton is a file under `structure/`.

use std::io::{Read, Seek, SeekFrom};

use crate::container;
use crate::container::{ByteReader, ContainerInfo};
use crate::{Error, Format, Limits, Orientation};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageInfo {
    pub format: Format,
    /// Pixels, as displayed: after `orientation` is applied.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub animated: bool,
    /// The structural end is there. Where it is not, or cannot be known without decoding, `verify` decides.
    pub is_complete: bool,
}

impl ImageInfo {
    /// Width and height as they are in the file.
    pub(crate) fn stored_size(&self) -> (u32, u32) {
        self.orientation.orient_size((self.width, self.height))
    }
}

/// Looks at a picture without decoding it; refuses what is no picture, or more than `limits` allow.
///
/// Reads from the start of `source` wherever it stands, and leaves it anywhere.
pub fn inspect<R: Read + Seek>(source: R, limits: &Limits) -> Result<ImageInfo, Error> {
    crate::panic_guard::catch_decoder_panic(|| Ok(inspect_with_container(source, limits)?.0))
}

/// Which format this is, and how many bytes; leaves `source` at its start.
pub(crate) fn detect_format<R: Read + Seek>(source: &mut R) -> Result<(Format, u64), Error> {
    let len = source
        .seek(SeekFrom::End(0))
        .map_err(Error::from_read_error)?;
    if len == 0 {
        return Err(Error::Empty);
    }
    source.rewind().map_err(Error::from_read_error)?;
    let mut head = Vec::with_capacity(4096);
    source
        .by_ref()
        .take(4096)
        .read_to_end(&mut head)
        .map_err(Error::from_read_error)?;
    let format = Format::sniff(&head).ok_or(Error::NotAnImage)?;
    source.rewind().map_err(Error::from_read_error)?;
    Ok((format, len))
}

/// `inspect`, with what only this crate wants to know.
pub(crate) fn inspect_with_container<R: Read + Seek>(
    mut source: R,
    limits: &Limits,
) -> Result<(ImageInfo, ContainerInfo), Error> {
    let (format, len) = detect_format(&mut source)?;
    if !format.can_decode() {
        return Err(Error::Unsupported(format));
    }
    let skeleton = container::read_info(format, &mut ByteReader::new(source, len), limits)?;
    let (width, height) = skeleton
        .orientation
        .orient_size((skeleton.width, skeleton.height));
    let info = ImageInfo {
        format,
        width,
        height,
        orientation: skeleton.orientation,
        animated: skeleton.frame_count > 1,
        is_complete: skeleton.is_complete,
    };
    Ok((info, skeleton))
}
