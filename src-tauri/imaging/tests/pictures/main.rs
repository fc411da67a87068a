//! Pictures drawn here, put through the whole crate and looked at with decoders that are not the crate's own choice.

mod animation;
mod colour;
mod draw;
mod ends;
mod hostile;
mod orientation;
mod planes;
mod sizes;
