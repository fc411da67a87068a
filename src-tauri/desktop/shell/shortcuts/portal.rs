//! Keys by the desktop's portal, as on Wayland: the user is asked there, and may choose others.
//!
//! A session of the portal binds keys once, so other keys are another session. Each has a connection of its own: on that
//! a program has to say who it is before it says anything else, and when it is closed, the portal ends the session,
//! lets its keys go, and takes away a question that nobody has answered.

use std::sync::{Mutex, PoisonError};

use ashpd::desktop::global_shortcuts::{Activated, GlobalShortcuts, NewShortcut};
use ashpd::desktop::{ResponseError, Session};
use ashpd::{AppID, register_host_app_with_connection};
use futures_util::{Stream, StreamExt};
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{Code, Modifiers, Shortcut};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zbus::Connection;

use super::ShortcutBinding;
use crate::i18n::{t, t_args};
use crate::shell::app_action;
use crate::shell::app_action::AppAction;

const PORTAL_NAME: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const INTERFACE: &str = "org.freedesktop.portal.GlobalShortcuts";

/// Who listens to the keys of now.
static LISTENER: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Whether the portal of this desktop gives keys to programs; not all do.
pub fn is_available() -> bool {
    use zbus::blocking::{Connection, fdo::PropertiesProxy};
    use zbus::names::InterfaceName;
    let asked = || -> zbus::Result<bool> {
        let bus = Connection::session()?;
        let portal = PropertiesProxy::new(&bus, PORTAL_NAME, PORTAL_PATH)?;
        Ok(portal
            .get(InterfaceName::try_from(INTERFACE)?, "version")
            .is_ok())
    };
    asked().unwrap_or(false)
}

/// Asks for these keys instead of those of before, and waits until the user has answered. False where other keys were
/// asked for meanwhile; the error is a sentence.
pub async fn request_shortcuts(
    app: &AppHandle,
    wanted: &[ShortcutBinding<'_>],
) -> Result<bool, String> {
    let wanted = wanted.iter().map(|wanted| {
        let trigger = to_trigger(&wanted.shortcut);
        NewShortcut::new(wanted.action.name(), wanted.action.label())
            .preferred_trigger(Some(trigger.as_str()))
    });
    let wanted: Vec<_> = wanted.collect();
    let (answer, answered) = oneshot::channel();
    replace_listener(app.clone(), wanted, answer);
    match answered.await {
        Ok(given) => given.map(|()| true),
        Err(_) => Ok(false),
    }
}

fn replace_listener(
    app: AppHandle,
    wanted: Vec<NewShortcut>,
    answer: oneshot::Sender<Result<(), String>>,
) {
    let mut listening = LISTENER.lock().unwrap_or_else(PoisonError::into_inner);
    let before = listening.take();
    if let Some(before) = &before {
        before.abort();
    }
    *listening = Some(tokio::spawn(async move {
        // The keys of before are free only then.
        if let Some(before) = before {
            let _ = before.await;
        }
        if wanted.is_empty() {
            let _ = answer.send(Ok(()));
            return;
        }
        match bind_shortcuts(&app, &wanted).await {
            Ok((_session, mut pressed)) => {
                let _ = answer.send(Ok(()));
                while let Some(press) = pressed.next().await {
                    if let Some(errand) = AppAction::from_name(press.shortcut_id()) {
                        app_action::run_action(&app, errand);
                    }
                }
            }
            Err(error) => {
                let _ = answer.send(Err(error_sentence(&error)));
            }
        }
    }));
}

type ShortcutPresses = std::pin::Pin<Box<dyn Stream<Item = Activated> + Send>>;

async fn bind_shortcuts(
    app: &AppHandle,
    wanted: &[NewShortcut],
) -> ashpd::Result<(Session<GlobalShortcuts>, ShortcutPresses)> {
    let bus = Connection::session().await?;
    let id = AppID::try_from(app.config().identifier.as_str())?;
    // Refused where the app is not installed; there are portals that don't mind.
    if let Err(error) = register_host_app_with_connection(bus.clone(), id).await {
        tracing::debug!(%error, "the desktop's portal does not know this app");
    }
    let portal = GlobalShortcuts::with_connection(bus).await?;
    let session = portal.create_session(Default::default()).await?;
    // Before they are bound, so that no press falls between.
    let pressed = Box::pin(portal.receive_activated().await?);
    portal
        .bind_shortcuts(&session, wanted, None, Default::default())
        .await?
        .response()?;
    Ok((session, pressed))
}

fn error_sentence(error: &ashpd::Error) -> String {
    match error {
        ashpd::Error::Response(ResponseError::Cancelled) => t("shortcuts.declined").to_owned(),
        _ => t_args("shortcuts.refused", &[("reason", &error.to_string())]),
    }
}

/// The same keys as the specification of shortcuts has them, with xkbcommon's names: `Ctrl+Alt+U` is `CTRL+ALT+u`.
fn to_trigger(keys: &Shortcut) -> String {
    let held = [
        (Modifiers::CONTROL, "CTRL"),
        (Modifiers::ALT, "ALT"),
        (Modifiers::SHIFT, "SHIFT"),
        (Modifiers::SUPER, "LOGO"),
    ];
    let held = held.into_iter().filter(|(key, _)| keys.mods.contains(*key));
    held.map(|(_, name)| name.to_owned())
        .chain([to_keysym(keys.key)])
        .collect::<Vec<_>>()
        .join("+")
}

fn to_keysym(code: Code) -> String {
    let name = code.to_string();
    if let Some(letter) = name.strip_prefix("Key") {
        return letter.to_ascii_lowercase();
    }
    if let Some(rest) = name.strip_prefix("Numpad") {
        return format!("KP_{rest}");
    }
    let keysym = match name.as_str() {
        "Backquote" => "grave",
        "Backslash" => "backslash",
        "Backspace" => "BackSpace",
        "BracketLeft" => "bracketleft",
        "BracketRight" => "bracketright",
        "Comma" => "comma",
        "Enter" => "Return",
        "Equal" => "equal",
        "Minus" => "minus",
        "PageDown" => "Page_Down",
        "PageUp" => "Page_Up",
        "Period" => "period",
        "PrintScreen" => "Print",
        "Quote" => "apostrophe",
        "Semicolon" => "semicolon",
        "Slash" => "slash",
        "Space" => "space",
        name => ["Digit", "Arrow"]
            .iter()
            .find_map(|kind| name.strip_prefix(kind))
            .unwrap_or(name),
    };
    keysym.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_has_the_syntax_of_the_portal() {
        for (ours, theirs) in [
            ("Ctrl+Alt+U", "CTRL+ALT+u"),
            ("Super+Shift+F9", "SHIFT+LOGO+F9"),
            ("CmdOrCtrl+9", "CTRL+9"),
            ("Super+PrintScreen", "LOGO+Print"),
            ("Alt+Left", "ALT+Left"),
            ("Ctrl+Num1", "CTRL+KP_1"),
        ] {
            let keys = ours.parse().expect("keys");
            assert_eq!(to_trigger(&keys), theirs);
        }
    }
}
