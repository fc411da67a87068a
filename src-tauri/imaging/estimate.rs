//! How much memory a picture will take, known from its header alone.
//!
//! What is counted is bytes of decoded pixels, not pixels: the same megapixels differ sixteenfold by the way they
//! go. Where the header doesn't say, the costlier way is assumed; only progressive ink may take a third more.

use crate::decode;
use crate::transform::Plan;
use crate::{Format, Info, Transform};

/// What code, tables and the smallest of pictures take.
const ALWAYS: u64 = 2 << 20;

/// The most memory in bytes that `render` takes for this picture, beside the picture's own bytes.
pub fn estimate(info: &Info, transform: &Transform) -> u64 {
    estimate_all(info, std::slice::from_ref(transform))
}

/// The same for `render_all`, which keeps the sizes that it has made to make others of.
pub fn estimate_all(info: &Info, transforms: &[Transform]) -> u64 {
    let plans = || transforms.iter().map(|it| it.plan(info.width, info.height));
    let scale = plans().map(|plan| plan.scale()).fold(0.0, f64::max);
    let decoded = decoded_size(info, scale);
    let making = |plan: Plan| {
        // Resizing keeps a copy of which one side is done. Then a coloured copy, a turned one, a padded one and
        // the written bytes, of four channels each.
        let half = area((plan.scaled.0, decoded.1)).max(area((decoded.0, plan.scaled.1)));
        (half + (area(plan.scaled) + area(plan.canvas)) * 2) * 4
    };
    let kept: u64 = plans().map(|plan| area(plan.scaled) * 4).sum();
    let kept = if transforms.len() > 1 { kept } else { 0 };
    decoding(info, decoded) + plans().map(making).max().unwrap_or(0) + kept + ALWAYS
}

fn area((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// JPEGs are decoded to less than full size where little is wanted of them.
fn decoded_size(info: &Info, scale: f64) -> (u32, u32) {
    match info.format {
        Format::Jpeg => {
            let eighths = decode::eighths_of_jpeg(scale) as u32;
            let part = |side: u32| (side * eighths).div_ceil(8);
            (part(info.width), part(info.height))
        }
        _ => (info.width, info.height),
    }
}

fn decoding(info: &Info, decoded: (u32, u32)) -> u64 {
    let source = area((info.width, info.height));
    match info.format {
        // Progressive pictures keep all coefficients, two bytes each of three channels, beside the pixels.
        Format::Jpeg => source * 6 + area(decoded) * 4,
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

    fn info(format: Format) -> Info {
        Info {
            format,
            width: 6000,
            height: 4000,
            orientation: Orientation::Upright,
            animated: false,
            complete: true,
        }
    }

    #[test]
    fn small_results_of_a_jpeg_cost_little_beside_its_coefficients() {
        let jpeg = estimate(&info(Format::Jpeg), &Transform::to_width(800));
        assert!((144_000_000..165_000_000).contains(&jpeg), "{jpeg}");
        let png = estimate(&info(Format::Png), &Transform::to_width(800));
        assert!(png > jpeg && png < estimate(&info(Format::WebP), &Transform::to_width(800)));
    }

    #[test]
    fn several_sizes_cost_the_largest_and_what_is_kept_of_all() {
        let widths = [200, 400, 800, 1200, 1600].map(Transform::to_width);
        let all = estimate_all(&info(Format::Jpeg), &widths);
        let largest = estimate(&info(Format::Jpeg), &widths[4]);
        assert!(
            all > largest && all < largest + 30_000_000,
            "{all} {largest}"
        );
    }
}
