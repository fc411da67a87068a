//! What the journeys share: pictures drawn on the spot, a plain HTTP client, and a `Vitrine`, which
//! is the real program serving a folder of its own.
//!
//! The client is our own, on a bare socket, because half of what is tested here is what a polite
//! client would never send: double slashes, bodies that stop half-way, headers that lie.

pub mod http;
pub mod multipart;
pub mod picture;
pub mod vitrine;
pub mod wait;

pub use http::{Answer, Request};
pub use multipart::Form;
pub use vitrine::Vitrine;
pub use wait::until;
