//! EXIF: title and description, and what the camera recorded.

use std::io::Cursor;

use super::text::decode_text;
use crate::container::ByteReader;
use crate::container::ifd::{Directory, TagValue};

const DESCRIPTION: u16 = 270;
const DOCUMENT_NAME: u16 = 269;
/// Windows' own, in UTF-16.
const XP_TITLE: u16 = 0x9C9B;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const DATE_TIME_DIGITIZED: u16 = 0x9004;
/// Where the camera's directory lies.
const EXIF_DIRECTORY: u16 = 0x8769;

const MAX_TEXT_BYTES: u64 = 40_000;
/// Of a note: a lens has a name, no story.
const MAX_NOTE_BYTES: u64 = 200;

/// Tags of the first directory, and the names that other programs give them.
const PRIMARY_TAGS: [(u16, &str); 7] = [
    (271, "Make"),
    (272, "Model"),
    (274, "Orientation"),
    (305, "Software"),
    (306, "DateTime"),
    (315, "Artist"),
    (33432, "Copyright"),
];

/// Tags of the camera's directory.
const CAMERA_TAGS: [(u16, &str); 15] = [
    (33434, "ExposureTime"),
    (33437, "FNumber"),
    (34850, "ExposureProgram"),
    (34855, "ISOSpeedRatings"),
    (DATE_TIME_ORIGINAL, "DateTimeOriginal"),
    (DATE_TIME_DIGITIZED, "DateTimeDigitized"),
    (37380, "ExposureBiasValue"),
    (37383, "MeteringMode"),
    (37385, "Flash"),
    (37386, "FocalLength"),
    (40961, "ColorSpace"),
    (41987, "WhiteBalance"),
    (41989, "FocalLengthIn35mmFilm"),
    (42035, "LensMake"),
    (42036, "LensModel"),
];

#[derive(Default)]
pub(super) struct ExifFields {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) taken_at: Option<String>,
    pub(super) notes: Vec<(&'static str, String)>,
}

/// What can be read of it: values that lie beyond the end are none.
pub(super) fn parse(exif: &[u8]) -> ExifFields {
    let mut source = ByteReader::new(Cursor::new(exif), exif.len() as u64);
    let Ok(first) = Directory::read(&mut source) else {
        return ExifFields::default();
    };
    let second = first
        .subdirectory(EXIF_DIRECTORY, &mut source)
        .ok()
        .flatten();
    let mut say = |directory: &Directory, tag, most| {
        let words = directory
            .display_value(tag, most, &mut source)
            .ok()
            .flatten()?;
        let text = match words {
            TagValue::Text(text) => text,
            TagValue::Bytes(bytes) if tag == XP_TITLE => decode_utf16(&bytes),
            // Ends at its first zero; what may follow is another text.
            TagValue::Bytes(bytes) => decode_text(bytes.split(|byte| *byte == 0).next()?),
        };
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let title = [XP_TITLE, DOCUMENT_NAME]
        .into_iter()
        .find_map(|tag| say(&first, tag, MAX_TEXT_BYTES));
    let description = say(&first, DESCRIPTION, MAX_TEXT_BYTES);
    let mut notes = Vec::new();
    for (directory, tags) in [
        (Some(&first), PRIMARY_TAGS.as_slice()),
        (second.as_ref(), &CAMERA_TAGS),
    ] {
        for (tag, name) in tags {
            let said = directory.and_then(|directory| say(directory, *tag, MAX_NOTE_BYTES));
            notes.extend(said.map(|said| (*name, said)));
        }
    }
    let taken = second.and_then(|second| {
        [DATE_TIME_ORIGINAL, DATE_TIME_DIGITIZED]
            .into_iter()
            .find_map(|tag| format_timestamp(&say(&second, tag, MAX_NOTE_BYTES)?))
    });
    ExifFields {
        title,
        description,
        taken_at: taken,
        notes,
    }
}

fn decode_utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// `2026:02:14 10:30:00`, with the usual signs.
fn format_timestamp(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 19
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 | 13 | 16 => *byte == b':',
            10 => *byte == b' ',
            _ => byte.is_ascii_digit(),
        });
    let (day, time) = text.split_once(' ')?;
    shaped.then(|| format!("{} {time}", day.replace(':', "-")))
}
