//! Pages for browsers: the single-page app and HTML templates.

pub(crate) mod spa;
pub(crate) mod templates;
