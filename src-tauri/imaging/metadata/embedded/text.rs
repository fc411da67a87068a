//! Texts in metadata: titles and descriptions, and the decoding of bytes that state no encoding.

/// Characters of one text; what is longer is cut.
pub(crate) const MAX_TEXT_CHARS: usize = 5000;

/// The title and the description that one kind of metadata has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Captions {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// Bytes of no stated encoding: UTF-8 if they are that, else Latin-1, which every byte is.
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
