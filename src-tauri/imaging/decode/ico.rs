//! ICO in: the chosen picture by the decoder of what it is, the list around it left out.

use std::io::Cursor;

use image::codecs::ico::IcoDecoder;

use super::{Decoded, image_crate, png};
use crate::container::{Source, ico};
use crate::{Error, Stop};

pub(super) fn still(bytes: &[u8], memory: u64, stop: &dyn Stop) -> Result<Decoded, Error> {
    let choice = ico::choose(&mut Source::new(Cursor::new(bytes), bytes.len() as u64))?;
    let (start, end) = (choice.place.start as usize, choice.place.end as usize);
    let inner = bytes
        .get(start..end)
        .ok_or_else(|| Error::broken("it ends too early"))?;
    if choice.is_png {
        return png::still(inner, 1.0, memory, stop);
    }
    // A list of one, whose picture comes right after it, and which tells its true size.
    let side = |side: u32| side.min(256) as u8;
    let mut alone = vec![0, 0, 1, 0, 1, 0, side(choice.width), side(choice.height)];
    alone.extend_from_slice(&choice.entry[2..12]);
    alone.extend_from_slice(&22u32.to_le_bytes());
    alone.extend_from_slice(inner);
    IcoDecoder::new(Cursor::new(&alone))
        .and_then(|decoder| image_crate::decode(decoder, memory))
        .map_err(Error::broken)
}
