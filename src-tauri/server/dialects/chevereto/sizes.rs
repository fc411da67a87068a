//! The sizes that a file has beside its own: a square for lists, and one that fits into a page's column.

use imaging::{Fit, Info, Transform};
use library::Image;

use crate::deliver::Wish;

/// Both sides of the square; a smaller picture gives the square of its shorter side.
const THUMB: u32 = 320;
const MEDIUM: u32 = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Original,
    Thumb,
    Medium,
}

impl Size {
    pub const SMALLER: [Size; 2] = [Size::Thumb, Size::Medium];

    /// What stands before the ending of its file's name.
    pub fn mark(self) -> &'static str {
        match self {
            Size::Original => "",
            Size::Thumb => ".th",
            Size::Medium => ".md",
        }
    }

    /// `None` where the picture has no such size: its own bytes are it.
    pub fn transform(self, info: &Info) -> Option<Transform> {
        // An SVG is never turned into pixels.
        if !info.format.decodes() {
            return None;
        }
        match self {
            Size::Original => None,
            Size::Thumb => Some(Transform {
                height: Some(THUMB),
                fit: Fit::Cover,
                ..Transform::to_width(THUMB)
            }),
            Size::Medium => {
                let smaller = info.width > MEDIUM || info.animated;
                smaller.then(|| Transform::to_width(MEDIUM))
            }
        }
    }

    pub fn of(self, image: &Image) -> Wish {
        match self.transform(&image.info) {
            Some(transform) => Wish::Variant(transform),
            None => Wish::Original,
        }
    }
}
