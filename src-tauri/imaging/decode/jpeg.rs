//! JPEG in, by libjpeg-turbo: scaled while decoding, CMYK and YCCK as ink.
//!
//! The decoder goes on after damage, fills in grey and only warns, and its binding reports a warning like an
//! error. So the warnings are known here by their texts, which are fixed since the library is built in.

use turbojpeg::{
    Colorspace, DecompressHeader, Decompressor, PixelFormat, ScalingFactor, Subsamp, YuvImage,
    yuv_pixels_len,
};

use super::{Decoded, InPlanes};
use crate::Error;
use crate::colour::means_srgb;
use crate::container::Skeleton;
use crate::raster::{Layout, Raster};
use crate::yuv_planes::Planes;

/// Bombs repeat scans by the thousand; real progressive pictures have about ten.
const MOST_SCANS: u32 = 100;

/// Profiles larger than this are not worth their time.
const MOST_PROFILE: usize = 4 << 20;

/// A picture decoded to this much more than its target is resized as well as one decoded whole.
const ROOM_TO_RESIZE: f64 = 1.4;

/// What the decoder says when it invents pixels in place of missing ones.
const MISSING: [&str; 2] = [
    "premature end of data segment",
    "Premature end of JPEG file",
];

/// What it says before going on with all there is.
const DAMAGED: [&str; 9] = [
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

const EOI: [u8; 2] = [0xFF, 0xD9];

pub(super) fn still(bytes: &[u8], scale: f64) -> Result<Decoded, Error> {
    let head = Head::read(bytes);
    let Pixels {
        mut raster, extent, ..
    } = pixels(bytes, scale)?;
    // Whoever writes the Adobe mark writes ink inverted.
    if raster.layout == Layout::Cmyk && head.adobe {
        raster.pixels.iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    Ok(Decoded {
        raster,
        extent,
        profile: head.profile,
        from_a_palette: false,
    })
}

/// As brightness and colour differences, for pictures that are stored like that and are in sRGB; `None` for others.
pub(super) fn planes(bytes: &[u8], scale: f64) -> Result<Option<InPlanes>, Error> {
    let Opened {
        mut decoder,
        header,
        eighths,
    } = Opened::read(bytes, scale)?;
    let step = match header.subsamp {
        Subsamp::None => (1, 1),
        Subsamp::Sub2x1 => (2, 1),
        Subsamp::Sub1x2 => (1, 2),
        Subsamp::Sub2x2 => (2, 2),
        _ => return Ok(None),
    };
    let foreign = |profile: Vec<u8>| !means_srgb(&profile);
    if header.colorspace != Colorspace::YCbCr
        || header.is_lossless
        || Head::read(bytes).profile.is_some_and(foreign)
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
    first_complaint(decoder.decompress_to_yuv(bytes, output))?;
    let planes = Planes::split(pixels, (width as u32, height as u32), step)
        .ok_or_else(|| Error::broken("its planes have other sizes than they should"))?;
    Ok(Some(InPlanes {
        planes,
        extent: extent(&header, eighths),
        whole: (header.width as u32, header.height as u32),
    }))
}

/// A missing end mark alone is forgiven: some cameras leave it out.
pub(super) fn verify(bytes: &[u8], skeleton: &Skeleton) -> Result<(), Error> {
    // The smallest scale decodes all compressed data too, in a sixty-fourth of the memory.
    let smallest = 0.0;
    if skeleton.complete {
        return match pixels(bytes, smallest)?.warning {
            Some(warning) if says(&warning, &MISSING) => Err(Error::Broken(warning)),
            _ => Ok(()),
        };
    }
    if !skeleton.lacks_only_its_end {
        return Err(Error::broken("it ends too early"));
    }
    // With an end mark put there, the decoder has nothing to complain about unless it lacks data before it.
    let ended = [bytes, &EOI].concat();
    match pixels(&ended, smallest)?.warning {
        // It names the first complaint only, so any other may hide missing rows behind it. Padding before the
        // end mark comes after the last row.
        Some(warning) if !warning.contains("extraneous bytes before marker 0xd9") => {
            Err(Error::Broken(warning))
        }
        _ => Ok(()),
    }
}

struct Pixels {
    raster: Raster,
    /// As in `Decoded`.
    extent: (f64, f64),
    /// What the decoder first complained about.
    warning: Option<String>,
}

fn pixels(bytes: &[u8], scale: f64) -> Result<Pixels, Error> {
    let Opened {
        mut decoder,
        header,
        eighths,
    } = Opened::read(bytes, scale)?;
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
    let warning = first_complaint(decoder.decompress(bytes, output))?;
    Ok(Pixels {
        raster,
        extent: extent(&header, eighths),
        warning,
    })
}

/// A decoder that knows the header and the factor.
struct Opened {
    decoder: Decompressor,
    header: DecompressHeader,
    eighths: usize,
}

impl Opened {
    fn read(bytes: &[u8], scale: f64) -> Result<Opened, Error> {
        let mut decoder = Decompressor::new().map_err(Error::broken)?;
        decoder.set_scan_limit(MOST_SCANS).map_err(Error::broken)?;
        let header = decoder.read_header(bytes).map_err(Error::broken)?;
        let eighths = if header.is_lossless {
            8
        } else {
            eighths(scale)
        };
        let factor = ScalingFactor::new(eighths, 8);
        decoder.set_scaling_factor(factor).map_err(Error::broken)?;
        Ok(Opened {
            decoder,
            header,
            eighths,
        })
    }
}

/// The warning that the decoder went on after, if any; an error where it gave up.
fn first_complaint(result: turbojpeg::Result<()>) -> Result<Option<String>, Error> {
    match result {
        Ok(()) => Ok(None),
        Err(turbojpeg::Error::TurboJpegError(text))
            if says(&text, &MISSING) || says(&text, &DAMAGED) =>
        {
            Ok(Some(text))
        }
        Err(error) => Err(Error::broken(error)),
    }
}

fn extent(header: &DecompressHeader, eighths: usize) -> (f64, f64) {
    let part = |side: usize| side as f64 * eighths as f64 / 8.0;
    (part(header.width), part(header.height))
}

/// The smallest factor, in eighths, that leaves room to resize.
pub(super) fn eighths(scale: f64) -> usize {
    ((scale * ROOM_TO_RESIZE * 8.0).ceil() as usize).clamp(1, 8)
}

fn says(text: &str, known: &[&str]) -> bool {
    known.iter().any(|known| text.contains(known))
}

/// What stands in the segments before the compressed data.
struct Head {
    adobe: bool,
    profile: Option<Vec<u8>>,
}

impl Head {
    fn read(bytes: &[u8]) -> Head {
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
        let profile = (1..=MOST_PROFILE).contains(&len).then(|| {
            parts
                .iter()
                .flat_map(|(_, part)| part.iter().copied())
                .collect()
        });
        Head { adobe, profile }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_leaves_room_to_resize() {
        assert_eq!(eighths(0.0), 1);
        assert_eq!(eighths(1.0 / 8.0), 2);
        assert_eq!(eighths(0.5), 6);
        assert_eq!(eighths(0.9), 8);
        assert_eq!(eighths(3.0), 8);
    }
}
