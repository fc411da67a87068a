//! AVIF decoder: `rav1d` decodes the AV1 data, planes become RGB by the code points of the file.

mod av1;
mod decode_thread;
mod ycbcr_to_rgb;

use std::io::Cursor;

use moxcms::{CicpColorPrimaries, CicpProfile, ColorProfile};
use moxcms::{MatrixCoefficients, TransferCharacteristics};

use super::DecodedImage;
use crate::container::ByteReader;
use crate::container::avif::{AvifImage, CodePoints, ItemExtents, TileGrid, read_image};
use crate::limits::check_cancelled;
use crate::raster::{Layout, Raster};
use crate::{CancelToken, Error};

pub(super) fn decode_still(
    bytes: &[u8],
    size: (u32, u32),
    stop: &dyn CancelToken,
) -> Result<DecodedImage, Error> {
    let mut source = ByteReader::new(Cursor::new(bytes), bytes.len() as u64);
    let picture = read_image(&mut source)?;
    if (picture.width, picture.height) != size {
        return Err(Error::broken("its size changed while it was read"));
    }
    let stated = picture.code_points;
    let colours = move |tile: &av1::DecodedFrame| ycbcr_to_rgb::convert_to_rgb(tile, stated);
    let (mut raster, code_points) = decode_tiles(bytes, &picture.colour, size, colours, stop)?;
    check_cancelled(stop)?;
    if let Some(alpha) = &picture.alpha {
        let (mask, _) = decode_tiles(bytes, alpha, size, ycbcr_to_rgb::convert_alpha, stop)?;
        raster = with_alpha(raster, &mask, picture.is_premultiplied);
    }
    Ok(DecodedImage::new(
        raster,
        icc_profile(&picture, code_points),
    ))
}

/// Every tile decoded and put where it belongs.
fn decode_tiles(
    bytes: &[u8],
    coded: &TileGrid,
    (width, height): (u32, u32),
    seen: impl Fn(&av1::DecodedFrame) -> Result<(Raster, CodePoints), Error> + Copy + Send + 'static,
    stop: &dyn CancelToken,
) -> Result<(Raster, CodePoints), Error> {
    let tile = coded.tile_size;
    let decode = |item| {
        let data = item_bytes(bytes, item)?;
        decode_thread::decode_on_thread(move || seen(&av1::decode(&data, tile)?))
    };
    if let ([item], true) = (coded.tiles.as_slice(), tile == (width, height)) {
        return decode(item);
    }
    let mut together: Option<(Raster, CodePoints)> = None;
    for (at, item) in coded.tiles.iter().enumerate() {
        check_cancelled(stop)?;
        let (drawn, code_points) = decode(item)?;
        let blank = || (Raster::blank(width, height, drawn.layout), code_points);
        let (canvas, _) = together.get_or_insert_with(blank);
        if canvas.layout != drawn.layout {
            return Err(Error::broken("its tiles do not belong together"));
        }
        let left = (at % coded.columns) as u32 * tile.0;
        let top = (at / coded.columns) as u32 * tile.1;
        canvas.draw(&drawn, left, top);
    }
    together.ok_or_else(|| Error::broken("it has no tiles"))
}

/// An item's bytes in one piece; they lie in the file, so they are at most as many as it has.
fn item_bytes(bytes: &[u8], item: &ItemExtents) -> Result<Vec<u8>, Error> {
    let mut payload = Vec::new();
    for piece in &item.extents {
        let range = usize::try_from(piece.start)
            .ok()
            .zip(usize::try_from(piece.end).ok());
        let part = range.and_then(|(start, end)| bytes.get(start..end));
        let part = part.ok_or_else(|| Error::broken("it ends too early"))?;
        if payload.len() + part.len() > bytes.len() {
            return Err(Error::broken("its pieces overlap"));
        }
        payload.extend_from_slice(part);
    }
    Ok(payload)
}

fn with_alpha(colours: Raster, mask: &Raster, premultiplied: bool) -> Raster {
    let (width, height) = (colours.width, colours.height);
    let channels = colours.layout.channels();
    let layout = match colours.layout {
        Layout::Grey => Layout::GreyAlpha,
        _ => Layout::Rgba,
    };
    let mut pixels = Vec::with_capacity(mask.pixels.len() * (channels + 1));
    for (colour, alpha) in colours.pixels.chunks_exact(channels).zip(&mask.pixels) {
        let covered = u16::from(*alpha).max(1);
        pixels.extend(colour.iter().map(|value| {
            if premultiplied {
                ((u16::from(*value) * 255 + covered / 2) / covered).min(255) as u8
            } else {
                *value
            }
        }));
        pixels.push(*alpha);
    }
    Raster {
        width,
        height,
        layout,
        pixels,
    }
}

/// A profile in the file is the truth about its colours; numbers stand for one where they do not mean sRGB.
fn icc_profile(picture: &AvifImage, code_points: CodePoints) -> Option<Vec<u8>> {
    if picture.profile.is_some() {
        return picture.profile.clone();
    }
    // Unspecified is sRGB to browsers, and the transfers of television are too near to it to tell apart.
    let plain = matches!(code_points.primaries, 1 | 2)
        && matches!(code_points.transfer, 1 | 2 | 6 | 13..=15);
    if plain {
        return None;
    }
    let transfer = match code_points.transfer {
        1 | 2 | 6 | 14 | 15 => 13,
        other => other,
    };
    let cicp = CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(code_points.primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    };
    let made = ColorProfile::new_from_cicp(cicp);
    made.encode().ok()
}
