//! Inspects, verifies and renders images: bytes in, bytes out.
//!
//! No files, no clock, no async and no HTTP live here, so that every rule about pixels can be read and tested
//! alone. `inspect` looks at a picture without decoding it, `verify` decodes it to see that it is whole,
//! `render` makes another picture of it, `told` reads its title and what its camera noted, `strip` copies it without
//! what it tells about people, and `sanitise_svg` without what could run. All take bytes from strangers: limits are
//! checked from the header before anything is decoded, and a decoder that panics is an error like any other.

mod animation;
mod colour;
mod container;
mod decode;
mod encode;
mod error;
mod flatten;
mod format;
mod gravity;
mod info;
mod limits;
mod memory_estimate;
mod metadata;
mod orient;
mod pad;
mod panic_guard;
mod pipeline;
mod raster;
mod render_plan;
mod resize;
mod still_image;
mod svg;
mod transform;
mod yuv_planes;

pub use error::Error;
pub use format::Format;
pub use gravity::Gravity;
pub use info::{ImageInfo, inspect};
pub use limits::{CancelToken, Limits, NeverCancelled};
pub use memory_estimate::estimate_memory;
pub use metadata::{EmbeddedMetadata, read_metadata, strip_metadata};
pub use orient::Orientation;
pub use pipeline::{render, render_all, verify};
pub use render_plan::RenderedImage;
pub use svg::{SanitisedSvg, sanitise_svg};
pub use transform::{Fit, OutputFormat, Transform};
