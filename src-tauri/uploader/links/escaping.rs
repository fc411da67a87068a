//! How words and addresses get into a language and stay words and addresses: nothing of them can end what they stand in.

pub(crate) fn to_single_line(text: &str) -> String {
    text.split(char::is_control)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Only what could end the text early is escaped: names full of underscores stay readable.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '[' | ']' | '`' | '<') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Text between double quotes in HTML, or anywhere in XML.
pub(crate) fn escape_attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// An address with the given ASCII characters percent-encoded, because they mean something where it is written.
pub(super) fn percent_encode(url: &str, special: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for letter in url.chars() {
        match special.contains(letter) {
            true => encoded.push_str(&format!("%{:02X}", u32::from(letter))),
            false => encoded.push(letter),
        }
    }
    encoded
}
