//! JPEG decoder by libjpeg-turbo: scales while decoding, treats CMYK and YCCK as ink.
//!
//! The decoder goes on after damage, fills in grey and only warns, and its binding reports a warning like an
//! error. So the warnings are known here by their texts, which are fixed since the library is built in.

use turbojpeg::{
    Colorspace, DecompressHeader, Decompressor, PixelFormat, ScalingFactor, Subsamp, YuvImage,
    yuv_pixels_len,
};

use super::{DecodedImage, DecodedPlanes};
use crate::Error;
use crate::colour::is_srgb_profile;
use crate::container::ContainerInfo;
use crate::raster::{Layout, Raster};
use crate::yuv_planes::YuvPlanes;

/// Bombs repeat scans by the thousand; real progressive pictures have about ten.
const MAX_SCANS: u32 = 100;

/// Profiles larger than this are not worth their time.
const MAX_PROFILE_BYTES: usize = 4 << 20;

/// A picture decoded to this much more than its target is resized as well as one decoded whole.
const RESIZE_HEADROOM: f64 = 1.4;

/// What the decoder says when it invents pixels in place of missing ones.
const TRUNCATION_WARNINGS: [&str; 2] = [
    "premature end of data segment",
    "Premature end of JPEG file",
];

/// What it says before going on with all there is.
const CORRUPTION_WARNINGS: [&str; 9] = [
    "Unknown Adobe color transform code",
    "Inconsistent progression sequence",
    "extraneous bytes before marker",
    "bad Huffman code",
    "bad arithmetic code",
    "unknown JFIF revision number",
    "found marker 0x",
    "Invalid SOS parameters for sequential JPEG",
    "Application transferred too many scanlines",
];

const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];

pub(super) fn decode_still(bytes: &[u8], scale: f64) -> Result<DecodedImage, Error> {
    let head = JpegHeader::parse(bytes);
    let DecodedPixels {
        mut raster, extent, ..
    } = decode_pixels(bytes, scale)?;
    // Whoever writes the Adobe mark writes ink inverted.
    if raster.layout == Layout::Cmyk && head.has_adobe_marker {
        raster.pixels.iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    Ok(DecodedImage {
        raster,
        extent,
        profile: head.profile,
        has_palette: false,
    })
}

/// As brightness and colour differences, for pictures that are stored like that and are in sRGB; `None` for others.
pub(super) fn decode_planes(bytes: &[u8], scale: f64) -> Result<Option<DecodedPlanes>, Error> {
    let ScaledDecoder {
        mut decoder,
        header,
        eighths,
    } = ScaledDecoder::open(bytes, scale)?;
    let step = match header.subsamp {
        Subsamp::None => (1, 1),
        Subsamp::Sub2x1 => (2, 1),
        Subsamp::Sub1x2 => (1, 2),
        Subsamp::Sub2x2 => (2, 2),
        _ => return Ok(None),
    };
    let foreign = |profile: Vec<u8>| !is_srgb_profile(&profile);
    if header.colorspace != Colorspace::YCbCr
        || header.is_lossless
        || JpegHeader::parse(bytes).profile.is_some_and(foreign)
    {
        return Ok(None);
    }
    let factor = ScalingFactor::new(eighths, 8);
    let (width, height) = (factor.scale(header.width), factor.scale(header.height));
    let len = yuv_pixels_len(width, 1, height, header.subsamp).map_err(Error::broken)?;
    let mut pixels = vec![0; len];
    let output = YuvImage {
        pixels: pixels.as_mut_slice(),
        width,
        align: 1,
        height,
        subsamp: header.subsamp,
    };
    first_warning(decoder.decompress_to_yuv(bytes, output))?;
    let planes = YuvPlanes::from_contiguous(pixels, (width as u32, height as u32), step)
        .ok_or_else(|| Error::broken("its planes have other sizes than they should"))?;
    Ok(Some(DecodedPlanes {
        planes,
        extent: scaled_extent(&header, eighths),
        full_size: (header.width as u32, header.height as u32),
    }))
}

/// A missing end mark alone is forgiven: some cameras leave it out.
pub(super) fn verify(bytes: &[u8], skeleton: &ContainerInfo) -> Result<(), Error> {
    // The smallest scale decodes all compressed data too, in a sixty-fourth of the memory.
    let smallest = 0.0;
    if skeleton.is_complete {
        return match decode_pixels(bytes, smallest)?.warning {
            Some(warning) if contains_any(&warning, &TRUNCATION_WARNINGS) => {
                Err(Error::Broken(warning))
            }
            _ => Ok(()),
        };
    }
    if !skeleton.lacks_only_end_marker {
        return Err(Error::broken("it ends too early"));
    }
    // With an end mark put there, the decoder has nothing to complain about unless it lacks data before it.
    let ended = [bytes, &END_OF_IMAGE].concat();
    match decode_pixels(&ended, smallest)?.warning {
        // It names the first complaint only, so any other may hide missing rows behind it. Padding before the
        // end mark comes after the last row.
        Some(warning) if !warning.contains("extraneous bytes before marker 0xd9") => {
            Err(Error::Broken(warning))
        }
        _ => Ok(()),
    }
}

struct DecodedPixels {
    raster: Raster,
    /// As in `Decoded`.
    extent: (f64, f64),
    /// What the decoder first complained about.
    warning: Option<String>,
}

fn decode_pixels(bytes: &[u8], scale: f64) -> Result<DecodedPixels, Error> {
    let ScaledDecoder {
        mut decoder,
        header,
        eighths,
    } = ScaledDecoder::open(bytes, scale)?;
    let factor = ScalingFactor::new(eighths, 8);
    let (format, layout) = match header.colorspace {
        Colorspace::Gray => (PixelFormat::GRAY, Layout::Grey),
        Colorspace::CMYK | Colorspace::YCCK => (PixelFormat::CMYK, Layout::Cmyk),
        Colorspace::RGB | Colorspace::YCbCr => (PixelFormat::RGB, Layout::Rgb),
    };
    let (width, height) = (factor.scale(header.width), factor.scale(header.height));
    let mut raster = Raster::blank(width as u32, height as u32, layout);
    let output = turbojpeg::Image {
        pixels: raster.pixels.as_mut_slice(),
        width,
        pitch: width * format.size(),
        height,
        format,
    };
    let warning = first_warning(decoder.decompress(bytes, output))?;
    Ok(DecodedPixels {
        raster,
        extent: scaled_extent(&header, eighths),
        warning,
    })
}

/// A decoder that knows the header and the factor.
struct ScaledDecoder {
    decoder: Decompressor,
    header: DecompressHeader,
    eighths: usize,
}

impl ScaledDecoder {
    fn open(bytes: &[u8], scale: f64) -> Result<ScaledDecoder, Error> {
        let mut decoder = Decompressor::new().map_err(Error::broken)?;
        decoder.set_scan_limit(MAX_SCANS).map_err(Error::broken)?;
        let header = decoder.read_header(bytes).map_err(Error::broken)?;
        let eighths = if header.is_lossless {
            8
        } else {
            scale_eighths(scale)
        };
        let factor = ScalingFactor::new(eighths, 8);
        decoder.set_scaling_factor(factor).map_err(Error::broken)?;
        Ok(ScaledDecoder {
            decoder,
            header,
            eighths,
        })
    }
}

/// The warning that the decoder went on after, if any; an error where it gave up.
fn first_warning(result: turbojpeg::Result<()>) -> Result<Option<String>, Error> {
    match result {
        Ok(()) => Ok(None),
        Err(turbojpeg::Error::TurboJpegError(text))
            if contains_any(&text, &TRUNCATION_WARNINGS)
                || contains_any(&text, &CORRUPTION_WARNINGS) =>
        {
            Ok(Some(text))
        }
        Err(error) => Err(Error::broken(error)),
    }
}

fn scaled_extent(header: &DecompressHeader, eighths: usize) -> (f64, f64) {
    let part = |side: usize| side as f64 * eighths as f64 / 8.0;
    (part(header.width), part(header.height))
}

/// The smallest factor, in eighths, that leaves room to resize.
pub(super) fn scale_eighths(scale: f64) -> usize {
    ((scale * RESIZE_HEADROOM * 8.0).ceil() as usize).clamp(1, 8)
}

fn contains_any(text: &str, known: &[&str]) -> bool {
    known.iter().any(|known| text.contains(known))
}

/// What stands in the segments before the compressed data.
struct JpegHeader {
    has_adobe_marker: bool,
    profile: Option<Vec<u8>>,
}

impl JpegHeader {
    fn parse(bytes: &[u8]) -> JpegHeader {
        let mut adobe = false;
        let mut parts: Vec<(u8, &[u8])> = Vec::new();
        let mut rest = bytes.get(2..).unwrap_or_default();
        while let [0xFF, mark, after @ ..] = rest {
            if *mark == 0xFF {
                rest = &rest[1..];
                continue;
            }
            let [high, low, ..] = after else { break };
            let Some((segment, next)) =
                after.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
            else {
                break;
            };
            let Some(body) = segment.get(2..) else { break };
            match (mark, body) {
                (0xDA, _) => break,
                (0xEE, [b'A', b'd', b'o', b'b', b'e', ..]) => adobe = true,
                (0xE2, _) => {
                    if let Some([number, _, part @ ..]) = body.strip_prefix(b"ICC_PROFILE\0") {
                        parts.push((*number, part));
                    }
                }
                _ => {}
            }
            rest = next;
        }
        parts.sort_by_key(|(number, _)| *number);
        let len: usize = parts.iter().map(|(_, part)| part.len()).sum();
        let profile = (1..=MAX_PROFILE_BYTES).contains(&len).then(|| {
            parts
                .iter()
                .flat_map(|(_, part)| part.iter().copied())
                .collect()
        });
        JpegHeader {
            has_adobe_marker: adobe,
            profile,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_factor_leaves_enough_pixels_to_resize() {
        assert_eq!(scale_eighths(0.0), 1);
        assert_eq!(scale_eighths(1.0 / 8.0), 2);
        assert_eq!(scale_eighths(0.5), 6);
        assert_eq!(scale_eighths(0.9), 8);
        assert_eq!(scale_eighths(3.0), 8);
    }
}
