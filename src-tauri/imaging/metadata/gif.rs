//! Strips metadata of GIF: blocks that draw, time and repeat frames or describe colours stay; comments go.

use std::io::{self, Read, Seek};

use super::strip_plan::StripPlan;
use crate::container::ByteReader;

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

const PLAIN_TEXT: u8 = 0x01;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// How often the frames repeat, in two spellings, and the colour profile.
const KEPT_APPLICATIONS: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn plan_strip<R: Read + Seek>(
    source: &mut ByteReader<R>,
    pieces: &mut StripPlan,
) -> io::Result<()> {
    source.skip(10)?;
    let [flags, _, _] = source.read_array()?;
    skip_palette(source, flags)?;
    pieces.copy_range(0..source.position());
    while source.position() < source.len() {
        let start = source.position();
        let outcome = read_block(source);
        // A file that is cut off is cut off where it was; nobody draws what is cut of an extension.
        let (end, kept) = match outcome {
            Ok(kept) => (source.position(), kept),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                source.seek_to(start)?;
                let frame = source.read_byte()? == FRAME;
                source.seek_to(source.len())?;
                (
                    source.len(),
                    if frame {
                        BlockAction::Keep
                    } else {
                        BlockAction::Remove
                    },
                )
            }
            Err(error) => return Err(error),
        };
        match kept {
            BlockAction::Keep => pieces.copy_range(start..end),
            BlockAction::Remove => {}
            BlockAction::KeepLast => {
                pieces.copy_range(start..end);
                return Ok(());
            }
        }
    }
    Ok(())
}

enum BlockAction {
    Keep,
    Remove,
    /// What follows is no part of the picture.
    KeepLast,
}

fn read_block<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<BlockAction> {
    match source.read_byte()? {
        EXTENSION => read_extension(source),
        FRAME => {
            let [.., flags] = source.read_array::<9>()?;
            skip_palette(source, flags)?;
            source.skip(1)?;
            skip_blocks(source)?;
            Ok(BlockAction::Keep)
        }
        TRAILER => Ok(BlockAction::KeepLast),
        // Padding between blocks, which decoders tolerate.
        0 => Ok(BlockAction::Keep),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "an unknown block",
        )),
    }
}

fn read_extension<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<BlockAction> {
    let needed = match source.read_byte()? {
        PLAIN_TEXT | GRAPHIC_CONTROL => true,
        APPLICATION => match source.read_byte()? {
            0 => return Ok(BlockAction::Remove),
            11 => KEPT_APPLICATIONS.contains(&&source.read_array::<11>()?),
            len => {
                source.skip(u64::from(len))?;
                false
            }
        },
        _ => false,
    };
    skip_blocks(source)?;
    Ok(if needed {
        BlockAction::Keep
    } else {
        BlockAction::Remove
    })
}

fn skip_palette<R: Read + Seek>(source: &mut ByteReader<R>, flags: u8) -> io::Result<()> {
    match flags & 0x80 {
        0 => Ok(()),
        _ => source.skip(3 << ((flags & 7) + 1)),
    }
}

fn skip_blocks<R: Read + Seek>(source: &mut ByteReader<R>) -> io::Result<()> {
    loop {
        match source.read_byte()? {
            0 => return Ok(()),
            len => source.skip(u64::from(len))?,
        }
    }
}
