//! Fetches from untrusted URLs, guarded against server-side request forgery (SSRF).
//!
//! Whoever may name an address makes this computer ask it, from inside its network: [`Guard`] says which may be asked,
//! [`fetch`] follows redirects hop by hop and judges each, and the bytes come in pieces ([`Arriving`]), within bounds
//! of number and time. What is done with them, and whether they are a picture at all, is the caller's.

mod connection;
mod connection_error;
mod error;
mod fetch;
mod guard;
mod limits;
mod tls_provider;
mod tls_trust;
mod url_parts;

pub use connection::client_builder;
pub use connection_error::ConnectionError;
pub use error::Error;
pub use fetch::{ResponseBody, fetch};
pub use guard::Guard;
pub use limits::Limits;
pub use tls_trust::{TrustError, fingerprint, tls_config};
pub use url_parts::{host, last_path_segment};
