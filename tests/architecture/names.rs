//! Rules for names: files are named with the field's terms, so that somebody who knows the field finds them.

use std::path::Path;

use super::sources::{files, rust, text};

/// File stems that say nothing, or say it in words that nobody else uses for it.
const BANNED_STEMS: [&str; 38] = [
    // Could be anything.
    "common",
    "helper",
    "helpers",
    "manager",
    "misc",
    "service",
    "util",
    "utils",
    // Metaphors, each with the field's term: dialect, limits, clock or ids, worker, architecture test.
    "chance",
    "door",
    "doors",
    "guests",
    "hands",
    "house",
    "law",
    "nobody",
    "pace",
    "room",
    "rooms",
    "tidy",
    // Participles and verbs without an object: what is done, and to what?
    "asked",
    "described",
    "given",
    "kept",
    "making",
    "refusing",
    "saying",
    "shown",
    "taken",
    "telling",
    "told",
    "wanted",
    "written",
    // Too general: the message catalogue is `i18n`, the rest has a subject.
    "about",
    "anew",
    "trouble",
    "words",
    "work",
];

/// Well-known terms. A file or folder of that name exists for each.
const TERMS: [&str; 10] = [
    "exif",
    "garbage_collect",
    "i18n",
    "idempotency",
    "journal",
    "memory_cache",
    "middleware",
    "openapi",
    "rate_limit",
    "single_flight",
];

#[test]
fn no_file_or_folder_has_a_banned_name() {
    for file in rust() {
        let banned = file
            .with_extension("")
            .iter()
            .find(|part| BANNED_STEMS.iter().any(|stem| part == stem))
            .map(|part| part.to_string_lossy().into_owned());
        assert_eq!(
            banned,
            None,
            "{}: name it for what is in it.",
            file.display()
        );
    }
}

#[test]
fn well_known_terms_are_found_by_file_name() {
    let files: Vec<_> = files()
        .into_iter()
        .filter(|file| file.starts_with("src-tauri"))
        .collect();
    for term in TERMS {
        let names_it = |file: &Path| {
            file.with_extension("")
                .iter()
                .any(|part| part.to_string_lossy().starts_with(term))
        };
        assert!(
            files.iter().any(|file| names_it(file)),
            "no file under src-tauri/ is named for `{term}`."
        );
    }
}

#[test]
fn constructors_have_conventional_names() {
    let unconventional = concat!("fn ", "of(");
    for file in rust() {
        assert!(
            !text(&file).contains(unconventional),
            "{} has `{unconventional}`: call it `new`, `from_…` or `parse`, or implement `From`.",
            file.display()
        );
    }
}
