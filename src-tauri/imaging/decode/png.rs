//! PNG decoder, row by row: every depth becomes 8 bits, palettes become colours, transparency becomes alpha.
//!
//! Rows are read rather than the picture, so that `Stop` is asked in between and a missing end chunk after the
//! last row does no harm.

mod fast_path;
mod paeth;

use std::io::Cursor;

use png::{ColorType, Decoder, InterlaceInfo, Limits, Reader, Transformations};

use super::DecodedImage;
use super::box_downscale::BoxDownscaler;
use crate::limits::check_cancelled;
use crate::raster::{Layout, Raster};
use crate::{CancelToken, Error};

/// Text is skipped, but colour profiles are unpacked, also those of bombs.
const MAX_METADATA_BYTES: usize = 8 << 20;

pub(super) type PngReader<'a> = Reader<Cursor<&'a [u8]>>;

pub(super) fn decode_still(
    bytes: &[u8],
    scale: f64,
    memory: u64,
    stop: &dyn CancelToken,
) -> Result<DecodedImage, Error> {
    let (mut reader, profile) = open_reader(bytes, memory)?;
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => Layout::Grey,
        ColorType::GrayscaleAlpha => Layout::GreyAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(Error::broken("its palette is missing")),
    };
    let (width, height) = (reader.info().width, reader.info().height);
    let from_a_palette = reader.info().color_type == ColorType::Indexed;
    if reader.info().interlaced {
        let mut raster = Raster::blank(width, height, layout);
        let pitch = width as usize * layout.channels();
        while let Some(row) = reader.next_interlaced_row().map_err(Error::broken)? {
            check_cancelled(stop)?;
            if let InterlaceInfo::Adam7(pass) = row.interlace() {
                let bits = layout.channels() as u8 * 8;
                png::expand_interlaced_row(&mut raster.pixels, pitch, row.data(), pass, bits);
            }
        }
        let whole = DecodedImage::new(raster, profile);
        return Ok(DecodedImage {
            has_palette: from_a_palette,
            ..whole
        });
    }
    let mut rows = BoxDownscaler::new(width, height, layout, scale);
    // Nothing is expanded on the way: depth and colours are those of the file.
    if reader.output_color_type() == (reader.info().color_type, reader.info().bit_depth) {
        let (wide, tall) = (width as usize, height as usize);
        let push = |row: &[u8]| rows.push_row(row);
        let whole = match layout.channels() {
            1 => fast_path::for_each_row::<1>(bytes, wide, tall, stop, push)?,
            2 => fast_path::for_each_row::<2>(bytes, wide, tall, stop, push)?,
            3 => fast_path::for_each_row::<3>(bytes, wide, tall, stop, push)?,
            _ => fast_path::for_each_row::<4>(bytes, wide, tall, stop, push)?,
        };
        if whole {
            return Ok(finish_rows(rows, width, profile, from_a_palette));
        }
        rows = BoxDownscaler::new(width, height, layout, scale);
    }
    while let Some(row) = reader.next_row().map_err(Error::broken)? {
        check_cancelled(stop)?;
        if !rows.push_row(row.data()) {
            return Err(Error::broken("it has more rows than it says"));
        }
    }
    Ok(finish_rows(rows, width, profile, from_a_palette))
}

fn finish_rows(
    rows: BoxDownscaler,
    width: u32,
    profile: Option<Vec<u8>>,
    from_a_palette: bool,
) -> DecodedImage {
    let (raster, tall) = rows.finish();
    DecodedImage {
        raster,
        extent: (f64::from(width), tall),
        profile,
        has_palette: from_a_palette,
    }
}

/// Stands before the first row; with the ICC profile that the pixels are in.
pub(super) fn open_reader(
    bytes: &[u8],
    memory: u64,
) -> Result<(PngReader<'_>, Option<Vec<u8>>), Error> {
    let limits = Limits {
        bytes: usize::try_from(memory)
            .unwrap_or(usize::MAX)
            .max(MAX_METADATA_BYTES),
    };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let reader = decoder.read_info().map_err(Error::broken)?;
    let info = reader.info();
    // sRGB by name wins over a profile that may come with it.
    let profile = info
        .icc_profile
        .as_ref()
        .filter(|_| info.srgb.is_none())
        .map(|icc| icc.to_vec());
    Ok((reader, profile))
}
