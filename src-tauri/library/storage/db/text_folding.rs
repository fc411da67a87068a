//! How texts are compared in searches: without regard to case, or to how their accents are written.
//!
//! SQLite folds ASCII only, so what is searched is stored folded beside the text as it was given, and statements
//! look for a term in it with `holds(text, term)`.

use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::FromSqlError;
use unicode_normalization::UnicodeNormalization;

/// The same text for all spellings that a reader takes for the same: `ÉTÉ`, `été` and its decomposed form.
pub(crate) fn fold(text: &str) -> String {
    // By way of the capitals, so that ß meets ss and both small sigmas meet; letter by letter, since a
    // whole word's ending would be folded differently from the same letters within a word.
    let letters = text.nfkc().flat_map(char::to_uppercase);
    letters.flat_map(char::to_lowercase).nfkc().collect()
}

/// Lets statements fold what is stored as it was given: names of accounts, and old rows in a migration.
pub(super) fn register_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection
        .create_scalar_function("fold", 1, flags, |call| Ok(fold(call.get_raw(0).as_str()?)))?;
    // SQLite's own `instr` goes from letter to letter, and takes most of the time of a search.
    connection.create_scalar_function("holds", 2, flags, |call| {
        let finder = call.get_or_create_aux(1, |term| {
            Ok::<_, FromSqlError>(Finder::new(term.as_bytes()?).into_owned())
        })?;
        Ok(finder.find(call.get_raw(0).as_bytes()?).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_text_fold_to_one() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("été", "E\u{301}TE\u{301}"),
            ("ΟΔΟΣ", "οδοσ"),
            ("ｆｕｌｌ", "FULL"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("a"), fold("b"));
        assert_eq!(fold("100%_*\""), "100%_*\"");
    }
}
