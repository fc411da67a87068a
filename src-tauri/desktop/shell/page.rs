//! The page's subscription to the event bus: events become those of Tauri. Their names and payloads are `Events` in
//! `ui/src/host/host.ts`.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::events::Event;
use crate::shell::main_window;
use crate::view::row::Progress;
use crate::view::row_builder::RowBuilder;

pub struct Page {
    pub app: AppHandle,
    pub rows: Arc<RowBuilder>,
}

impl Page {
    /// Runs for as long as the app.
    pub async fn run(self, mut events: Receiver<Event>) {
        loop {
            match events.recv().await {
                // A new page loads everything itself.
                Ok(_) if main_window::find(&self.app).is_none() => {}
                Ok(event) => self.emit_event(&event),
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "the page missed events");
                    self.emit_event(&Event::JobEventsMissed);
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn emit_event(&self, event: &Event) {
        let emit_json = |name, payload| emit(&self.app, name, payload);
        match event {
            Event::JobsChanged(jobs) => emit(&self.app, "rows", self.rows.build(jobs)),
            &Event::Progress { id, sent, total } => {
                emit_json("progress", json!(Progress { id, sent, total }));
            }
            Event::JobForgotten(id) => emit_json("forgotten", json!({ "id": id })),
            Event::JobEventsMissed => emit_json("missed", json!({})),
            Event::Drag(drag) => emit_json("drag", json!(drag)),
            Event::Notice(notice) => emit_json("notice", json!(notice)),
            Event::CloseRequested => emit_json("ask_close", json!({})),
            // These change the state, or the tray.
            Event::BatchDone
            | Event::FoldersChanged
            | Event::QueuePauseChanged
            | Event::LanguageChanged => {}
        }
    }
}

/// Emits an event to the page.
pub fn emit(app: &AppHandle, name: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit(name, payload) {
        tracing::warn!(%error, name, "could not emit an event to the page");
    }
}
