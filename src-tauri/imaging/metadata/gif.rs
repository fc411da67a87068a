//! GIF: blocks stay that draw, time and repeat frames or describe colours; comments and what programs noted go.

use std::io::{self, Read, Seek};

use super::Pieces;
use crate::container::Source;

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

const PLAIN_TEXT: u8 = 0x01;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// How often the frames repeat, in two spellings, and the colour profile.
const NEEDED: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn look<R: Read + Seek>(source: &mut Source<R>, pieces: &mut Pieces) -> io::Result<()> {
    source.skip(10)?;
    let [flags, _, _] = source.array()?;
    skip_palette(source, flags)?;
    pieces.keep(0..source.position());
    while source.position() < source.len() {
        let start = source.position();
        let outcome = block(source);
        // A file that is cut off is cut off where it was; nobody draws what is cut of an extension.
        let (end, kept) = match outcome {
            Ok(kept) => (source.position(), kept),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                source.go_to(start)?;
                let frame = source.byte()? == FRAME;
                source.go_to(source.len())?;
                (source.len(), if frame { Kept::Stays } else { Kept::Goes })
            }
            Err(error) => return Err(error),
        };
        match kept {
            Kept::Stays => pieces.keep(start..end),
            Kept::Goes => {}
            Kept::Last => {
                pieces.keep(start..end);
                return Ok(());
            }
        }
    }
    Ok(())
}

enum Kept {
    Stays,
    Goes,
    /// What follows is no part of the picture.
    Last,
}

fn block<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Kept> {
    match source.byte()? {
        EXTENSION => extension(source),
        FRAME => {
            let [.., flags] = source.array::<9>()?;
            skip_palette(source, flags)?;
            source.skip(1)?;
            skip_blocks(source)?;
            Ok(Kept::Stays)
        }
        TRAILER => Ok(Kept::Last),
        // Padding between blocks, which decoders tolerate.
        0 => Ok(Kept::Stays),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "an unknown block",
        )),
    }
}

fn extension<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Kept> {
    let needed = match source.byte()? {
        PLAIN_TEXT | GRAPHIC_CONTROL => true,
        APPLICATION => match source.byte()? {
            0 => return Ok(Kept::Goes),
            11 => NEEDED.contains(&&source.array::<11>()?),
            len => {
                source.skip(u64::from(len))?;
                false
            }
        },
        _ => false,
    };
    skip_blocks(source)?;
    Ok(if needed { Kept::Stays } else { Kept::Goes })
}

fn skip_palette<R: Read + Seek>(source: &mut Source<R>, flags: u8) -> io::Result<()> {
    match flags & 0x80 {
        0 => Ok(()),
        _ => source.skip(3 << ((flags & 7) + 1)),
    }
}

fn skip_blocks<R: Read + Seek>(source: &mut Source<R>) -> io::Result<()> {
    loop {
        match source.byte()? {
            0 => return Ok(()),
            len => source.skip(u64::from(len))?,
        }
    }
}
