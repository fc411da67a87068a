//! Estimates how much memory rendering an image takes, from its first bytes alone.
//!
//! What is counted is bytes of decoded pixels, not pixels: the same megapixels differ sixteenfold by the way they
//! go. Where the header doesn't say, the costlier way is assumed; only progressive ink may take a third more.

use std::io::{self, Read, Seek, SeekFrom};

use crate::container::{ByteReader, jpeg};
use crate::decode;
use crate::transform::Geometry;
use crate::{Format, ImageInfo, Transform};

/// What code, tables and the smallest of pictures take.
const BASE_BYTES: u64 = 2 << 20;

/// The most memory in bytes that `render`, or `render_all` with all of `transforms`, takes for this picture,
/// beside the picture's own bytes.
///
/// Of `source` no more is read than comes before the compressed data; one that cannot be read costs the most.
pub fn estimate_memory<R: Read + Seek>(
    source: R,
    info: &ImageInfo,
    transforms: &[Transform],
) -> u64 {
    let coefficients = info.format == Format::Jpeg
        && open_reader(source)
            .and_then(|mut source| jpeg::needs_coefficient_buffer(&mut source))
            .unwrap_or(true);
    let plans = || {
        transforms
            .iter()
            .map(|it| it.geometry(info.width, info.height))
    };
    let scale = plans().map(|plan| plan.scale()).fold(0.0, f64::max);
    let decoded = decoded_size(info, scale);
    let making = |plan: Geometry| {
        // Resizing keeps a copy of which one side is done. Then a coloured copy, a turned one, a padded one and
        // the written bytes, of four channels each.
        let half = area((plan.scaled_size.0, decoded.1)).max(area((decoded.0, plan.scaled_size.1)));
        (half + (area(plan.scaled_size) + area(plan.canvas_size)) * 2) * 4
    };
    let kept: u64 = plans().map(|plan| area(plan.scaled_size) * 4).sum();
    let kept = if transforms.len() > 1 { kept } else { 0 };
    decoder_bytes(info, decoded, coefficients)
        + plans().map(making).max().unwrap_or(0)
        + kept
        + BASE_BYTES
}

fn open_reader<R: Read + Seek>(mut source: R) -> io::Result<ByteReader<R>> {
    let len = source.seek(SeekFrom::End(0))?;
    source.rewind()?;
    Ok(ByteReader::new(source, len))
}

fn area((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// JPEGs are decoded to less than full size where little is wanted of them.
fn decoded_size(info: &ImageInfo, scale: f64) -> (u32, u32) {
    match info.format {
        Format::Jpeg => {
            let eighths = decode::jpeg_scale_eighths(scale) as u32;
            let part = |side: u32| (side * eighths).div_ceil(8);
            (part(info.width), part(info.height))
        }
        _ => (info.width, info.height),
    }
}

fn decoder_bytes(info: &ImageInfo, decoded: (u32, u32), coefficients: bool) -> u64 {
    let source = area((info.width, info.height));
    match info.format {
        // Two bytes each of three channels, beside the pixels.
        Format::Jpeg if coefficients => source * 6 + area(decoded) * 4,
        Format::Jpeg => area(decoded) * 4,
        // Interlaced ones are kept whole: four channels, and the copy that resizing weighs by alpha.
        Format::Png if !info.animated => source * 8,
        // The canvas, what it is restored to, a frame, and that copy.
        Format::Gif => source * 4 * 4,
        // Pixels of up to 16 bits and four channels, the same in 8 bits, and that copy.
        _ => source * 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Orientation;

    fn info(format: Format) -> ImageInfo {
        ImageInfo {
            format,
            width: 6000,
            height: 4000,
            orientation: Orientation::Upright,
            animated: false,
            is_complete: true,
        }
    }

    #[test]
    fn small_results_of_a_jpeg_cost_little_beside_its_coefficients() {
        let small = [Transform::to_width(800)];
        let unread = estimate_memory(io::empty(), &info(Format::Jpeg), &small);
        assert!((144_000_000..165_000_000).contains(&unread), "{unread}");
        let png = estimate_memory(io::empty(), &info(Format::Png), &small);
        assert!(png > unread && png < estimate_memory(io::empty(), &info(Format::WebP), &small));
    }

    #[test]
    fn only_a_jpeg_of_several_scans_keeps_its_coefficients() {
        let small = [Transform::to_width(800)];
        let with =
            |head: &[u8]| estimate_memory(io::Cursor::new(head), &info(Format::Jpeg), &small);
        let head = |frame: u8, scan: &[u8]| {
            let frame = [&[0xFF, frame, 0, 17, 8, 15, 160, 23, 112, 3][..], &[0; 9]].concat();
            [b"\xFF\xD8\xFF\xE1\0\x06\xFF\xC2\xFF\xDA", &frame[..], scan].concat()
        };
        let (whole, first) = ([0xFF, 0xDA, 0, 12, 3], [0xFF, 0xDA, 0, 8, 1]);
        let baseline = with(&head(0xC0, &whole));
        assert!((6_000_000..24_000_000).contains(&baseline), "{baseline}");
        assert!(with(&head(0xC2, &whole)) > 144_000_000, "progressive");
        assert!(with(&head(0xCA, &whole)) > 144_000_000, "arithmetic too");
        assert!(with(&head(0xC1, &first)) > 144_000_000, "a scan a channel");
        assert!(with(&head(0xC0, &[])) > 144_000_000, "cut off");
    }

    #[test]
    fn several_sizes_cost_the_largest_and_what_is_retained_of_all() {
        let widths = [200, 400, 800, 1200, 1600].map(Transform::to_width);
        let all = estimate_memory(io::empty(), &info(Format::Jpeg), &widths);
        let largest = estimate_memory(io::empty(), &info(Format::Jpeg), &widths[4..]);
        assert!(
            all > largest && all < largest + 30_000_000,
            "{all} {largest}"
        );
    }
}
