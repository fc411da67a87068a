//! A decoded still image, and the size that is rendered from it.
//!
//! Everything is as stored until `finish`: what is turned, converted and padded is the small result. Pictures
//! that come from planes and go to planes never become colours in between.

use crate::colour::to_srgb;
use crate::decode::{self, DecodedImage, DecodedPlanes};
use crate::encode;
use crate::orient::orient;
use crate::pad::pad;
use crate::raster::Raster;
use crate::resize::{Crop, resize};
use crate::transform::Geometry;
use crate::yuv_planes::YuvPlanes;
use crate::{CancelToken, Error, Format, ImageInfo, Limits};

#[derive(Clone)]
pub(crate) struct StillImage {
    pixels: Pixels,
    /// As of `Decoded`.
    extent: (f64, f64),
    profile: Option<Vec<u8>>,
    /// As of `Decoded`.
    has_palette: bool,
}

#[derive(Clone)]
enum Pixels {
    Raster(Raster),
    Yuv(YuvPlanes),
}

impl StillImage {
    /// With `in_planes`, what is stored in planes stays so.
    pub(crate) fn decode(
        bytes: &[u8],
        info: &ImageInfo,
        scale: f64,
        in_planes: bool,
        limits: &Limits,
        stop: &dyn CancelToken,
    ) -> Result<StillImage, Error> {
        if in_planes && let Some(decoded) = decode::decode_planes(bytes, info, scale)? {
            let DecodedPlanes { planes, extent, .. } = decoded;
            return Ok(StillImage {
                pixels: Pixels::Yuv(planes),
                extent,
                profile: None,
                has_palette: false,
            });
        }
        let DecodedImage {
            raster,
            extent,
            profile,
            has_palette: from_a_palette,
        } = decode::decode_still(bytes, info, scale, limits, stop)?;
        Ok(StillImage {
            pixels: Pixels::Raster(raster.drop_opaque_alpha()),
            extent,
            profile,
            has_palette: from_a_palette,
        })
    }

    /// The size that `plan` asks for; `None` where this is it.
    pub(crate) fn resize_to(
        &self,
        info: &ImageInfo,
        plan: &Geometry,
    ) -> Result<Option<StillImage>, Error> {
        // The plan speaks of the displayed picture.
        let (width, height) = info.orientation.orient_size(plan.scaled_size);
        let (share_x, share_y) = info.orientation.orient_size(plan.crop_share(info));
        let before = plan.gravity.crop_alignment(info.orientation);
        let part = Crop::new(self.extent, (share_x, share_y), before);
        let size = (f64::from(width), f64::from(height));
        let whole = size == self.extent && (share_x, share_y) == (1.0, 1.0);
        let pixels = match &self.pixels {
            Pixels::Raster(_) if whole => return Ok(None),
            Pixels::Yuv(planes) if whole && planes.has_size((width, height)) => return Ok(None),
            Pixels::Raster(raster) => Pixels::Raster(resize(raster, part, width, height)?),
            Pixels::Yuv(planes) => {
                Pixels::Yuv(planes.resize(part, (width, height), info.orientation)?)
            }
        };
        Ok(Some(StillImage {
            pixels,
            extent: size,
            profile: self.profile.clone(),
            has_palette: self.has_palette,
        }))
    }

    /// Whether a size made of this one looks like one made of the decoded picture: half of it at most.
    pub(crate) fn is_large_enough_for(&self, info: &ImageInfo, plan: &Geometry) -> bool {
        let (width, height) = info.orientation.orient_size(self.extent);
        let (share_x, share_y) = plan.crop_share(info);
        width * share_x >= f64::from(plan.scaled_size.0) * 2.0
            && height * share_y >= f64::from(plan.scaled_size.1) * 2.0
    }

    /// Coloured, turned, padded and written.
    pub(crate) fn encode(
        self,
        info: &ImageInfo,
        plan: &Geometry,
        format: Format,
        quality: Option<u8>,
    ) -> Result<Vec<u8>, Error> {
        match self.pixels {
            Pixels::Yuv(planes) => {
                encode::encode_planes(planes.orient(info.orientation), format, quality)
            }
            Pixels::Raster(raster) => {
                let coloured = to_srgb(raster, self.profile.as_deref());
                let picture = pad(orient(coloured, info.orientation), plan.canvas_size);
                encode::encode_still(picture, format, quality, self.has_palette)
            }
        }
    }
}
