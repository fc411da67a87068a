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

use crate::context::Vitrine;
use crate::i18n::{said, word};
use crate::shell::app_action;
use crate::shell::app_action::Errand;

/// Which keys do what, as in `Ctrl+Alt+U`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shortcuts {
    pub paste: Option<String>,
    pub show: Option<String>,
}

/// Keys for something, as the user wrote them and as they are.
struct Wanted<'a> {
    errand: Errand,
    words: &'a str,
    keys: Shortcut,
}

impl Shortcuts {
    fn wanted(&self) -> Result<Vec<Wanted<'_>>, String> {
        let each = [(Errand::Paste, &self.paste), (Errand::Show, &self.show)];
        each.into_iter()
            .filter_map(|(errand, words)| Some((errand, words.as_deref()?)))
            .map(|(errand, words)| {
                let keys = parse(words)?;
                Ok(Wanted {
                    errand,
                    words,
                    keys,
                })
            })
            .collect()
    }
}

/// Who takes keys here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taker {
    System,
    Portal,
    /// Nobody: the user binds a command.
    Nobody,
}

/// Blocks for as long as a portal takes to answer.
pub fn taker() -> Taker {
    #[cfg(target_os = "linux")]
    if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
        return match portal::is_there() {
            true => Taker::Portal,
            false => Taker::Nobody,
        };
    }
    Taker::System
}

/// Makes these keys the ones that work, and no others. False where other keys were asked for before it was known
/// whether these are given. The error is a sentence, which is kept for whoever looks at the settings later; the keys of
/// before are gone then, unless these were no keys at all.
pub async fn apply(app: &Arc<Vitrine>, shortcuts: &Shortcuts) -> Result<bool, String> {
    let applied = try_apply(&app.handle, shortcuts).await;
    if applied != Ok(false) {
        let mut refused = app
            .keys_refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *refused = applied.as_ref().err().cloned();
    }
    applied
}

async fn try_apply(app: &AppHandle, shortcuts: &Shortcuts) -> Result<bool, String> {
    let wanted = shortcuts.wanted()?;
    match block_in_place(taker) {
        // It waits for the main thread.
        Taker::System => block_in_place(|| apply_by_system(app, &wanted)).map(|()| true),
        #[cfg(target_os = "linux")]
        Taker::Portal => portal::ask(app, &wanted).await,
        _ if wanted.is_empty() => Ok(true),
        _ => Err(word("shortcuts.nobody").to_owned()),
    }
}

fn apply_by_system(app: &AppHandle, wanted: &[Wanted<'_>]) -> Result<(), String> {
    let system = app.global_shortcut();
    system
        .unregister_all()
        .map_err(|error| said("shortcuts.held", &[("reason", &error.to_string())]))?;
    for &Wanted {
        errand,
        words,
        keys,
    } in wanted
    {
        system
            .on_shortcut(keys, move |app, _, event| {
                if event.state() == ShortcutState::Pressed {
                    app_action::run(app, errand);
                }
            })
            .map_err(|_| said("shortcuts.taken", &[("keys", words)]))?;
    }
    Ok(())
}

/// Keys that could be taken: one that types nothing by itself, and a letter or the like.
fn parse(words: &str) -> Result<Shortcut, String> {
    let shortcut: Shortcut = words
        .parse()
        .map_err(|_| said("shortcuts.no_keys", &[("keys", words)]))?;
    if shortcut.mods.is_empty() {
        return Err(said("shortcuts.alone", &[("keys", words)]));
    }
    Ok(shortcut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        for good in ["Ctrl+Alt+U", "CmdOrCtrl+Shift+9", "Super+PrintScreen"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["", "U", "Ctrl+", "Ctrl+Nonsense"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
