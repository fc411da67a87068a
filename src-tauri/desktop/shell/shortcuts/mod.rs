//! Keys that work wherever the user is: they upload the clipboard, or show the window. Off until they are set.
//!
//! X11, Windows and macOS take the keys that they are given. On Wayland the desktop's portal is asked, and its user has
//! the last word. Where there is no portal either, the page shows the command to bind in the desktop's own settings.

#[cfg(target_os = "linux")]
mod portal;

use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{GlobalShortcutExt, Shortcut, ShortcutState};
use tokio::task::block_in_place;

use crate::context::AppContext;
use crate::i18n::{t, t_args};
use crate::shell::app_action;
use crate::shell::app_action::AppAction;

/// Which keys do what, as in `Ctrl+Alt+U`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shortcuts {
    pub paste: Option<String>,
    pub show: Option<String>,
}

/// Keys for something, as the user wrote them and as they are.
struct ShortcutBinding<'a> {
    action: AppAction,
    accelerator: &'a str,
    shortcut: Shortcut,
}

impl Shortcuts {
    fn bindings(&self) -> Result<Vec<ShortcutBinding<'_>>, String> {
        let each = [
            (AppAction::Paste, &self.paste),
            (AppAction::Show, &self.show),
        ];
        each.into_iter()
            .filter_map(|(errand, words)| Some((errand, words.as_deref()?)))
            .map(|(errand, words)| {
                let keys = parse_shortcut(words)?;
                Ok(ShortcutBinding {
                    action: errand,
                    accelerator: words,
                    shortcut: keys,
                })
            })
            .collect()
    }
}

/// Who takes keys here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutBackend {
    System,
    Portal,
    /// Nobody: the user binds a command.
    Nobody,
}

/// Blocks for as long as a portal takes to answer.
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

/// Makes these keys the ones that work, and no others. False where other keys were asked for before it was known
/// whether these are given. The error is a sentence, which is kept for whoever looks at the settings later; the keys of
/// before are gone then, unless these were no keys at all.
pub async fn apply_shortcuts(app: &Arc<AppContext>, shortcuts: &Shortcuts) -> Result<bool, String> {
    let applied = register_shortcuts(&app.handle, shortcuts).await;
    if applied != Ok(false) {
        let mut refused = app
            .shortcut_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *refused = applied.as_ref().err().cloned();
    }
    applied
}

async fn register_shortcuts(app: &AppHandle, shortcuts: &Shortcuts) -> Result<bool, String> {
    let wanted = shortcuts.bindings()?;
    match block_in_place(detect_backend) {
        // It waits for the main thread.
        ShortcutBackend::System => {
            block_in_place(|| register_with_system(app, &wanted)).map(|()| true)
        }
        #[cfg(target_os = "linux")]
        ShortcutBackend::Portal => portal::request_shortcuts(app, &wanted).await,
        _ if wanted.is_empty() => Ok(true),
        _ => Err(t("shortcuts.nobody").to_owned()),
    }
}

fn register_with_system(app: &AppHandle, wanted: &[ShortcutBinding<'_>]) -> Result<(), String> {
    let system = app.global_shortcut();
    system
        .unregister_all()
        .map_err(|error| t_args("shortcuts.held", &[("reason", &error.to_string())]))?;
    for &ShortcutBinding {
        action: errand,
        accelerator: words,
        shortcut: keys,
    } in wanted
    {
        system
            .on_shortcut(keys, move |app, _, event| {
                if event.state() == ShortcutState::Pressed {
                    app_action::run_action(app, errand);
                }
            })
            .map_err(|_| t_args("shortcuts.taken", &[("keys", words)]))?;
    }
    Ok(())
}

/// Keys that could be taken: one that types nothing by itself, and a letter or the like.
fn parse_shortcut(words: &str) -> Result<Shortcut, String> {
    let shortcut: Shortcut = words
        .parse()
        .map_err(|_| t_args("shortcuts.no_keys", &[("keys", words)]))?;
    if shortcut.mods.is_empty() {
        return Err(t_args("shortcuts.alone", &[("keys", words)]));
    }
    Ok(shortcut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accelerators_are_parsed_as_people_write_them() {
        for good in ["Ctrl+Alt+U", "CmdOrCtrl+Shift+9", "Super+PrintScreen"] {
            assert!(parse_shortcut(good).is_ok(), "{good}");
        }
        for bad in ["", "U", "Ctrl+", "Ctrl+Nonsense"] {
            assert!(parse_shortcut(bad).is_err(), "{bad}");
        }
    }
}
