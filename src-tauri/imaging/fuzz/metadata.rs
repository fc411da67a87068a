//! Whatever a file's metadata claims, reading it ends, and tells text of bounded length.
#![no_main]

use std::io::Cursor;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(metadata) = imaging::read_metadata(Cursor::new(bytes)) else {
        return;
    };
    let notes = metadata.camera_notes.iter().map(|(_, note)| note);
    for text in metadata.title.iter().chain(&metadata.description).chain(notes) {
        assert!(!text.is_empty() && text.chars().count() <= 5000);
    }
});
