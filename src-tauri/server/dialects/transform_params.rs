//! Transform parameters in URLs: `w_600,h_400,c_cover,f_webp,q_80`.
//!
//! Many texts mean the same; one of them is canonical, and only that one is ever signed, so that a variant has
//! one address.

use imaging::{Fit, Format, Gravity, OutputFormat, Transform};

use crate::error::{Error, Result};

/// The longest side that may be asked for.
const MAX_SIDE: u32 = 8192;
const DEFAULT_QUALITY: u8 = 80;

/// The words of one text, each at most once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransformParams {
    width: Option<u32>,
    height: Option<u32>,
    crop: Option<Crop>,
    format: Option<Format>,
    quality: Option<u8>,
    /// The pixel ratio, in tenths.
    ratio_tenths: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crop {
    Fit,
    Fill,
    Cover,
    Contain,
    Inside,
}

impl TransformParams {
    /// Reads a text. An empty one means the whole picture.
    ///
    /// # Errors
    /// [`Error::BadTransform`] for an unknown or repeated key, and a value that is none of its key's.
    pub fn parse(text: &str) -> Result<TransformParams> {
        let mut params = TransformParams::default();
        if !text.is_empty() {
            for segment in text.split(',') {
                params.parse_segment(segment)?;
            }
        }
        Ok(params)
    }

    fn parse_segment(&mut self, segment: &str) -> Result<()> {
        let refused = |why: &str| Error::BadTransform {
            reason: format!("`{}` {why}", shorten(segment)),
        };
        let (key, value) = segment
            .split_once('_')
            .ok_or_else(|| refused("is not `key_value`, as in `w_600`"))?;
        let new = match key {
            "w" => set_once(&mut self.width, parse_side(value)),
            "h" => set_once(&mut self.height, parse_side(value)),
            "c" => set_once(&mut self.crop, Crop::from_name(value)),
            "f" => set_once(&mut self.format, format_from_name(value)),
            "q" => set_once(&mut self.quality, parse_quality(value)),
            "dpr" => set_once(&mut self.ratio_tenths, parse_ratio_tenths(value)),
            _ => {
                return Err(refused(
                    "has an unknown key; there are w, h, c, f, q and dpr",
                ));
            }
        };
        match new {
            SetOutcome::Stored => Ok(()),
            SetOutcome::Repeated => Err(refused("comes after another of its key")),
            SetOutcome::Invalid => Err(refused(match key {
                "w" | "h" => "is no whole number from 1 to 8192",
                "c" => "is none of fit, fill, cover, contain and inside",
                "f" => "is none of webp, jpeg, png, avif and auto",
                "q" => "is no whole number from 1 to 100",
                _ => "is no number from 1 to 4 with at most one decimal",
            })),
        }
    }

    /// The format that comes out.
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format::WebP)
    }

    /// The same, in that format if the text names none.
    pub fn with_default_format(self, format: Format) -> TransformParams {
        TransformParams {
            format: self.format.or(Some(format)),
            ..self
        }
    }

    /// The one text that means this.
    pub fn canonical_text(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.width.map(|width| format!("w_{width}")));
        words.extend(self.height.map(|height| format!("h_{height}")));
        if let (Some(crop), Some(_), Some(_)) = (self.crop, self.width, self.height) {
            words.push(format!("c_{}", crop.name()));
        }
        words.push(format!("f_{}", self.format().name()));
        words.extend(self.quality.map(|quality| format!("q_{quality}")));
        match self.ratio_tenths {
            None | Some(10) => {}
            Some(tenths) if tenths % 10 == 0 => words.push(format!("dpr_{}", tenths / 10)),
            Some(tenths) => words.push(format!("dpr_{}.{}", tenths / 10, tenths % 10)),
        }
        words.join(",")
    }

    pub fn to_transform(self) -> Transform {
        let tenths = self.ratio_tenths.unwrap_or(10);
        let multiplied = |side: u32| ((side * tenths + 5) / 10).min(MAX_SIDE);
        let format = self.format();
        Transform {
            width: self.width.map(multiplied),
            height: self.height.map(multiplied),
            fit: self.crop.map_or(Fit::Inside, Crop::fit),
            gravity: Gravity::Centre,
            enlarge: false,
            format: OutputFormat::Fixed(format),
            // Of a PNG there is one quality, so two numbers are not to be two variants.
            quality: (format != Format::Png).then_some(self.quality.unwrap_or(DEFAULT_QUALITY)),
        }
    }
}

impl Crop {
    const ALL: [Crop; 5] = [
        Crop::Fit,
        Crop::Fill,
        Crop::Cover,
        Crop::Contain,
        Crop::Inside,
    ];

    fn name(self) -> &'static str {
        match self {
            Crop::Fit => "fit",
            Crop::Fill => "fill",
            Crop::Cover => "cover",
            Crop::Contain => "contain",
            Crop::Inside => "inside",
        }
    }

    fn from_name(name: &str) -> Option<Crop> {
        Crop::ALL.into_iter().find(|crop| crop.name() == name)
    }

    fn fit(self) -> Fit {
        match self {
            Crop::Fit | Crop::Inside => Fit::Inside,
            // As `object-fit: fill` has it: stretched.
            Crop::Fill => Fit::Fill,
            Crop::Cover => Fit::Cover,
            Crop::Contain => Fit::Contain,
        }
    }
}

/// The format that an address's ending names.
pub fn format_from_extension(extension: &str) -> Option<Format> {
    match extension {
        "webp" => Some(Format::WebP),
        "jpg" | "jpeg" => Some(Format::Jpeg),
        "png" => Some(Format::Png),
        "avif" => Some(Format::Avif),
        _ => None,
    }
}

enum SetOutcome {
    Stored,
    Repeated,
    Invalid,
}

fn set_once<T>(place: &mut Option<T>, value: Option<T>) -> SetOutcome {
    match (&place, value) {
        (Some(_), _) => SetOutcome::Repeated,
        (None, None) => SetOutcome::Invalid,
        (None, value) => {
            *place = value;
            SetOutcome::Stored
        }
    }
}

/// `auto` is WebP whoever asks: one address, one picture.
fn format_from_name(name: &str) -> Option<Format> {
    match name {
        "auto" => Some(Format::WebP),
        name => format_from_extension(name),
    }
}

fn parse_side(text: &str) -> Option<u32> {
    parse_digits(text).filter(|side| (1..=MAX_SIDE).contains(side))
}

fn parse_quality(text: &str) -> Option<u8> {
    let quality = parse_digits(text).filter(|quality| (1..=100).contains(quality))?;
    u8::try_from(quality).ok()
}

fn parse_ratio_tenths(text: &str) -> Option<u32> {
    let (whole, tenth) = match text.split_once('.') {
        Some((whole, tenth)) if tenth.len() == 1 => (parse_digits(whole)?, parse_digits(tenth)?),
        Some(_) => return None,
        None => (parse_digits(text)?, 0),
    };
    let tenths = whole.checked_mul(10)?.checked_add(tenth)?;
    (10..=40).contains(&tenths).then_some(tenths)
}

/// Nothing but digits: `parse` alone would take a sign.
fn parse_digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonicalise(text: &str) -> String {
        TransformParams::parse(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .canonical_text()
    }

    #[test]
    fn the_documented_texts_are_their_own_canonical_form() {
        for text in [
            "w_600,f_webp,q_80",
            "w_240,f_webp,q_75",
            "w_800,f_webp,q_82",
            "w_600,h_400,c_cover,f_webp,q_80",
            "f_webp",
        ] {
            assert_eq!(canonicalise(text), text);
        }
    }

    #[test]
    fn other_texts_become_canonical() {
        for (text, one) in [
            ("", "f_webp"),
            ("w_600", "w_600,f_webp"),
            ("q_80,f_webp,w_600", "w_600,f_webp,q_80"),
            ("f_auto", "f_webp"),
            ("f_jpg", "f_jpeg"),
            ("w_0600", "w_600,f_webp"),
            ("q_080", "f_webp,q_80"),
            // Where there is no box, it is not filled in any way.
            ("w_240,c_fill,f_webp,q_75", "w_240,f_webp,q_75"),
            ("h_9,c_cover", "h_9,f_webp"),
            ("c_cover", "f_webp"),
            ("c_fit,h_4,w_3", "w_3,h_4,c_fit,f_webp"),
            ("w_100,dpr_1", "w_100,f_webp"),
            ("w_100,dpr_1.0", "w_100,f_webp"),
            ("w_100,dpr_2.0", "w_100,f_webp,dpr_2"),
            ("dpr_01.5,w_100", "w_100,f_webp,dpr_1.5"),
            ("dpr_2", "f_webp,dpr_2"),
        ] {
            assert_eq!(canonicalise(text), one, "{text}");
            assert_eq!(canonicalise(one), one, "canonical twice is canonical once");
        }
    }

    #[test]
    fn all_values_within_bounds_are_taken() {
        let texts = "w_1 w_8192 h_1 h_8192 q_1 q_100 dpr_1 dpr_4 dpr_4.0 dpr_1.1 f_avif f_png c_inside \
             c_contain";
        for text in texts.split(' ') {
            assert!(TransformParams::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let spaced = [" w_1", "w_1 ", "w_1, h_1"];
        let texts = "w_0 w_8193 w_ w _600 w600 w_-1 w_+1 w_1.5 w_1e3 w_abc w_٦ w_99999999999 h_0 h_8193 \
             c_crop c_ c_Cover f_gif f_bmp f_ f_WEBP q_0 q_101 q_ q_80.5 dpr_0 dpr_0.9 dpr_4.1 \
             dpr_5 dpr_1.25 dpr_1. dpr_.5 dpr_ x_1 W_600 w_1,w_1 w_1,w_2 f_webp,f_auto , w_1, \
             ,w_1 w_1,,h_1 w_1;h_1";
        for text in texts.split(' ').chain(spaced) {
            assert!(
                matches!(
                    TransformParams::parse(text),
                    Err(Error::BadTransform { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn the_pixel_ratio_multiplies_and_stops_at_the_longest_side() {
        let size = |text| {
            let transform = TransformParams::parse(text).unwrap().to_transform();
            (transform.width, transform.height)
        };
        assert_eq!(size("w_100,h_50,dpr_2"), (Some(200), Some(100)));
        assert_eq!(size("w_33,dpr_1.5"), (Some(50), None), "49.5 is rounded");
        assert_eq!(size("w_8192,h_3000,dpr_4"), (Some(8192), Some(8192)));
        assert_eq!(size("dpr_3"), (None, None));
    }

    #[test]
    fn parameters_select_fit_quality_and_format() {
        let transform = |text| TransformParams::parse(text).unwrap().to_transform();
        for (text, fit) in [
            ("", Fit::Inside),
            ("c_fit", Fit::Inside),
            ("c_inside", Fit::Inside),
            ("c_fill", Fit::Fill),
            ("c_cover", Fit::Cover),
            ("c_contain", Fit::Contain),
        ] {
            assert_eq!(transform(text).fit, fit, "{text}");
        }
        assert_eq!(transform("").quality, Some(80));
        assert_eq!(transform("q_7,f_avif").quality, Some(7));
        assert_eq!(transform("q_7,f_png").quality, None);
        assert!(!transform("w_8000").enlarge);
        // Full size is written anew: nothing here hands the original out.
        assert_eq!(transform("").format, OutputFormat::Fixed(Format::WebP));
    }

    #[test]
    fn a_text_without_a_format_takes_the_default() {
        let params = |text| TransformParams::parse(text).unwrap();
        assert_eq!(
            params("w_1").with_default_format(Format::Png).format(),
            Format::Png
        );
        assert_eq!(
            params("f_auto").with_default_format(Format::Png).format(),
            Format::WebP
        );
    }
}
