//! Translated texts for the tray menu, native dialogs and command errors. They are in the page's message files, so that a
//! translation is one file.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

type Messages = HashMap<String, String>;

const ENGLISH: &str = include_str!("../../ui/src/messages/en.json");
const GERMAN: &str = include_str!("../../ui/src/messages/de.json");

static MESSAGES: LazyLock<[Messages; 2]> =
    LazyLock::new(|| [ENGLISH, GERMAN].map(|file| serde_json::from_str(file).unwrap_or_default()));

/// The current language: German or English.
static IS_GERMAN: AtomicBool = AtomicBool::new(false);

/// Sets the language, as in `de-AT`. Unknown languages become English.
pub fn set_language(language: &str) {
    let stem = language.split(['-', '_', '.']).next();
    let german = stem.is_some_and(|stem| stem.eq_ignore_ascii_case("de"));
    IS_GERMAN.store(german, Ordering::Relaxed);
}

fn messages() -> &'static Messages {
    &MESSAGES[usize::from(IS_GERMAN.load(Ordering::Relaxed))]
}

/// The text for a key, or the key if it is missing, which a test prevents.
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

/// The text for a count, in the singular or plural, with `{count}` filled.
pub fn t_plural(key: &'static str, count: u64) -> String {
    let ending = if count == 1 { "one" } else { "other" };
    let text = messages().get(&format!("{key}.{ending}"));
    text.map_or(key, String::as_str)
        .replace("{count}", &count.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_key_used_in_rust_is_in_the_message_files() -> Result<(), Box<dyn std::error::Error>> {
        let english: Messages = serde_json::from_str(ENGLISH)?;
        let german: Messages = serde_json::from_str(GERMAN)?;
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/desktop");
        let mut keys = BTreeSet::new();
        collect_keys(&sources, &mut keys)?;
        // Otherwise the scan is broken.
        for known in ["window.title", "tray.copy", "notice.and_failed.one"] {
            assert!(keys.contains(known), "{known} was not found in the sources");
        }
        for key in keys {
            assert!(english.contains_key(&key), "en.json has no {key}");
            assert!(german.contains_key(&key), "de.json has no {key}");
        }
        Ok(())
    }

    /// The keys of all calls of `t("…")`, `t_args("…")` and `t_plural("…")` below a folder.
    fn collect_keys(folder: &Path, keys: &mut BTreeSet<String>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                collect_keys(&path, keys)?;
                continue;
            }
            // The key may be on a line of its own.
            let text = std::fs::read_to_string(&path)?;
            let words: Vec<_> = text.split_whitespace().collect();
            let text = words.join(" ").replace("( ", "(");
            for (call, endings) in [
                ("t(\"", [""].as_slice()),
                ("t_args(\"", &[""]),
                ("t_plural(\"", &[".one", ".other"]),
            ] {
                for (at, _) in text.match_indices(call) {
                    let is_other_name = text[..at]
                        .ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_');
                    let rest = &text[at + call.len()..];
                    if let Some((key, _)) = rest.split_once('"')
                        && !is_other_name
                        && key.contains('.')
                    {
                        keys.extend(endings.iter().map(|ending| format!("{key}{ending}")));
                    }
                }
            }
        }
        Ok(())
    }

    #[test]
    fn placeholders_are_filled() {
        let text = t_args("tray.status.running", &[("address", "127.0.0.1:4870")]);
        assert!(text.contains("127.0.0.1:4870"), "{text}");
    }
}
