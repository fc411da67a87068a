//! Colour management: converts pixels to sRGB, because variants carry no colour profile.
//!
//! A profile that is broken, or is for other channels than the picture has, is ignored as browsers do.

use moxcms::{ColorProfile, DataColorSpace, Layout as Channels, TransformOptions};

use crate::panic_guard::catch_decoder_panic;
use crate::raster::{Layout, Raster};

/// Ink becomes RGB in any case; everything else keeps its layout, but grey with a profile becomes colour.
pub(crate) fn to_srgb(raster: Raster, profile: Option<&[u8]>) -> Raster {
    // Profiles are strangers' bytes too: one that makes the converter panic is a broken one.
    let try_with = |bytes| {
        let profile = ColorProfile::new_from_slice(bytes).ok()?;
        convert_to_srgb(&raster, &profile)
    };
    let converted =
        profile.and_then(|bytes| catch_decoder_panic(|| Ok(try_with(bytes))).ok().flatten());
    match converted {
        Some(converted) => converted,
        None if raster.layout == Layout::Cmyk => raster.map_pixels(Layout::Rgb, |&[c, m, y, k]| {
            let light = |ink: u8| ((255 - u16::from(ink)) * (255 - u16::from(k)) / 255) as u8;
            [light(c), light(m), light(y)]
        }),
        None => raster,
    }
}

/// Whether colours in this profile are the same as without one, as far as 8 bits can say; so it is with the many
/// profiles that only call sRGB by its name. Broken ones are ignored, which makes them mean sRGB too.
pub(crate) fn is_srgb_profile(profile: &[u8]) -> bool {
    const STEPS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    let every = |steps: [u8; 6]| {
        let pairs = STEPS.iter().flat_map(move |r| STEPS.map(|g| (*r, g)));
        pairs.flat_map(move |(r, g)| steps.map(|b| [r, g, b]))
    };
    let pixels: Vec<u8> = every(STEPS).flatten().collect();
    let probe = Raster {
        width: (pixels.len() / 3) as u32,
        height: 1,
        layout: Layout::Rgb,
        pixels,
    };
    let shown = to_srgb(probe.clone(), Some(profile));
    let mut pairs = shown.pixels.iter().zip(&probe.pixels);
    pairs.all(|(shown, stored)| shown.abs_diff(*stored) <= 1)
}

fn convert_to_srgb(raster: &Raster, profile: &ColorProfile) -> Option<Raster> {
    let coloured;
    let source = match (profile.color_space, raster.layout) {
        (DataColorSpace::Rgb, Layout::Grey | Layout::GreyAlpha) => {
            coloured = raster.clone().into_colour();
            &coloured
        }
        (DataColorSpace::Rgb, Layout::Rgb | Layout::Rgba)
        | (DataColorSpace::Gray, Layout::Grey | Layout::GreyAlpha)
        | (DataColorSpace::Cmyk, Layout::Cmyk) => raster,
        _ => return None,
    };
    let (from, to, layout) = match source.layout {
        Layout::Grey => (Channels::Gray, Channels::Rgb, Layout::Rgb),
        Layout::GreyAlpha => (Channels::GrayAlpha, Channels::Rgba, Layout::Rgba),
        Layout::Rgb => (Channels::Rgb, Channels::Rgb, Layout::Rgb),
        Layout::Rgba => (Channels::Rgba, Channels::Rgba, Layout::Rgba),
        // Four channels are four channels to the converter.
        Layout::Cmyk => (Channels::Rgba, Channels::Rgb, Layout::Rgb),
    };
    let srgb = ColorProfile::new_srgb();
    let transform = profile
        .create_transform_8bit(from, &srgb, to, TransformOptions::default())
        .ok()?;
    let mut target = Raster::blank(source.width, source.height, layout);
    transform
        .transform(&source.pixels, &mut target.pixels)
        .ok()?;
    Some(target)
}
