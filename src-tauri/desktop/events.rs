//! What the page is told without having asked. The names and payloads are `Events` in
//! `ui/src/host/host.ts`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tauri::{AppHandle, Emitter};
use uploader::JobId;

use crate::uploads::drop_zones::Lane;
use crate::view::app_state::AppState;
use crate::view::row::Row;

#[derive(Clone, Debug)]
pub enum Event {
    Rows(Vec<Row>),
    Progress {
        id: JobId,
        sent: u64,
        total: u64,
    },
    Forgotten {
        id: JobId,
    },
    State(Box<AppState>),
    /// News of rows came faster than they could be passed on: what the page has of them may be old.
    Missed,
    /// Files hover over the window, or no longer do.
    Drag(Drag),
    Notice(Notice),
    AskClose,
}

/// How many files, over which of the lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drag {
    pub over: bool,
    pub count: usize,
    pub lanes: Vec<Lane>,
    pub lane: usize,
}

/// Something to be said once; the page picks the words by the code.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    pub code: &'static str,
    pub fields: BTreeMap<&'static str, Value>,
}

impl Notice {
    pub fn of(code: &'static str) -> Notice {
        Notice {
            code,
            fields: BTreeMap::new(),
        }
    }

    pub fn with(mut self, field: &'static str, value: impl Into<Value>) -> Notice {
        self.fields.insert(field, value.into());
        self
    }
}

pub fn tell(app: &AppHandle, event: Event) {
    let told = match &event {
        Event::Rows(rows) => app.emit("rows", rows),
        Event::Progress { id, sent, total } => app.emit(
            "progress",
            serde_json::json!({ "id": id, "sent": sent, "total": total }),
        ),
        Event::Forgotten { id } => app.emit("forgotten", serde_json::json!({ "id": id })),
        Event::State(state) => app.emit("state", state),
        Event::Missed => app.emit("missed", serde_json::json!({})),
        Event::Drag(drag) => app.emit("drag", drag),
        Event::Notice(notice) => app.emit("notice", notice),
        Event::AskClose => app.emit("ask_close", serde_json::json!({})),
    };
    if let Err(error) = told {
        tracing::warn!(%error, "the page could not be told");
    }
}
