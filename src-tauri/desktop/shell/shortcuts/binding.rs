//! A global shortcut and its action, parsed from the settings.

use tauri_plugin_global_shortcut::Shortcut;

use crate::i18n::t_args;
use crate::settings::Shortcuts;
use crate::shell::app_action::AppAction;

pub struct ShortcutBinding<'a> {
    pub action: AppAction,
    /// As the user entered it.
    pub accelerator: &'a str,
    pub shortcut: Shortcut,
}

/// The bindings of the settings; the error is a sentence.
pub fn parse_bindings(shortcuts: &Shortcuts) -> Result<Vec<ShortcutBinding<'_>>, String> {
    let each = [
        (AppAction::Paste, &shortcuts.paste),
        (AppAction::Show, &shortcuts.show),
    ];
    each.into_iter()
        .filter_map(|(action, accelerator)| Some((action, accelerator.as_deref()?)))
        .map(|(action, accelerator)| {
            Ok(ShortcutBinding {
                action,
                accelerator,
                shortcut: parse_shortcut(accelerator)?,
            })
        })
        .collect()
}

/// A shortcut needs a modifier, because a plain key could not be typed any more.
fn parse_shortcut(accelerator: &str) -> Result<Shortcut, String> {
    let shortcut: Shortcut = accelerator
        .parse()
        .map_err(|_| t_args("shortcuts.no_keys", &[("keys", accelerator)]))?;
    if shortcut.mods.is_empty() {
        return Err(t_args("shortcuts.alone", &[("keys", accelerator)]));
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
