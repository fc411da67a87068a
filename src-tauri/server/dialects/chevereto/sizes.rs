//! The sizes that a file has beside its own: a square for lists, and one that fits into a page's column.

use imaging::{Fit, ImageInfo, Transform};
use library::Image;

use crate::deliver::Representation;

/// Both sides of the square; a smaller picture gives the square of its shorter side.
const THUMB_SIDE: u32 = 320;
const MEDIUM_WIDTH: u32 = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Original,
    Thumb,
    Medium,
}

impl Size {
    pub const SMALLER_SIZES: [Size; 2] = [Size::Thumb, Size::Medium];

    /// What stands before the ending of its file's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Size::Original => "",
            Size::Thumb => ".th",
            Size::Medium => ".md",
        }
    }

    /// `None` where the picture has no such size: its own bytes are it.
    pub fn transform(self, info: &ImageInfo) -> Option<Transform> {
        // An SVG is never turned into pixels.
        if !info.format.can_decode() {
            return None;
        }
        match self {
            Size::Original => None,
            Size::Thumb => Some(Transform {
                height: Some(THUMB_SIDE),
                fit: Fit::Cover,
                ..Transform::to_width(THUMB_SIDE)
            }),
            Size::Medium => {
                let smaller = info.width > MEDIUM_WIDTH || info.animated;
                smaller.then(|| Transform::to_width(MEDIUM_WIDTH))
            }
        }
    }

    pub fn representation(self, image: &Image) -> Representation {
        match self.transform(&image.info) {
            Some(transform) => Representation::Variant(transform),
            None => Representation::Original,
        }
    }
}
