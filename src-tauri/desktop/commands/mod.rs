//! What the page may ask: each takes ids and enums, hands on, and answers. `build.rs` names them
//! all, and `capabilities/main.json` grants them.

pub mod closing;
pub mod editors;
pub mod folders;
pub mod jobs;
pub mod links;
pub mod server;
pub mod settings;
pub mod state;
pub mod system;
pub mod targets;
pub mod uploads;
pub mod welcome;

use std::sync::Arc;

use serde::Serialize;
use uploader::Failure;

use crate::context::AppContext;
use crate::events::Notice;
use crate::view::row::{MessageFields, failure_fields};

/// The app as the commands are given it.
pub type App<'a> = tauri::State<'a, Arc<AppContext>>;

/// Why a request was not done; the page decides by the code.
#[derive(Debug, Serialize)]
pub struct CommandError {
    code: &'static str,
    message: String,
    /// What the page's own words for it need, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<MessageFields>,
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

/// Where nobody waits for an answer, it is said in passing.
impl From<CommandError> for Notice {
    fn from(refusal: CommandError) -> Notice {
        Notice::new(refusal.code).with_field("message", refusal.message)
    }
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
