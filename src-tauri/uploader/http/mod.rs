//! HTTP to targets: the client, request bodies, timeouts, proxies and trust.

pub(crate) mod client;
mod idle_timeout;
pub(crate) mod local_proxy;
pub(crate) mod network;
pub(crate) mod request_body;
