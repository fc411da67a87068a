//! `CommandError`: why a command failed, as the page receives it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use uploader::Failure;

use crate::i18n::t;
use crate::settings::SaveError;

/// The values for the placeholders of a message.
pub type MessageFields = BTreeMap<String, Value>;

/// Why a command failed; the page selects a message by the code.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CommandError {
    pub code: &'static str,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "Record<string, string | number>"))]
    fields: Option<MessageFields>,
}

impl CommandError {
    pub fn new(code: &'static str, message: impl Into<String>) -> CommandError {
        CommandError {
            code,
            message: message.into(),
            fields: None,
        }
    }

    pub fn unknown_label() -> CommandError {
        CommandError::new("unknown_label", "This picture has no such link.")
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> CommandError {
        CommandError {
            code: failure.code(),
            message: failure.to_string(),
            fields: Some(failure_fields(&failure)),
        }
    }
}

impl From<SaveError> for CommandError {
    fn from(_: SaveError) -> CommandError {
        CommandError::new("not_saved", t("notice.settings_not_saved"))
    }
}

/// The fields of a failure that a message can contain.
pub fn failure_fields(failure: &Failure) -> MessageFields {
    let Ok(Value::Object(all)) = serde_json::to_value(failure) else {
        return BTreeMap::new();
    };
    let is_printable = |value: &Value| value.is_string() || value.is_number();
    all.into_iter()
        .filter(|(name, value)| name != "code" && is_printable(value))
        .collect()
}
