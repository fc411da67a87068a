//! A custom uploader as its .sxcu file defines it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::template::Template;

/// An uploader that was imported, without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sxcu {
    pub name: String,
    pub(super) method: Method,
    pub(super) address: Template,
    pub(super) parameters: Vec<(String, Template)>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) sent: UploadBody,
    /// Where the links stand in the answer. Without the first, the answer is the link.
    pub(super) url: Template,
    pub(super) thumbnail: Template,
    pub(super) deletion: Template,
    /// Where a refusal's words stand.
    pub(super) error: Template,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    Post,
    Put,
    Patch,
}

/// How the picture is carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UploadBody {
    Form {
        field: String,
        arguments: Vec<(String, Template)>,
    },
    /// The body is the picture.
    Binary,
    /// A text, in which the picture stands in base64 where `{input}` is.
    Text { format: TextFormat, data: Template },
    /// The same, in one of these fields.
    Fields { arguments: Vec<(String, Template)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TextFormat {
    Json,
    Xml,
}

impl TextFormat {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            TextFormat::Json => "application/json",
            TextFormat::Xml => "application/xml",
        }
    }

    /// What is looked up for a picture, so that it ends nothing that the text has begun.
    pub(super) fn escape_text(self, text: &str) -> String {
        match self {
            TextFormat::Json => {
                let quoted = Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            TextFormat::Xml => crate::links::escape_attribute(text),
        }
    }
}
