//! A notice: an event that is shown once, as a toast or a notification.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::error::CommandError;

/// The page selects the message by the code.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Notice {
    pub code: &'static str,
    #[cfg_attr(test, ts(type = "Record<string, string | number>"))]
    pub fields: BTreeMap<&'static str, Value>,
}

impl Notice {
    pub fn new(code: &'static str) -> Notice {
        Notice {
            code,
            fields: BTreeMap::new(),
        }
    }

    pub fn with_field(mut self, field: &'static str, value: impl Into<Value>) -> Notice {
        self.fields.insert(field, value.into());
        self
    }
}

/// For operations without a caller that could receive the error.
impl From<CommandError> for Notice {
    fn from(error: CommandError) -> Notice {
        Notice::new(error.code).with_field("message", error.message)
    }
}
