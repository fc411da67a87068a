//! The HTTP APIs of the server, called dialects.
//!
//! Each has its own router and its own error format. Nothing is merged, because several dialects use the same paths
//! for images. The first dialect that claims a request answers it (`registry.rs`).

pub mod chevereto;
pub mod dashboard;
pub mod dialect;
pub mod imgs;
pub mod imgshare;
pub mod landing;
pub mod media;
pub mod openapi;
pub mod registry;
pub mod reply;
pub mod slink;
mod transform_params;
