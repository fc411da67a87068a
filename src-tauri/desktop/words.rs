//! The words that Rust itself says: the tray's menu, the file dialog, sentences for the page. They
//! live in the page's message file, so that a translation is one file.

use std::collections::HashMap;
use std::sync::LazyLock;

const MESSAGES: &str = include_str!("../../ui/src/messages/en.json");

static WORDS: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(MESSAGES).unwrap_or_default());

/// The text for a key; the key itself where the file lacks it (a test sees to it that none does).
pub fn word(key: &'static str) -> &'static str {
    WORDS.get(key).map_or(key, String::as_str)
}

/// The text for a key with its `{placeholders}` filled.
pub fn said(key: &'static str, fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .fold(word(key).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_rust_says_is_in_the_message_file() -> Result<(), serde_json::Error> {
        let words: HashMap<String, String> = serde_json::from_str(MESSAGES)?;
        for key in [
            "window.title",
            "dialog.choose_title",
            "dialog.pictures",
            "target.this_computer",
            "tray.tooltip",
            "tray.open",
            "tray.paste",
            "tray.choose",
            "tray.quit",
            "tray.status.starting",
            "tray.status.running",
            "tray.status.adopted",
            "tray.status.failed",
        ] {
            assert!(words.contains_key(key), "{key}");
        }
        Ok(())
    }

    #[test]
    fn placeholders_are_filled() {
        let text = said("tray.status.running", &[("address", "127.0.0.1:4870")]);
        assert!(text.contains("127.0.0.1:4870"), "{text}");
    }
}
