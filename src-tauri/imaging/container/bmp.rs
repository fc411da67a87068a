//! BMP container: two headers, then rows, whose total length follows from the size unless they are compressed.

use std::io::{Read, Seek};

use super::{ByteReader, ContainerInfo};
use crate::{Error, Limits};

pub(super) fn read_info<R: Read + Seek>(
    source: &mut ByteReader<R>,
    limits: &Limits,
) -> Result<ContainerInfo, Error> {
    source.skip(10).map_err(Error::from_read_error)?;
    let pixels_at = u64::from(u32::from_le_bytes(
        source.read_array().map_err(Error::from_read_error)?,
    ));
    let header = u32::from_le_bytes(source.read_array().map_err(Error::from_read_error)?);
    let (width, height, bits, compression) = if header == 12 {
        let [w0, w1, h0, h1, _, _, b0, b1] = source.read_array().map_err(Error::from_read_error)?;
        let side = |bytes| u32::from(u16::from_le_bytes(bytes));
        (
            side([w0, w1]),
            side([h0, h1]),
            u16::from_le_bytes([b0, b1]),
            0,
        )
    } else {
        let [w0, w1, w2, w3, h0, h1, h2, h3, _, _, b0, b1] =
            source.read_array().map_err(Error::from_read_error)?;
        let compression = match header {
            16 => 0,
            _ => u32::from_le_bytes(source.read_array().map_err(Error::from_read_error)?),
        };
        let width = u32::try_from(i32::from_le_bytes([w0, w1, w2, w3]))
            .map_err(|_| Error::broken("its width is negative"))?;
        // A negative height says that rows come from the top.
        let height = i32::from_le_bytes([h0, h1, h2, h3]).unsigned_abs();
        (width, height, u16::from_le_bytes([b0, b1]), compression)
    };
    let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    let plain = matches!(compression, 0 | 3 | 6) && bits > 0;
    let complete =
        plain && pixels_at.saturating_add(row.saturating_mul(u64::from(height))) <= source.len();
    ContainerInfo::new_still(width, height, complete, limits)
}
