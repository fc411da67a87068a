//! What to do with a picture, as plain data; its canonical text is the cache key.

use crate::{Format, Gravity, Info};

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
    pub format: Output,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// The picture's own format, or PNG where that is BMP or is not written.
    Source,
    Is(Format),
}

/// The geometry of a transform, in pixels of the picture as displayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    /// What is cut out first: width and height.
    pub(crate) part: (f64, f64),
    /// Where it is cut out.
    pub(crate) gravity: Gravity,
    /// What that is resized to.
    pub(crate) scaled: (u32, u32),
    /// What it is then put in the middle of.
    pub(crate) canvas: (u32, u32),
}

impl Plan {
    /// Result pixels to a source pixel, on the side that needs more.
    pub(crate) fn scale(&self) -> f64 {
        (f64::from(self.scaled.0) / self.part.0).max(f64::from(self.scaled.1) / self.part.1)
    }

    /// How much of each side of the picture is cut out, 1 being all of it.
    pub(crate) fn share(&self, picture: &Info) -> (f64, f64) {
        (
            self.part.0 / f64::from(picture.width),
            self.part.1 / f64::from(picture.height),
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
            format: Output::Source,
            quality: None,
        }
    }

    /// The same text for the same result, safe as a file name: `w800`, `w64_h64_cover_north_webp_q75`.
    pub fn canonical(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.width.map(|width| format!("w{width}")));
        parts.extend(self.height.map(|height| format!("h{height}")));
        if self.width.is_some() && self.height.is_some() {
            parts.push(
                match self.fit {
                    Fit::Inside => "inside",
                    Fit::Cover => "cover",
                    Fit::Fill => "fill",
                    Fit::Contain => "contain",
                }
                .to_owned(),
            );
            if self.fit == Fit::Cover && self.gravity != Gravity::Centre {
                parts.push(self.gravity.name().to_owned());
            }
        }
        if self.enlarge {
            parts.push("enlarge".to_owned());
        }
        if let Output::Is(format) = self.format {
            parts.push(format.name().to_owned());
        }
        parts.extend(self.quality.map(|quality| format!("q{quality}")));
        if parts.is_empty() {
            "whole".to_owned()
        } else {
            parts.join("_")
        }
    }

    /// The format, width and height that will come out, without rendering.
    pub fn output(&self, source: &Info) -> (Format, u32, u32) {
        let format = match self.format {
            Output::Is(format) => format,
            Output::Source if source.format.keeps() => source.format,
            Output::Source => Format::Png,
        };
        let (width, height) = self.plan(source.width, source.height).canvas;
        (format, width, height)
    }

    /// `width` and `height` are the picture's as displayed, both at least 1.
    pub(crate) fn plan(&self, width: u32, height: u32) -> Plan {
        let whole = (f64::from(width), f64::from(height));
        let inside = |size| Plan {
            part: whole,
            gravity: self.gravity,
            scaled: size,
            canvas: size,
        };
        let (box_width, box_height) = match (self.width, self.height) {
            (None, None) => return inside((width, height)),
            (Some(to), None) => return inside(to_width(width, height, self.side(to, width))),
            (None, Some(to)) => {
                let (tall, wide) = to_width(height, width, self.side(to, height));
                return inside((wide, tall));
            }
            (Some(to_width), Some(to_height)) => (to_width.max(1), to_height.max(1)),
        };
        match self.fit {
            Fit::Inside => inside(self.fitted(width, height, box_width, box_height)),
            Fit::Contain => Plan {
                part: whole,
                gravity: self.gravity,
                scaled: self.fitted(width, height, box_width, box_height),
                canvas: (box_width, box_height),
            },
            Fit::Fill => inside(self.shrunk(width, height, box_width, box_height)),
            Fit::Cover => {
                // The largest part of the picture that has the box's proportions.
                let (wide, tall) = (f64::from(box_width), f64::from(box_height));
                let scale = (whole.0 / wide).min(whole.1 / tall);
                let scaled = self.shrunk(width, height, box_width, box_height);
                Plan {
                    part: ((wide * scale).min(whole.0), (tall * scale).min(whole.1)),
                    gravity: self.gravity,
                    scaled,
                    canvas: scaled,
                }
            }
        }
    }

    /// The box; where nothing is enlarged, the largest of its proportions that the picture can fill.
    fn shrunk(&self, width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
        let (wide, tall) = (f64::from(box_width), f64::from(box_height));
        let scale = (f64::from(width) / wide).min(f64::from(height) / tall);
        if self.enlarge || scale >= 1.0 {
            return (box_width, box_height);
        }
        let side = |side: f64| ((side * scale).round() as u32).max(1);
        (side(wide), side(tall))
    }

    /// One side of the result: not longer than the picture's, unless it may be enlarged.
    fn side(&self, asked: u32, own: u32) -> u32 {
        if self.enlarge {
            asked.max(1)
        } else {
            asked.clamp(1, own)
        }
    }

    fn fitted(&self, width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
        let width_binds =
            u64::from(box_width) * u64::from(height) <= u64::from(box_height) * u64::from(width);
        if width_binds {
            to_width(width, height, self.side(box_width, width))
        } else {
            let (tall, wide) = to_width(height, width, self.side(box_height, height));
            (wide, tall)
        }
    }
}

/// Proportional, the other side rounded to the nearest and at least 1.
fn to_width(width: u32, height: u32, to: u32) -> (u32, u32) {
    let (width, height, wide) = (u64::from(width), u64::from(height), u64::from(to));
    let tall = (height * wide + width / 2) / width;
    (to, u32::try_from(tall).unwrap_or(u32::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(fit: Fit, width: u32, height: u32) -> Transform {
        Transform {
            height: Some(height),
            fit,
            ..Transform::to_width(width)
        }
    }

    #[test]
    fn a_width_keeps_proportions_and_never_enlarges() {
        let size = |w, h, to| Transform::to_width(to).plan(w, h).canvas;
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
            boxed(Fit::Inside, 640, 480).plan(400, 900).canvas,
            (213, 480)
        );
        assert_eq!(boxed(Fit::Fill, 64, 64).plan(400, 900).canvas, (64, 64));
        let contain = boxed(Fit::Contain, 100, 100).plan(200, 100);
        assert_eq!((contain.scaled, contain.canvas), ((100, 50), (100, 100)));
        let cover = boxed(Fit::Cover, 100, 100).plan(400, 200);
        assert_eq!((cover.part, cover.canvas), ((200.0, 200.0), (100, 100)));
    }

    #[test]
    fn a_box_larger_than_the_picture_shrinks_and_keeps_its_proportions() {
        for fit in [Fit::Cover, Fit::Fill] {
            let size = |width, height, w, h| boxed(fit, width, height).plan(w, h).canvas;
            assert_eq!(size(800, 400, 400, 400), (400, 200), "{fit:?}");
            assert_eq!(size(640, 64, 400, 900), (400, 40), "one side is enough");
            assert_eq!(size(8000, 1, 100, 100), (100, 1), "never to nothing");
            assert_eq!(size(400, 300, 400, 300), (400, 300));
            let larger = Transform {
                enlarge: true,
                ..boxed(fit, 800, 400)
            };
            assert_eq!(larger.plan(400, 400).canvas, (800, 400));
        }
        let cover = boxed(Fit::Cover, 800, 400).plan(400, 400);
        assert_eq!(cover.part, (400.0, 200.0), "cut, not squeezed");
        let fill = boxed(Fit::Fill, 800, 400).plan(400, 400);
        assert_eq!(fill.part, (400.0, 400.0), "squeezed, not cut");
        let contain = boxed(Fit::Contain, 800, 400).plan(40, 40);
        assert_eq!((contain.scaled, contain.canvas), ((40, 40), (800, 400)));
    }

    #[test]
    fn the_canonical_text_names_all_that_was_asked() {
        assert_eq!(Transform::to_width(800).canonical(), "w800");
        let thumbnail = Transform {
            format: Output::Is(Format::WebP),
            quality: Some(75),
            ..boxed(Fit::Cover, 64, 48)
        };
        assert_eq!(thumbnail.canonical(), "w64_h48_cover_webp_q75");
        let from_above = Transform {
            gravity: Gravity::NorthEast,
            ..thumbnail
        };
        assert_eq!(from_above.canonical(), "w64_h48_cover_northeast_webp_q75");
        // Where nothing is cut off it says nothing.
        let inside = Transform {
            fit: Fit::Inside,
            ..from_above
        };
        assert_eq!(inside.canonical(), "w64_h48_inside_webp_q75");
    }
}
