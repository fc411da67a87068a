//! The embedded image server and how the page reaches it.

pub(crate) mod api_proxy;
pub(crate) mod embedded_server;
mod scheme_response;
pub(crate) mod server_config;
pub(crate) mod uri_scheme;
mod web_assets;
