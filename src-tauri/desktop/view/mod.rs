//! Views: the serialised types that the page receives and sends.

pub(crate) mod app_state;
pub(crate) mod drag;
pub(crate) mod folder;
pub(crate) mod notice;
pub(crate) mod preferences;
pub(crate) mod row;
pub(crate) mod row_builder;
pub(crate) mod state_builder;
pub(crate) mod target;
#[cfg(test)]
mod typescript;
