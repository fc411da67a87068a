//! Who may render when: the limiter for requests, and the background renderer.

pub(crate) mod background;
pub(crate) mod background_switch;
pub(crate) mod limiter;
pub(crate) mod malloc;
