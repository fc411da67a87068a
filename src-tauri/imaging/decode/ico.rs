//! ICO decoder: decodes the chosen image as the BMP or PNG that it is.

use std::io::Cursor;

use image::codecs::ico::IcoDecoder;

use super::{DecodedImage, image_crate, png};
use crate::container::{ByteReader, ico};
use crate::{CancelToken, Error};

pub(super) fn decode_still(
    bytes: &[u8],
    memory: u64,
    stop: &dyn CancelToken,
) -> Result<DecodedImage, Error> {
    let choice = ico::choose_largest(&mut ByteReader::new(Cursor::new(bytes), bytes.len() as u64))?;
    let (start, end) = (
        choice.byte_range.start as usize,
        choice.byte_range.end as usize,
    );
    let inner = bytes
        .get(start..end)
        .ok_or_else(|| Error::broken("it ends too early"))?;
    if choice.is_png {
        return png::decode_still(inner, 1.0, memory, stop);
    }
    // A list of one, whose picture comes right after it, and which tells its true size.
    let side = |side: u32| side.min(256) as u8;
    let mut alone = vec![0, 0, 1, 0, 1, 0, side(choice.width), side(choice.height)];
    alone.extend_from_slice(&choice.directory_entry[2..12]);
    alone.extend_from_slice(&22u32.to_le_bytes());
    alone.extend_from_slice(inner);
    IcoDecoder::new(Cursor::new(&alone))
        .and_then(|decoder| image_crate::decode_with(decoder, memory))
        .map_err(Error::broken)
}
