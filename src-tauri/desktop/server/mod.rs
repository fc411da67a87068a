//! The embedded image server and how the page reaches it.

mod api_proxy;
pub(crate) mod embedded_server;
pub(crate) mod uri_scheme;
