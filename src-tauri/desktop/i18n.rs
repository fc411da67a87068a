//! The words that Rust itself says: the tray's menu, the file dialog, sentences for the page. They
//! live in the page's message file, so that a translation is one file.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

type Messages = HashMap<String, String>;

const ENGLISH: &str = include_str!("../../ui/src/messages/en.json");
const GERMAN: &str = include_str!("../../ui/src/messages/de.json");

static MESSAGES: LazyLock<[Messages; 2]> =
    LazyLock::new(|| [ENGLISH, GERMAN].map(|file| serde_json::from_str(file).unwrap_or_default()));

/// Whether German is spoken now, and not English.
static IS_GERMAN: AtomicBool = AtomicBool::new(false);

/// Speaks this language from now on, as in `de-AT`; English where it is another that we don't know.
pub fn set_language(language: &str) {
    let stem = language.split(['-', '_', '.']).next();
    let german = stem.is_some_and(|stem| stem.eq_ignore_ascii_case("de"));
    IS_GERMAN.store(german, Ordering::Relaxed);
}

fn messages() -> &'static Messages {
    &MESSAGES[usize::from(IS_GERMAN.load(Ordering::Relaxed))]
}

/// The text for a key; the key itself where the file lacks it (a test sees to it that none does).
pub fn t(key: &'static str) -> &'static str {
    messages().get(key).map_or(key, String::as_str)
}

/// The text for a key with its `{placeholders}` filled.
pub fn t_args(key: &'static str, fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .fold(t(key).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// The text for a number of something, in the singular or the plural; `{count}` is the number.
pub fn t_plural(key: &'static str, count: u64) -> String {
    let ending = if count == 1 { "one" } else { "other" };
    let text = messages().get(&format!("{key}.{ending}"));
    text.map_or(key, String::as_str)
        .replace("{count}", &count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_used_in_rust_is_in_the_message_files() -> Result<(), serde_json::Error> {
        let english: Messages = serde_json::from_str(ENGLISH)?;
        let german: Messages = serde_json::from_str(GERMAN)?;
        for key in [
            "window.title",
            "tray.copy",
            "watching.pause",
            "watching.pause_quarter",
            "watching.pause_open",
            "watching.resume_all",
            "target.switch",
            "dialog.sxcu",
            "dialog.import_title",
            "dialog.export_title",
            "dialog.folder_title",
            "dialog.certificates",
            "dialog.certificate_title",
            "dialog.unreadable",
            "targets.no_name",
            "targets.unknown",
            "targets.unknown_kind",
            "targets.bad_address",
            "targets.under_way",
            "targets.not_running",
            "targets.no_key",
            "targets.not_exportable",
            "folders.not_there",
            "folders.own",
            "folders.unknown",
            "folders.bad_name",
            "settings.no_template",
            "settings.bad_port",
            "settings.bad_delay",
            "settings.bad_proxy",
            "settings.proxy_secret",
            "startup.login_refused",
            "shortcuts.nobody",
            "shortcuts.held",
            "shortcuts.taken",
            "shortcuts.no_keys",
            "shortcuts.alone",
            "shortcuts.declined",
            "shortcuts.refused",
            "keychain.locked",
            "notification.kept",
            "notification.network",
            "notice.strange_network",
            "notice.open_to_internet",
            "editors.closed",
            "notice.no_file",
            "notice.no_file_manager",
            "notification.failed",
            "notification.not_copied",
            "notification.copy",
            "notification.copied",
            "notification.copied_pictures",
            "passing.not_running",
            "passing.no_key",
            "dialog.choose_title",
            "dialog.pictures",
            "target.this_computer",
            "tray.tooltip",
            "tray.open",
            "tray.paste",
            "tray.choose",
            "tray.quit",
            "reach.no_password",
            "reach.adopted",
            "reach.too_long",
            "tray.status.off",
            "tray.status.starting",
            "tray.status.running",
            "tray.status.adopted",
            "tray.status.failed",
        ] {
            assert!(
                english.contains_key(key) && german.contains_key(key),
                "{key}"
            );
        }
        Ok(())
    }

    #[test]
    fn placeholders_are_filled() {
        let text = t_args("tray.status.running", &[("address", "127.0.0.1:4870")]);
        assert!(text.contains("127.0.0.1:4870"), "{text}");
    }
}
