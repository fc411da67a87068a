//! A decoded still picture, and a size that is made of it.
//!
//! Everything is as stored until `finish`: what is turned, converted and padded is the small result. Pictures
//! that come from planes and go to planes never become colours in between.

use crate::colour::to_srgb;
use crate::decode::{self, Decoded, InPlanes};
use crate::encode;
use crate::orient::orient;
use crate::pad::pad;
use crate::raster::Raster;
use crate::resize::{Part, resize};
use crate::transform::Plan;
use crate::yuv_planes::Planes;
use crate::{Error, Format, Info, Limits, Stop};

#[derive(Clone)]
pub(crate) struct Still {
    pixels: Pixels,
    /// As of `Decoded`.
    extent: (f64, f64),
    profile: Option<Vec<u8>>,
    /// As of `Decoded`.
    from_a_palette: bool,
}

#[derive(Clone)]
enum Pixels {
    Colours(Raster),
    Planes(Planes),
}

impl Still {
    /// With `in_planes`, what is stored in planes stays so.
    pub(crate) fn decode(
        bytes: &[u8],
        info: &Info,
        scale: f64,
        in_planes: bool,
        limits: &Limits,
        stop: &dyn Stop,
    ) -> Result<Still, Error> {
        if in_planes && let Some(decoded) = decode::planes(bytes, info, scale)? {
            let InPlanes { planes, extent, .. } = decoded;
            return Ok(Still {
                pixels: Pixels::Planes(planes),
                extent,
                profile: None,
                from_a_palette: false,
            });
        }
        let Decoded {
            raster,
            extent,
            profile,
            from_a_palette,
        } = decode::still(bytes, info, scale, limits, stop)?;
        Ok(Still {
            pixels: Pixels::Colours(raster.without_idle_alpha()),
            extent,
            profile,
            from_a_palette,
        })
    }

    /// The size that `plan` asks for; `None` where this is it.
    pub(crate) fn sized(&self, info: &Info, plan: &Plan) -> Result<Option<Still>, Error> {
        // The plan speaks of the displayed picture.
        let (width, height) = info.orientation.turn(plan.scaled);
        let (share_x, share_y) = info.orientation.turn(plan.share(info));
        let before = plan.gravity.before(info.orientation);
        let part = Part::of(self.extent, (share_x, share_y), before);
        let size = (f64::from(width), f64::from(height));
        let whole = size == self.extent && (share_x, share_y) == (1.0, 1.0);
        let pixels = match &self.pixels {
            Pixels::Colours(_) if whole => return Ok(None),
            Pixels::Planes(planes) if whole && planes.are((width, height)) => return Ok(None),
            Pixels::Colours(raster) => Pixels::Colours(resize(raster, part, width, height)?),
            Pixels::Planes(planes) => {
                Pixels::Planes(planes.resize(part, (width, height), info.orientation)?)
            }
        };
        Ok(Some(Still {
            pixels,
            extent: size,
            profile: self.profile.clone(),
            from_a_palette: self.from_a_palette,
        }))
    }

    /// Whether a size made of this one looks like one made of the decoded picture: half of it at most.
    pub(crate) fn suffices(&self, info: &Info, plan: &Plan) -> bool {
        let (width, height) = info.orientation.turn(self.extent);
        let (share_x, share_y) = plan.share(info);
        width * share_x >= f64::from(plan.scaled.0) * 2.0
            && height * share_y >= f64::from(plan.scaled.1) * 2.0
    }

    /// Coloured, turned, padded and written.
    pub(crate) fn finish(
        self,
        info: &Info,
        plan: &Plan,
        format: Format,
        quality: Option<u8>,
    ) -> Result<Vec<u8>, Error> {
        match self.pixels {
            Pixels::Planes(planes) => {
                encode::planes(planes.orient(info.orientation), format, quality)
            }
            Pixels::Colours(raster) => {
                let coloured = to_srgb(raster, self.profile.as_deref());
                let picture = pad(orient(coloured, info.orientation), plan.canvas);
                encode::still(picture, format, quality, self.from_a_palette)
            }
        }
    }
}
