//! Keys that work wherever the user is: they upload the clipboard, or show the window. Off until they are set.
//!
//! X11, Windows and macOS take the keys that they are given. On Wayland the desktop's portal is asked, and its user has
//! the last word. Where there is no portal either, the page shows the command to bind in the desktop's own settings.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{GlobalShortcutExt, Shortcut, ShortcutState};

use crate::errand::{self, Errand};
use crate::vitrine::Vitrine;

/// Which keys do what, as in `Ctrl+Alt+U`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shortcuts {
    pub paste: Option<String>,
    pub show: Option<String>,
}

impl Shortcuts {
    fn set(&self) -> impl Iterator<Item = (Errand, &str)> {
        let each = [(Errand::Paste, &self.paste), (Errand::Show, &self.show)];
        each.into_iter()
            .filter_map(|(errand, keys)| Some((errand, keys.as_deref()?)))
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

/// Makes these keys the ones that work, and no others. The error is a sentence, and nothing has changed then but that
/// the keys of before are gone. It waits for the main thread.
pub fn apply(app: &Arc<Vitrine>, shortcuts: &Shortcuts) -> Result<(), String> {
    match taker() {
        Taker::System => apply_by_system(&app.handle, shortcuts),
        #[cfg(target_os = "linux")]
        Taker::Portal => {
            portal::ask(app, shortcuts);
            Ok(())
        }
        _ if shortcuts.set().next().is_none() => Ok(()),
        _ => Err(
            "This desktop lets no program take keys. Bind the command in its own settings."
                .to_owned(),
        ),
    }
}

fn apply_by_system(app: &AppHandle, shortcuts: &Shortcuts) -> Result<(), String> {
    let keys = app.global_shortcut();
    keys.unregister_all()
        .map_err(|error| format!("The keys of before could not be let go: {error}"))?;
    for (errand, words) in shortcuts.set() {
        let shortcut = parse(words)?;
        keys.on_shortcut(shortcut, move |app, _, event| {
            if event.state() == ShortcutState::Pressed {
                errand::run(app, errand);
            }
        })
        .map_err(|_| format!("Another program has taken {words} already. Choose others."))?;
    }
    Ok(())
}

/// Keys that could be taken: one that types nothing by itself, and a letter or the like.
pub fn parse(words: &str) -> Result<Shortcut, String> {
    let shortcut: Shortcut = words
        .parse()
        .map_err(|_| format!("{words} names no keys. Write them as in Ctrl+Alt+U."))?;
    if shortcut.mods.is_empty() {
        return Err(format!(
            "{words} alone would be taken from every program. Add Ctrl, Alt or Super."
        ));
    }
    Ok(shortcut)
}

#[cfg(target_os = "linux")]
mod portal {
    use std::sync::Arc;

    use ashpd::desktop::global_shortcuts::{GlobalShortcuts, NewShortcut};
    use futures_util::StreamExt;
    use tokio::task::JoinHandle;

    use super::Shortcuts;
    use crate::errand::{self, Errand};
    use crate::vitrine::Vitrine;

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    const INTERFACE: &str = "org.freedesktop.portal.GlobalShortcuts";

    /// Whether the portal of this desktop gives keys to programs; not all do.
    pub fn is_there() -> bool {
        use zbus::blocking::{Connection, fdo::PropertiesProxy};
        use zbus::names::InterfaceName;
        let asked = || -> zbus::Result<bool> {
            let bus = Connection::session()?;
            let portal = PropertiesProxy::new(&bus, PORTAL, PATH)?;
            Ok(portal
                .get(InterfaceName::try_from(INTERFACE)?, "version")
                .is_ok())
        };
        asked().unwrap_or(false)
    }

    /// The session that holds the keys of now: with another, those of before are let go.
    static SESSION: std::sync::Mutex<Option<JoinHandle<()>>> = std::sync::Mutex::new(None);

    pub fn ask(app: &Arc<Vitrine>, shortcuts: &Shortcuts) {
        let wanted: Vec<_> = shortcuts
            .set()
            .map(|(errand, keys)| {
                NewShortcut::new(errand.name(), errand.words())
                    .preferred_trigger(Some(trigger(keys).as_str()))
            })
            .collect();
        let app = Arc::clone(app);
        let listening = tokio::spawn(async move {
            if let Err(error) = listen(&app, wanted).await {
                tracing::warn!(%error, "the desktop's portal gave no keys");
            }
        });
        let mut session = SESSION
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(before) = session.replace(listening) {
            before.abort();
        }
    }

    async fn listen(app: &Vitrine, wanted: Vec<NewShortcut>) -> ashpd::Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let portal = GlobalShortcuts::new().await?;
        let session = portal.create_session(Default::default()).await?;
        // Before they are bound, so that no press falls between.
        let mut pressed = Box::pin(portal.receive_activated().await?);
        portal
            .bind_shortcuts(&session, &wanted, None, Default::default())
            .await?
            .response()?;
        while let Some(press) = pressed.next().await {
            if let Some(errand) = Errand::named(press.shortcut_id()) {
                errand::run(&app.handle, errand);
            }
        }
        Ok(())
    }

    /// The same keys as portals write them: `Ctrl+Alt+U` is `CTRL+ALT+u`.
    pub fn trigger(keys: &str) -> String {
        let part = |part: &str| match part.to_ascii_lowercase().as_str() {
            "ctrl" | "control" | "commandorcontrol" | "cmdorctrl" => "CTRL".to_owned(),
            "alt" | "option" => "ALT".to_owned(),
            "shift" => "SHIFT".to_owned(),
            "super" | "cmd" | "command" | "meta" => "LOGO".to_owned(),
            key => key.to_owned(),
        };
        keys.split('+')
            .map(|word| part(word.trim()))
            .collect::<Vec<_>>()
            .join("+")
    }
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

    #[cfg(target_os = "linux")]
    #[test]
    fn portals_are_asked_in_their_own_words() {
        assert_eq!(portal::trigger("Ctrl+Alt+U"), "CTRL+ALT+u");
        assert_eq!(portal::trigger("Super+Shift+F9"), "LOGO+SHIFT+f9");
    }
}
