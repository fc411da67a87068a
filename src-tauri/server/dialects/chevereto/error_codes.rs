//! Chevereto's numbers and texts for the errors that only this dialect has.

use crate::error::Error;

/// An error that only this dialect has: a parameter, what is wrong with it, and Chevereto's number and text for it.
pub struct ErrorText {
    pub parameter: &'static str,
    /// Continues a sentence that begins with the parameter.
    pub reason: &'static str,
    pub code: u16,
    pub message: &'static str,
}

impl ErrorText {
    const fn new(
        parameter: &'static str,
        reason: &'static str,
        code: u16,
        message: &'static str,
    ) -> ErrorText {
        ErrorText {
            parameter,
            reason,
            code,
            message,
        }
    }

    pub fn to_error(&self) -> Error {
        Error::bad_parameter(self.parameter, self.reason)
    }
}

pub const NO_ACTION: ErrorText = ErrorText::new("action", "is missing", 100, "No action provided");
pub const BAD_VERSION: ErrorText =
    ErrorText::new("version", "must be 1", 110, "Invalid API version.");
pub const BAD_ACTION: ErrorText =
    ErrorText::new("action", "must be upload", 120, "Invalid API action");
pub const BASE64_BY_GET: ErrorText = ErrorText::new(
    "source",
    "holds base64, which takes a POST",
    130,
    "Upload using base64 source must be done using POST method.",
);
pub const BAD_EXPIRATION: ErrorText = ErrorText::new(
    "expiration",
    "must be seconds or a duration such as PT5M",
    400,
    "Invalid expiration",
);
pub const DUPLICATE: ErrorText =
    ErrorText::new("source", "was uploaded before", 101, "Duplicated upload");
pub const URL_UPLOADS_DISABLED: ErrorText = ErrorText::new(
    "source",
    "is an address, and those are not fetched here",
    403,
    "URL uploading is disabled",
);
pub const MP4: ErrorText = ErrorText::new(
    "source",
    "is a video (MP4)",
    614,
    "Disabled image format (mp4)",
);
pub const MOV: ErrorText = ErrorText::new(
    "source",
    "is a video (QuickTime)",
    614,
    "Disabled image format (mov)",
);
pub const WEBM: ErrorText = ErrorText::new(
    "source",
    "is a video (WebM)",
    614,
    "Disabled image format (webm)",
);

pub const ALL_TEXTS: [ErrorText; 10] = [
    NO_ACTION,
    BAD_VERSION,
    BAD_ACTION,
    BASE64_BY_GET,
    BAD_EXPIRATION,
    DUPLICATE,
    URL_UPLOADS_DISABLED,
    MP4,
    MOV,
    WEBM,
];
