//! Decoded pixels, as RGB(A) or as YCbCr planes, with the colour profile they came with.

use crate::raster::Raster;
use crate::yuv_planes::YuvPlanes;

/// A still picture as stored: neither oriented nor converted to sRGB.
pub(crate) struct DecodedImage {
    pub(crate) raster: Raster,
    /// The part of the raster, from its top left, that is the picture. Scaled decoding rounds up, so the last
    /// column and row may be picture only in part; treating them as whole would shift the picture.
    pub(crate) extent: (f64, f64),
    /// The ICC profile that the pixels are in.
    pub(crate) profile: Option<Vec<u8>>,
    /// It was stored as at most 256 colours.
    pub(crate) has_palette: bool,
}

/// A still picture as stored, in planes and in sRGB.
pub(crate) struct DecodedPlanes {
    pub(crate) planes: YuvPlanes,
    /// As of `Decoded`.
    pub(crate) extent: (f64, f64),
    /// The size in the file.
    pub(crate) full_size: (u32, u32),
}

impl DecodedImage {
    pub(super) fn new(raster: Raster, profile: Option<Vec<u8>>) -> DecodedImage {
        let extent = (f64::from(raster.width), f64::from(raster.height));
        DecodedImage {
            raster,
            extent,
            profile,
            has_palette: false,
        }
    }
}
