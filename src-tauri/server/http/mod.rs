//! The HTTP edge: the listener, the extractors and the middleware that every request passes.

pub(crate) mod auth;
pub(crate) mod extract;
pub(crate) mod listener;
pub(crate) mod middleware;
pub(crate) mod rebind;
mod write_timeout;
