//! The size of an SVG in pixels, as the document states it.

/// Where a picture says nothing, as browsers have it.
const DEFAULT_SIZE: (f64, f64) = (300.0, 150.0);
const MAX_SIDE: f64 = 65_535.0;

pub(super) fn svg_size(attributes: &[(String, String)]) -> (u32, u32) {
    let find = |name: &str| {
        let found = attributes.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    };
    let width = find("width").and_then(parse_length);
    let height = find("height").and_then(parse_length);
    let shape = find("viewBox").and_then(view_box_size);
    let (width, height) = match (width, height, shape) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(shape)) => shape,
        (width, height, None) => (
            width.unwrap_or(DEFAULT_SIZE.0),
            height.unwrap_or(DEFAULT_SIZE.1),
        ),
    };
    (round_pixels(width), round_pixels(height))
}

fn round_pixels(pixels: f64) -> u32 {
    pixels.round().clamp(1.0, MAX_SIDE) as u32
}

/// Pixels; none for a share of something that is not known here.
fn parse_length(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit = UNITS
        .iter()
        .find_map(|(unit, pixels)| Some((text.strip_suffix(unit)?, pixels)));
    let (number, pixels) = unit.unwrap_or((text, &1.0));
    let number: f64 = number.trim().parse().ok()?;
    Some(number * pixels).filter(|pixels| pixels.is_finite() && *pixels > 0.0)
}

/// Units, and what they are in pixels.
const UNITS: [(&str, f64); 9] = [
    ("px", 1.0),
    ("pt", 96.0 / 72.0),
    ("pc", 16.0),
    ("in", 96.0),
    ("cm", 96.0 / 2.54),
    ("mm", 96.0 / 25.4),
    ("rem", 16.0),
    ("em", 16.0),
    ("ex", 8.0),
];

/// The last two of four numbers.
fn view_box_size(text: &str) -> Option<(f64, f64)> {
    let numbers = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|number| !number.is_empty())
        .map(|number| {
            number
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        });
    let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
    match numbers[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_as_large_as_it_says_or_as_browsers_take_it() {
        let of = |given: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            svg_size(&given.iter().map(owned).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), (300, 150));
        assert_eq!(of(&[("width", "20"), ("height", "10px")]), (20, 10));
        assert_eq!(of(&[("width", "1in"), ("height", "25.4mm")]), (96, 96));
        assert_eq!(of(&[("width", "2em"), ("height", "1e1")]), (32, 10));
        assert_eq!(of(&[("viewBox", "0 0 40,30")]), (40, 30));
        assert_eq!(of(&[("viewBox", "0 0 40 30"), ("width", "80")]), (80, 60));
        assert_eq!(of(&[("viewBox", "0 0 40 30"), ("height", "60")]), (80, 60));
        assert_eq!(
            of(&[
                ("viewBox", "0 0 40 30"),
                ("width", "100%"),
                ("height", "100%")
            ]),
            (40, 30)
        );
        assert_eq!(of(&[("width", "1e300"), ("height", "0.001")]), (65_535, 1));
        for bad in ["NaN", "-5", "0", "inf", "é", "", "e", "em", "5furlongs"] {
            assert_eq!(of(&[("width", bad)]), (300, 150), "{bad}");
        }
        for bad in ["0 0 0 0", "0 0 -1 5", "1 2 3", "a b c d", "0 0 inf 5"] {
            assert_eq!(of(&[("viewBox", bad)]), (300, 150), "{bad}");
        }
    }
}
