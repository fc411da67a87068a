//! What the bytes are: format, size, orientation, and whether their end is there.
//!
//! Read from the headers and the skeleton of the file, without decoding a pixel and with little memory, so that
//! an upload can be judged where it lies. Each format's own skeleton is a file under `structure/`.

use std::io::{Read, Seek, SeekFrom};

use crate::container;
use crate::container::{Skeleton, Source};
use crate::{Error, Format, Limits, Orientation};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    pub format: Format,
    /// Pixels, as displayed: after `orientation` is applied.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub animated: bool,
    /// The structural end is there. Where it is not, or cannot be known without decoding, `verify` decides.
    pub complete: bool,
}

impl Info {
    /// Width and height as they are in the file.
    pub(crate) fn stored(&self) -> (u32, u32) {
        self.orientation.turn((self.width, self.height))
    }
}

/// Looks at a picture without decoding it; refuses what is no picture, or more than `limits` allow.
///
/// Reads from the start of `source` wherever it stands, and leaves it anywhere.
pub fn inspect<R: Read + Seek>(source: R, limits: &Limits) -> Result<Info, Error> {
    crate::pipeline::caught(|| Ok(look(source, limits)?.0))
}

/// Which format this is, and how many bytes; leaves `source` at its start.
pub(crate) fn recognise<R: Read + Seek>(source: &mut R) -> Result<(Format, u64), Error> {
    let len = source.seek(SeekFrom::End(0)).map_err(Error::reading)?;
    if len == 0 {
        return Err(Error::Empty);
    }
    source.rewind().map_err(Error::reading)?;
    let mut head = Vec::with_capacity(4096);
    source
        .by_ref()
        .take(4096)
        .read_to_end(&mut head)
        .map_err(Error::reading)?;
    let format = Format::sniff(&head).ok_or(Error::NotAnImage)?;
    source.rewind().map_err(Error::reading)?;
    Ok((format, len))
}

/// `inspect`, with what only this crate wants to know.
pub(crate) fn look<R: Read + Seek>(
    mut source: R,
    limits: &Limits,
) -> Result<(Info, Skeleton), Error> {
    let (format, len) = recognise(&mut source)?;
    if !format.decodes() {
        return Err(Error::Unsupported(format));
    }
    let skeleton = container::read(format, &mut Source::new(source, len), limits)?;
    let (width, height) = skeleton.orientation.turn((skeleton.width, skeleton.height));
    let info = Info {
        format,
        width,
        height,
        orientation: skeleton.orientation,
        animated: skeleton.frames > 1,
        complete: skeleton.complete,
    };
    Ok((info, skeleton))
}
