//! Global shortcuts, which work in every program: they upload the clipboard or show the window. Off until they are set.
//!
//! On X11, Windows and macOS the app registers them. On Wayland the desktop's portal is asked, and its user decides.
//! Without a portal, the page shows the command to bind in the desktop's own settings.

mod binding;
#[cfg(target_os = "linux")]
mod portal;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};
use tokio::task::block_in_place;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::i18n::{t, t_args};
use crate::settings::Shortcuts;
use crate::shell::app_action;
use binding::{ShortcutBinding, parse_bindings};

/// What handles global shortcuts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ShortcutBackend {
    System,
    Portal,
    /// The user binds a command in the desktop's settings.
    Nobody,
}

/// Blocks until the portal has answered.
pub fn detect_backend() -> ShortcutBackend {
    #[cfg(target_os = "linux")]
    if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
        return match portal::is_available() {
            true => ShortcutBackend::Portal,
            false => ShortcutBackend::Nobody,
        };
    }
    ShortcutBackend::System
}

pub struct GlobalShortcuts {
    app: AppHandle,
    context: Arc<AppContext>,
    /// Why the shortcuts do not work, as a sentence.
    error: Mutex<Option<String>>,
}

impl GlobalShortcuts {
    pub fn new(app: AppHandle, context: Arc<AppContext>) -> GlobalShortcuts {
        GlobalShortcuts {
            app,
            context,
            error: Mutex::default(),
        }
    }

    pub fn error(&self) -> Option<String> {
        let error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        error.clone()
    }

    /// Registers the shortcuts of the settings.
    pub async fn apply_settings(&self) {
        let shortcuts = self.context.settings.get().shortcuts.clone();
        if let Err(error) = self.apply(&shortcuts).await {
            tracing::warn!(error, "could not register the global shortcuts");
        }
    }

    /// Registers and saves other shortcuts. If that fails, the previous ones are registered again.
    pub async fn change(&self, shortcuts: Shortcuts) -> Result<(), CommandError> {
        match self.apply(&shortcuts).await {
            Ok(true) => Ok(self
                .context
                .settings
                .update(|settings| settings.shortcuts = shortcuts)?),
            // A later request reports its own result.
            Ok(false) => Ok(()),
            Err(error) => {
                self.apply_settings().await;
                Err(CommandError::new("shortcut", error))
            }
        }
    }

    /// Replaces all shortcuts. False if another call replaced these before the user had answered. The error is a
    /// sentence, which is kept for the settings screen; the previous shortcuts are unregistered then, unless the new
    /// ones are invalid.
    async fn apply(&self, shortcuts: &Shortcuts) -> Result<bool, String> {
        let applied = register_shortcuts(&self.app, shortcuts).await;
        if applied != Ok(false) {
            let mut error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
            *error = applied.as_ref().err().cloned();
        }
        applied
    }
}

async fn register_shortcuts(app: &AppHandle, shortcuts: &Shortcuts) -> Result<bool, String> {
    let bindings = parse_bindings(shortcuts)?;
    match block_in_place(detect_backend) {
        // It waits for the main thread.
        ShortcutBackend::System => {
            block_in_place(|| register_with_system(app, &bindings)).map(|()| true)
        }
        #[cfg(target_os = "linux")]
        ShortcutBackend::Portal => portal::request_shortcuts(app, &bindings).await,
        _ if bindings.is_empty() => Ok(true),
        _ => Err(t("shortcuts.nobody").to_owned()),
    }
}

fn register_with_system(app: &AppHandle, bindings: &[ShortcutBinding<'_>]) -> Result<(), String> {
    let system = app.global_shortcut();
    system
        .unregister_all()
        .map_err(|error| t_args("shortcuts.held", &[("reason", &error.to_string())]))?;
    for binding in bindings {
        let action = binding.action;
        system
            .on_shortcut(binding.shortcut, move |app, _, event| {
                if event.state() == ShortcutState::Pressed {
                    app_action::run_action(app, action);
                }
            })
            .map_err(|_| t_args("shortcuts.taken", &[("keys", binding.accelerator)]))?;
    }
    Ok(())
}
