//! The formats of an upload's response: JSON, text, or a redirect.

/// The format of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseFormat {
    Json,
    Text,
    Redirect,
}

impl ResponseFormat {
    /// JSON for unknown names, too.
    pub fn from_name(name: Option<&str>) -> ResponseFormat {
        match name {
            Some("txt") => ResponseFormat::Text,
            Some("redirect") => ResponseFormat::Redirect,
            _ => ResponseFormat::Json,
        }
    }
}
