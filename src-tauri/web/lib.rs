//! Fetches a picture from an address that a stranger gave.
//!
//! Whoever may name an address makes this computer ask it, from inside its network: [`Guard`] says which may be asked,
//! [`fetch`] follows redirects hop by hop and judges each, and the bytes come in pieces ([`Arriving`]), within bounds
//! of number and time. What is done with them, and whether they are a picture at all, is the caller's.

mod certificate;
mod connection;
mod error;
mod fetch;
mod guard;
mod name;
mod trouble;

pub use certificate::{Untrusting, fingerprint, tls};
pub use connection::client;
pub use error::Error;
pub use fetch::{Arriving, Limits, fetch};
pub use guard::Guard;
pub use name::{host, segment};
pub use trouble::Trouble;
