//! Transform: how a variant is made, as plain data; its canonical text is the cache key.

use crate::{Format, Gravity, ImageInfo};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transform {
    /// Pixels, at least 1; the other side follows where one is missing.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Matters only when both sides are given.
    pub fit: Fit,
    /// Matters only where the box is covered.
    pub gravity: Gravity,
    /// Whether the result may be larger than the picture.
    pub enlarge: bool,
    pub format: OutputFormat,
    /// 1 to 100 for JPEG, WebP and AVIF; the default is 82, and 60 for AVIF, which looks alike.
    pub quality: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// The whole picture, no side longer than the box.
    Inside,
    /// The box filled, what stands over cut off as `gravity` says.
    Cover,
    /// The box filled, proportions given up.
    Fill,
    /// The whole picture in the middle of the box, the rest left transparent (white in JPEG).
    Contain,
}

impl Fit {
    const ALL: [Fit; 4] = [Fit::Inside, Fit::Cover, Fit::Fill, Fit::Contain];

    fn name(self) -> &'static str {
        match self {
            Fit::Inside => "inside",
            Fit::Cover => "cover",
            Fit::Fill => "fill",
            Fit::Contain => "contain",
        }
    }

    fn from_name(name: &str) -> Option<Fit> {
        Fit::ALL.into_iter().find(|fit| fit.name() == name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// The picture's own format, or PNG where that is BMP or is not written.
    Source,
    Fixed(Format),
}

/// The geometry of a transform, in pixels of the picture as displayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// What is cut out first: width and height.
    pub(crate) crop_size: (f64, f64),
    /// Where it is cut out.
    pub(crate) gravity: Gravity,
    /// What that is resized to.
    pub(crate) scaled_size: (u32, u32),
    /// What it is then put in the middle of.
    pub(crate) canvas_size: (u32, u32),
}

impl Geometry {
    /// Result pixels to a source pixel, on the side that needs more.
    pub(crate) fn scale(&self) -> f64 {
        (f64::from(self.scaled_size.0) / self.crop_size.0)
            .max(f64::from(self.scaled_size.1) / self.crop_size.1)
    }

    /// How much of each side of the picture is cut out, 1 being all of it.
    pub(crate) fn crop_share(&self, picture: &ImageInfo) -> (f64, f64) {
        (
            self.crop_size.0 / f64::from(picture.width),
            self.crop_size.1 / f64::from(picture.height),
        )
    }
}

impl Transform {
    /// At most `width` wide, never enlarged, in the picture's own format.
    pub fn to_width(width: u32) -> Transform {
        Transform {
            width: Some(width),
            height: None,
            fit: Fit::Inside,
            gravity: Gravity::Centre,
            enlarge: false,
            format: OutputFormat::Source,
            quality: None,
        }
    }

    /// The same text for the same result, safe as a file name: `w800`, `w64_h64_cover_north_webp_q75`.
    pub fn cache_key(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.width.map(|width| format!("w{width}")));
        parts.extend(self.height.map(|height| format!("h{height}")));
        if self.width.is_some() && self.height.is_some() {
            parts.push(self.fit.name().to_owned());
            if self.fit == Fit::Cover && self.gravity != Gravity::Centre {
                parts.push(self.gravity.name().to_owned());
            }
        }
        if self.enlarge {
            parts.push("enlarge".to_owned());
        }
        if let OutputFormat::Fixed(format) = self.format {
            parts.push(format.name().to_owned());
        }
        parts.extend(self.quality.map(|quality| format!("q{quality}")));
        if parts.is_empty() {
            "whole".to_owned()
        } else {
            parts.join("_")
        }
    }

    /// Reads what `cache_key` wrote. Fit and gravity are the defaults where the key leaves them out because they do
    /// not matter. `None` if it is not a key.
    pub fn from_cache_key(key: &str) -> Option<Transform> {
        let mut transform = Transform {
            width: None,
            ..Transform::to_width(1)
        };
        let number = |part: &str, letter| part.strip_prefix(letter)?.parse::<u32>().ok();
        for part in key.split('_').filter(|part| *part != "whole") {
            if let Some(width) = number(part, 'w') {
                transform.width = Some(width);
            } else if let Some(height) = number(part, 'h') {
                transform.height = Some(height);
            } else if let Some(quality) = number(part, 'q') {
                transform.quality = Some(u8::try_from(quality).ok()?);
            } else if part == "enlarge" {
                transform.enlarge = true;
            } else if let Some(fit) = Fit::from_name(part) {
                transform.fit = fit;
            } else if let Some(gravity) = Gravity::from_name(part) {
                transform.gravity = gravity;
            } else {
                transform.format = OutputFormat::Fixed(Format::from_name(part)?);
            }
        }
        Some(transform)
    }

    /// The format, width and height that will come out, without rendering.
    pub fn resolve_output(&self, source: &ImageInfo) -> (Format, u32, u32) {
        let format = match self.format {
            OutputFormat::Fixed(format) => format,
            OutputFormat::Source if source.format.is_default_output() => source.format,
            OutputFormat::Source => Format::Png,
        };
        let (width, height) = self.geometry(source.width, source.height).canvas_size;
        (format, width, height)
    }

    /// `width` and `height` are the picture's as displayed, both at least 1.
    pub(crate) fn geometry(&self, width: u32, height: u32) -> Geometry {
        let whole = (f64::from(width), f64::from(height));
        let inside = |size| Geometry {
            crop_size: whole,
            gravity: self.gravity,
            scaled_size: size,
            canvas_size: size,
        };
        let (box_width, box_height) = match (self.width, self.height) {
            (None, None) => return inside((width, height)),
            (Some(to), None) => {
                return inside(scale_to_width(width, height, self.limit_side(to, width)));
            }
            (None, Some(to)) => {
                let (tall, wide) = scale_to_width(height, width, self.limit_side(to, height));
                return inside((wide, tall));
            }
            (Some(to_width), Some(to_height)) => (to_width.max(1), to_height.max(1)),
        };
        match self.fit {
            Fit::Inside => inside(self.fit_inside(width, height, box_width, box_height)),
            Fit::Contain => Geometry {
                crop_size: whole,
                gravity: self.gravity,
                scaled_size: self.fit_inside(width, height, box_width, box_height),
                canvas_size: (box_width, box_height),
            },
            Fit::Fill => inside(self.shrink_box(width, height, box_width, box_height)),
            Fit::Cover => {
                // The largest part of the picture that has the box's proportions.
                let (wide, tall) = (f64::from(box_width), f64::from(box_height));
                let scale = (whole.0 / wide).min(whole.1 / tall);
                let scaled = self.shrink_box(width, height, box_width, box_height);
                Geometry {
                    crop_size: ((wide * scale).min(whole.0), (tall * scale).min(whole.1)),
                    gravity: self.gravity,
                    scaled_size: scaled,
                    canvas_size: scaled,
                }
            }
        }
    }

    /// The box; where nothing is enlarged, the largest of its proportions that the picture can fill.
    fn shrink_box(&self, width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
        let (wide, tall) = (f64::from(box_width), f64::from(box_height));
        let scale = (f64::from(width) / wide).min(f64::from(height) / tall);
        if self.enlarge || scale >= 1.0 {
            return (box_width, box_height);
        }
        let side = |side: f64| ((side * scale).round() as u32).max(1);
        (side(wide), side(tall))
    }

    /// One side of the result: not longer than the picture's, unless it may be enlarged.
    fn limit_side(&self, asked: u32, own: u32) -> u32 {
        if self.enlarge {
            asked.max(1)
        } else {
            asked.clamp(1, own)
        }
    }

    fn fit_inside(&self, width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
        let width_binds =
            u64::from(box_width) * u64::from(height) <= u64::from(box_height) * u64::from(width);
        if width_binds {
            scale_to_width(width, height, self.limit_side(box_width, width))
        } else {
            let (tall, wide) = scale_to_width(height, width, self.limit_side(box_height, height));
            (wide, tall)
        }
    }
}

/// Proportional, the other side rounded to the nearest and at least 1.
fn scale_to_width(width: u32, height: u32, to: u32) -> (u32, u32) {
    let (width, height, wide) = (u64::from(width), u64::from(height), u64::from(to));
    let tall = (height * wide + width / 2) / width;
    (to, u32::try_from(tall).unwrap_or(u32::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_box(fit: Fit, width: u32, height: u32) -> Transform {
        Transform {
            height: Some(height),
            fit,
            ..Transform::to_width(width)
        }
    }

    #[test]
    fn a_width_keeps_proportions_and_never_enlarges() {
        let size = |w, h, to| Transform::to_width(to).geometry(w, h).canvas_size;
        assert_eq!(size(1000, 500, 200), (200, 100));
        assert_eq!(size(2725, 2225, 720), (720, 588));
        assert_eq!(size(600, 400, 800), (600, 400));
        assert_eq!(size(16384, 1, 200), (200, 1));
        assert_eq!(size(1, 16384, 200), (1, 16384));
        assert_eq!(size(2, 1, 1), (1, 1), "a half is rounded up");
    }

    #[test]
    fn boxes_bind_as_their_fit_says() {
        assert_eq!(
            with_box(Fit::Inside, 640, 480)
                .geometry(400, 900)
                .canvas_size,
            (213, 480)
        );
        assert_eq!(
            with_box(Fit::Fill, 64, 64).geometry(400, 900).canvas_size,
            (64, 64)
        );
        let contain = with_box(Fit::Contain, 100, 100).geometry(200, 100);
        assert_eq!(
            (contain.scaled_size, contain.canvas_size),
            ((100, 50), (100, 100))
        );
        let cover = with_box(Fit::Cover, 100, 100).geometry(400, 200);
        assert_eq!(
            (cover.crop_size, cover.canvas_size),
            ((200.0, 200.0), (100, 100))
        );
    }

    #[test]
    fn a_box_larger_than_the_picture_shrinks_and_keeps_its_proportions() {
        for fit in [Fit::Cover, Fit::Fill] {
            let size =
                |width, height, w, h| with_box(fit, width, height).geometry(w, h).canvas_size;
            assert_eq!(size(800, 400, 400, 400), (400, 200), "{fit:?}");
            assert_eq!(size(640, 64, 400, 900), (400, 40), "one side is enough");
            assert_eq!(size(8000, 1, 100, 100), (100, 1), "never to nothing");
            assert_eq!(size(400, 300, 400, 300), (400, 300));
            let larger = Transform {
                enlarge: true,
                ..with_box(fit, 800, 400)
            };
            assert_eq!(larger.geometry(400, 400).canvas_size, (800, 400));
        }
        let cover = with_box(Fit::Cover, 800, 400).geometry(400, 400);
        assert_eq!(cover.crop_size, (400.0, 200.0), "cut, not squeezed");
        let fill = with_box(Fit::Fill, 800, 400).geometry(400, 400);
        assert_eq!(fill.crop_size, (400.0, 400.0), "squeezed, not cut");
        let contain = with_box(Fit::Contain, 800, 400).geometry(40, 40);
        assert_eq!(
            (contain.scaled_size, contain.canvas_size),
            ((40, 40), (800, 400))
        );
    }

    #[test]
    fn the_cache_key_names_every_requested_parameter() {
        assert_eq!(Transform::to_width(800).cache_key(), "w800");
        let thumbnail = Transform {
            format: OutputFormat::Fixed(Format::WebP),
            quality: Some(75),
            ..with_box(Fit::Cover, 64, 48)
        };
        assert_eq!(thumbnail.cache_key(), "w64_h48_cover_webp_q75");
        let from_above = Transform {
            gravity: Gravity::NorthEast,
            ..thumbnail
        };
        assert_eq!(from_above.cache_key(), "w64_h48_cover_northeast_webp_q75");
        // Where nothing is cut off it says nothing.
        let inside = Transform {
            fit: Fit::Inside,
            ..from_above
        };
        assert_eq!(inside.cache_key(), "w64_h48_inside_webp_q75");
    }

    #[test]
    fn a_cache_key_is_read_back_as_the_transform_that_wrote_it() {
        let whole = Transform {
            width: None,
            ..Transform::to_width(1)
        };
        let cover = Transform {
            gravity: Gravity::NorthEast,
            format: OutputFormat::Fixed(Format::WebP),
            quality: Some(75),
            enlarge: true,
            ..with_box(Fit::Cover, 64, 48)
        };
        let tall = Transform {
            height: Some(9),
            ..whole
        };
        for transform in [
            whole,
            cover,
            tall,
            Transform::to_width(800),
            with_box(Fit::Inside, 1024, 768),
            with_box(Fit::Contain, 1, 2),
            with_box(Fit::Fill, 3, 4),
        ] {
            let key = transform.cache_key();
            assert_eq!(Transform::from_cache_key(&key), Some(transform), "{key}");
        }
        for text in ["", "w", "w8x", "q999", "thumb", "w800__webp"] {
            assert_eq!(Transform::from_cache_key(text), None, "{text}");
        }
    }
}
