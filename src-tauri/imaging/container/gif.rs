//! GIF: a screen, then extensions and frames as blocks, then a trailer.

use std::io::{self, Read, Seek};

use super::{Skeleton, Source};
use crate::{Error, Limits};

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    limits: &Limits,
) -> Result<Skeleton, Error> {
    source.skip(6).map_err(Error::reading)?;
    let [w0, w1, h0, h1, flags, _, _] = source.array().map_err(Error::reading)?;
    let width = u32::from(u16::from_le_bytes([w0, w1]));
    let height = u32::from(u16::from_le_bytes([h0, h1]));
    let mut skeleton = Skeleton::still(width, height, false, limits)?;
    skeleton.frames = 0;
    match walk(source, flags, &mut skeleton) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
        Err(error) => return Err(Error::reading(error)),
    }
    if skeleton.frames == 0 {
        return Err(Error::broken("it has no frame"));
    }
    Ok(skeleton)
}

fn walk<R: Read + Seek>(
    source: &mut Source<R>,
    flags: u8,
    skeleton: &mut Skeleton,
) -> io::Result<()> {
    skip_palette(source, flags)?;
    loop {
        if source.position() == source.len() {
            skeleton.lacks_only_its_end = true;
            return Ok(());
        }
        match source.byte()? {
            EXTENSION => {
                source.skip(1)?;
                skip_blocks(source)?;
            }
            FRAME => {
                let [_, _, _, _, w0, w1, h0, h1, flags] = source.array()?;
                let side = |bytes| u64::from(u16::from_le_bytes(bytes));
                let area = side([w0, w1]) * side([h0, h1]);
                skeleton.largest_frame = skeleton.largest_frame.max(area);
                skip_palette(source, flags)?;
                source.skip(1)?;
                // Counted when its data begins, since a cut-off first frame may still show something.
                skeleton.frames = skeleton.frames.saturating_add(1);
                skip_blocks(source)?;
            }
            TRAILER => {
                skeleton.complete = skeleton.frames > 0;
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

fn skip_palette<R: Read + Seek>(source: &mut Source<R>, flags: u8) -> io::Result<()> {
    if flags & 0x80 == 0 {
        return Ok(());
    }
    source.skip(3 << ((flags & 7) + 1))
}

fn skip_blocks<R: Read + Seek>(source: &mut Source<R>) -> io::Result<()> {
    loop {
        match source.byte()? {
            0 => return Ok(()),
            len => source.skip(u64::from(len))?,
        }
    }
}
