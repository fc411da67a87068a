//! What the page is told without having asked. The names and payloads are `Events` in
//! `ui/src/host/host.ts`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tauri::{AppHandle, Emitter};
use uploader::JobId;

use crate::uploads::drop_zones::DropZone;
use crate::view::app_state::AppState;
use crate::view::row::Row;

#[derive(Clone, Debug)]
pub enum PageEvent {
    Rows(Vec<Row>),
    Progress {
        id: JobId,
        sent: u64,
        total: u64,
    },
    JobForgotten {
        id: JobId,
    },
    State(Box<AppState>),
    /// News of rows came faster than they could be passed on: what the page has of them may be old.
    EventsMissed,
    /// Files hover over the window, or no longer do.
    Drag(DragState),
    Notice(Notice),
    CloseRequested,
}

/// How many files, over which of the lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DragState {
    pub over: bool,
    pub count: usize,
    pub lanes: Vec<DropZone>,
    pub lane: usize,
}

/// Something to be said once; the page picks the words by the code.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    pub code: &'static str,
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

pub fn emit(app: &AppHandle, event: PageEvent) {
    let told = match &event {
        PageEvent::Rows(rows) => app.emit("rows", rows),
        PageEvent::Progress { id, sent, total } => app.emit(
            "progress",
            serde_json::json!({ "id": id, "sent": sent, "total": total }),
        ),
        PageEvent::JobForgotten { id } => app.emit("forgotten", serde_json::json!({ "id": id })),
        PageEvent::State(state) => app.emit("state", state),
        PageEvent::EventsMissed => app.emit("missed", serde_json::json!({})),
        PageEvent::Drag(drag) => app.emit("drag", drag),
        PageEvent::Notice(notice) => app.emit("notice", notice),
        PageEvent::CloseRequested => app.emit("ask_close", serde_json::json!({})),
    };
    if let Err(error) = told {
        tracing::warn!(%error, "the page could not be told");
    }
}
