//! Reads embedded metadata: title, description, date and camera.
//!
//! Cameras and programs write that into EXIF, IPTC, XMP or PNG's own texts, and into several of them at once; the
//! first that says something counts, in this order. Nothing here is needed to show a picture, so whatever cannot
//! be read is left out and never an error. Where it was taken is not told.

mod exif;
mod iptc;
mod raw_blocks;
mod text;
mod xmp;

use std::io::{Read, Seek};

use crate::Error;
use crate::container::ByteReader;
use crate::info::detect_format;
use raw_blocks::MetadataBlocks;
use text::MAX_TEXT_CHARS;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbeddedMetadata {
    pub title: Option<String>,
    pub description: Option<String>,
    /// By the camera's clock, as in `2026-02-14 10:30:00`; whether there is such a day was not looked at.
    pub taken_at: Option<String>,
    /// Names and values of what the camera noted, named as in EXIF.
    pub camera_notes: Vec<(&'static str, String)>,
}

/// Reads what a picture tells of itself, from the start of `source` wherever it stands.
///
/// Needs little memory, however large the picture is and whatever its metadata claims.
pub fn read_metadata<R: Read + Seek>(mut source: R) -> Result<EmbeddedMetadata, Error> {
    crate::panic_guard::catch_decoder_panic(|| {
        let (format, len) = detect_format(&mut source)?;
        let blocks = MetadataBlocks::read(format, &mut ByteReader::new(source, len))
            .map_err(Error::from_read_error)?;
        Ok(merge_blocks(&blocks))
    })
}

fn merge_blocks(blocks: &MetadataBlocks) -> EmbeddedMetadata {
    let camera = blocks.exif.as_deref().map(exif::parse).unwrap_or_default();
    let iptc = blocks.iptc.as_deref().map(iptc::parse).unwrap_or_default();
    let xmp = blocks.xmp.as_deref().map(xmp::parse).unwrap_or_default();
    let text = |name| {
        let found = blocks.texts.iter().find(|(given, _)| given == name);
        found.map(|(_, text)| text.clone())
    };
    EmbeddedMetadata {
        title: first_nonempty([camera.title, iptc.title, xmp.title, text("Title")]),
        description: first_nonempty([
            camera.description,
            iptc.description,
            xmp.description,
            text("Description"),
        ]),
        taken_at: camera.taken_at,
        camera_notes: camera.notes,
    }
}

/// The first that says anything.
fn first_nonempty(texts: [Option<String>; 4]) -> Option<String> {
    texts
        .into_iter()
        .flatten()
        .map(|text| clean_text(&text))
        .find(|text| !text.is_empty())
}

/// On one line or several, without what is no text, and cut.
fn clean_text(text: &str) -> String {
    let plain: String = text
        .chars()
        .take(MAX_TEXT_CHARS)
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    plain.trim().to_owned()
}
