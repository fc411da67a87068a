//! The request that a target describes, without the key and the bytes of the picture.

use super::secret_template::SecretTemplate;
use crate::Picture;

/// The widths below a picture's own that most kinds make.
pub(super) const DEFAULT_WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];

/// What is to be sent, but for the key and the bytes of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: &'static str,
    pub url: SecretTemplate,
    /// Names in lower case.
    pub headers: Vec<(String, SecretTemplate)>,
    pub body: Body,
}

/// What the request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `multipart/form-data`: some text fields, then the picture.
    Multipart {
        texts: Vec<(String, SecretTemplate)>,
        field: String,
        file_name: String,
        media_type: &'static str,
    },
    /// The picture alone.
    Binary {
        media_type: &'static str,
    },
    /// A text with the picture in it, in base64.
    Text {
        content_type: &'static str,
        before: SecretTemplate,
        after: SecretTemplate,
        encoding: PictureEncoding,
    },
    /// `application/json`, without the picture.
    Json(String),
    /// `application/x-www-form-urlencoded`, without the picture.
    Form(Vec<(String, SecretTemplate)>),
    Empty,
}

/// How the bytes of a picture stand in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureEncoding {
    Raw,
    Base64,
    /// In base64, as a value of `application/x-www-form-urlencoded`.
    Base64FormValue,
}

impl Body {
    /// The form with the picture in it.
    pub(super) fn multipart(
        picture: &Picture,
        field: &str,
        texts: Vec<(String, SecretTemplate)>,
    ) -> Body {
        Body::Multipart {
            texts,
            field: field.to_owned(),
            file_name: picture.name.clone(),
            media_type: picture.info.format.media_type(),
        }
    }
}
