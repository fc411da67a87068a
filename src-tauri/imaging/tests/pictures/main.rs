//! Pictures drawn here, put through the whole crate and looked at with decoders that are not the crate's own choice.

mod animation;
mod avif;
mod bombs;
mod colour;
mod embedded_metadata;
mod fixtures;
mod hostile;
mod icons;
mod metadata;
mod orientation;
mod planes;
mod seeds;
mod sizes;
mod truncation;
