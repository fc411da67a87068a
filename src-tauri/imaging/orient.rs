//! Orientation: turns stored pixels into displayed ones.

use crate::raster::Raster;

/// The eight EXIF orientations, named for what is done to the stored pixels to display them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Orientation {
    #[default]
    Upright,
    FlipHorizontal,
    Rotate180,
    FlipVertical,
    /// Mirrored along the diagonal from the top left.
    Transpose,
    /// A quarter turn clockwise.
    Rotate90,
    /// Mirrored along the diagonal from the top right.
    Transverse,
    /// A quarter turn counter-clockwise.
    Rotate270,
}

impl Orientation {
    const ALL: [Orientation; 8] = [
        Orientation::Upright,
        Orientation::FlipHorizontal,
        Orientation::Rotate180,
        Orientation::FlipVertical,
        Orientation::Transpose,
        Orientation::Rotate90,
        Orientation::Transverse,
        Orientation::Rotate270,
    ];

    /// 1 to 8 as in EXIF.
    pub fn from_exif(tag: u16) -> Option<Orientation> {
        Orientation::ALL
            .get(usize::from(tag).checked_sub(1)?)
            .copied()
    }

    /// 1 to 8 as in EXIF.
    pub fn exif_value(self) -> u8 {
        self as u8 + 1
    }

    pub fn swaps_sides(self) -> bool {
        self.exif_value() >= 5
    }

    /// Whether the stored columns, and the stored rows, are displayed in reverse.
    pub(crate) fn flipped_axes(self) -> (bool, bool) {
        match self {
            Orientation::Upright | Orientation::Transpose => (false, false),
            Orientation::FlipHorizontal | Orientation::Rotate270 => (true, false),
            Orientation::FlipVertical | Orientation::Rotate90 => (false, true),
            Orientation::Rotate180 | Orientation::Transverse => (true, true),
        }
    }

    /// Stored size to displayed size, and back.
    pub(crate) fn orient_size<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        }
    }
}

pub(crate) fn orient(stored: Raster, orientation: Orientation) -> Raster {
    if orientation == Orientation::Upright {
        return stored;
    }
    let (width, height) = (stored.width as usize, stored.height as usize);
    let (right, bottom) = (width - 1, height - 1);
    let size = stored.layout.channels();
    let (shown_width, shown_height) = orientation.orient_size((width, height));
    let mut shown = Vec::with_capacity(stored.pixels.len());
    for y in 0..shown_height {
        for x in 0..shown_width {
            let (from_x, from_y) = match orientation {
                Orientation::Upright => (x, y),
                Orientation::FlipHorizontal => (right - x, y),
                Orientation::Rotate180 => (right - x, bottom - y),
                Orientation::FlipVertical => (x, bottom - y),
                Orientation::Transpose => (y, x),
                Orientation::Rotate90 => (y, bottom - x),
                Orientation::Transverse => (right - y, bottom - x),
                Orientation::Rotate270 => (right - y, x),
            };
            let at = (from_y * width + from_x) * size;
            shown.extend_from_slice(&stored.pixels[at..at + size]);
        }
    }
    Raster {
        width: shown_width as u32,
        height: shown_height as u32,
        layout: stored.layout,
        pixels: shown,
    }
}
