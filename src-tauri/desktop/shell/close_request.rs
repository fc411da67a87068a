//! Closing the window: into the tray if there is one; otherwise the page asks, because a hidden app could neither be
//! found nor quit.

use std::sync::Arc;

use serde::Deserialize;
use tauri::{AppHandle, CloseRequestApi, Manager, Window};
use tokio::sync::watch;

use crate::context::AppContext;
use crate::events::Event;
use crate::shell::page_status::PageStatus;
use crate::shell::{main_window, shutdown, window};

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum CloseChoice {
    Quit,
    Minimise,
    Cancel,
}

pub struct CloseRequest {
    pub context: Arc<AppContext>,
    pub page_status: Arc<PageStatus>,
    /// Whether the tray icon is visible.
    pub tray: watch::Receiver<bool>,
}

impl CloseRequest {
    pub fn on_close_requested(&self, window: &Window, request: &CloseRequestApi) {
        request.prevent_close();
        if *self.tray.borrow() {
            window::close(window);
        } else if self.page_status.is_shown() {
            self.context.events.publish(Event::CloseRequested);
        } else {
            // Neither a tray nor a page that could ask.
            shutdown::quit(window.app_handle());
        }
    }
}

/// Carries out the user's answer.
pub fn apply_choice(app: &AppHandle, choice: CloseChoice) {
    match choice {
        CloseChoice::Quit => shutdown::quit(app),
        CloseChoice::Minimise => {
            if let Some(window) = main_window::find(app)
                && let Err(error) = window.minimize()
            {
                tracing::warn!(%error, "could not minimise the window");
            }
        }
        CloseChoice::Cancel => {}
    }
}
