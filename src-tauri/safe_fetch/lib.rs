//! Fetches from untrusted URLs, guarded against server-side request forgery (SSRF).
//!
//! Anyone who can name a URL makes this computer request it from inside its network: [`Guard`] says which may be
//! requested, [`fetch()`] follows redirects hop by hop and checks each, and the bytes come in pieces ([`ResponseBody`]),
//! within limits of number and time. What they are is the caller's business.

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
