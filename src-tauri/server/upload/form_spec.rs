//! What a form may hold: which fields name the file and the key, and how much there may be of it.

use library::Scope;

/// What may stand around the file: other fields, and the boundaries and headers of all.
pub(super) const MAX_OVERHEAD: u64 = 1 << 20;

/// What a door looks for in a form.
#[derive(Clone, Copy)]
pub struct FormSpec {
    /// Names of the file. An earlier one wins over a later one that is equally file-like.
    pub file_fields: &'static [&'static str],
    /// Whether the file may also come as text: an address, or base64. A text under one of the names
    /// is a field otherwise, and in multipart the file's raw bytes.
    pub accepts_text: bool,
    /// Whether any form but multipart is one of an unknown kind here, and not read.
    pub multipart_only: bool,
    /// The door's own limit of the file, in bytes; the server's own holds as well.
    pub max_bytes: u64,
    /// The field that carries the key, and what the key must allow. With [`Scope::Upload`] the
    /// upload also takes its share of the minute.
    pub key_field: Option<(&'static str, Scope)>,
}

impl FormSpec {
    /// No file and no key: fields only.
    pub const EMPTY: FormSpec = FormSpec {
        file_fields: &[],
        accepts_text: false,
        multipart_only: false,
        max_bytes: u64::MAX,
        key_field: None,
    };
}
