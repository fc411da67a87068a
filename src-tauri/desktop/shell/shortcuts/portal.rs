//! Global shortcuts by the desktop's portal, as on Wayland: the portal asks the user, who may choose other keys.
//!
//! A portal session binds shortcuts once, so other shortcuts need another session. Each has its own D-Bus connection: an
//! app has to identify itself first on a connection, and when it is closed, the portal ends the session, releases its
//! shortcuts, and closes a dialog that is still open.

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

use super::binding::ShortcutBinding;
use crate::i18n::{t, t_args};
use crate::shell::app_action;
use crate::shell::app_action::AppAction;

const PORTAL_NAME: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const INTERFACE: &str = "org.freedesktop.portal.GlobalShortcuts";

/// The task that listens to the current shortcuts.
static LISTENER: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Whether this desktop's portal supports global shortcuts.
pub fn is_available() -> bool {
    use zbus::blocking::{Connection, fdo::PropertiesProxy};
    use zbus::names::InterfaceName;
    let read_version = || -> zbus::Result<bool> {
        let bus = Connection::session()?;
        let portal = PropertiesProxy::new(&bus, PORTAL_NAME, PORTAL_PATH)?;
        Ok(portal
            .get(InterfaceName::try_from(INTERFACE)?, "version")
            .is_ok())
    };
    read_version().unwrap_or(false)
}

/// Requests these shortcuts instead of the previous ones, and waits for the user's answer. False if other shortcuts were
/// requested in the meantime; the error is a sentence.
pub async fn request_shortcuts(
    app: &AppHandle,
    bindings: &[ShortcutBinding<'_>],
) -> Result<bool, String> {
    let requested = bindings.iter().map(|binding| {
        let trigger = to_trigger(&binding.shortcut);
        NewShortcut::new(binding.action.name(), binding.action.label())
            .preferred_trigger(Some(trigger.as_str()))
    });
    let (answer, answered) = oneshot::channel();
    replace_listener(app.clone(), requested.collect(), answer);
    match answered.await {
        Ok(bound) => bound.map(|()| true),
        Err(_) => Ok(false),
    }
}

fn replace_listener(
    app: AppHandle,
    shortcuts: Vec<NewShortcut>,
    answer: oneshot::Sender<Result<(), String>>,
) {
    let mut listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner);
    let previous = listener.take();
    if let Some(previous) = &previous {
        previous.abort();
    }
    *listener = Some(tokio::spawn(async move {
        // Its shortcuts are released when it has ended.
        if let Some(previous) = previous {
            let _ = previous.await;
        }
        if shortcuts.is_empty() {
            let _ = answer.send(Ok(()));
            return;
        }
        match bind_shortcuts(&app, &shortcuts).await {
            Ok((_session, mut pressed)) => {
                let _ = answer.send(Ok(()));
                while let Some(press) = pressed.next().await {
                    if let Some(action) = AppAction::from_name(press.shortcut_id()) {
                        app_action::run_action(&app, action);
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
    shortcuts: &[NewShortcut],
) -> ashpd::Result<(Session<GlobalShortcuts>, ShortcutPresses)> {
    let bus = Connection::session().await?;
    let id = AppID::try_from(app.config().identifier.as_str())?;
    // Fails if the app is not installed, which some portals accept.
    if let Err(error) = register_host_app_with_connection(bus.clone(), id).await {
        tracing::debug!(%error, "could not register the app with the portal");
    }
    let portal = GlobalShortcuts::with_connection(bus).await?;
    let session = portal.create_session(Default::default()).await?;
    // Before they are bound, so that no press is missed.
    let pressed = Box::pin(portal.receive_activated().await?);
    portal
        .bind_shortcuts(&session, shortcuts, None, Default::default())
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

/// Converts to the syntax of the shortcuts specification, with xkbcommon's names: `Ctrl+Alt+U` is `CTRL+ALT+u`.
fn to_trigger(keys: &Shortcut) -> String {
    let modifiers = [
        (Modifiers::CONTROL, "CTRL"),
        (Modifiers::ALT, "ALT"),
        (Modifiers::SHIFT, "SHIFT"),
        (Modifiers::SUPER, "LOGO"),
    ];
    let held = modifiers
        .into_iter()
        .filter(|(key, _)| keys.mods.contains(*key));
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
