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

use crate::context::Vitrine;
use crate::events::Notice;
use crate::view::row::{Fields, fields};

/// The app as the commands are given it.
pub type App<'a> = tauri::State<'a, Arc<Vitrine>>;

/// Why a request was not done; the page decides by the code.
#[derive(Debug, Serialize)]
pub struct Refusal {
    code: &'static str,
    message: String,
    /// What the page's own words for it need, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Fields>,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal {
            code: failure.code(),
            message: failure.to_string(),
            fields: Some(fields(&failure)),
        }
    }
}

/// Where nobody waits for an answer, it is said in passing.
impl From<Refusal> for Notice {
    fn from(refusal: Refusal) -> Notice {
        Notice::of(refusal.code).with("message", refusal.message)
    }
}

impl Refusal {
    pub fn of(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            message: message.into(),
            fields: None,
        }
    }

    pub fn unknown_label() -> Refusal {
        Refusal::of("unknown_label", "This picture has no such link.")
    }
}
