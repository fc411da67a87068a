//! EXIF: a title and a description for people, and what the camera noted.

use std::io::Cursor;

use super::decoded;
use crate::container::Source;
use crate::container::ifd::{Directory, Words};

const DESCRIPTION: u16 = 270;
const DOCUMENT_NAME: u16 = 269;
/// Windows' own, in UTF-16.
const XP_TITLE: u16 = 0x9C9B;
const TAKEN: u16 = 0x9003;
const DIGITISED: u16 = 0x9004;
/// Where the camera's directory lies.
const CAMERA: u16 = 0x8769;

const LONGEST: u64 = 40_000;
/// Of a note: a lens has a name, no story.
const LONGEST_NOTE: u64 = 200;

/// Tags of the first directory, and the names that other programs give them.
const FIRST: [(u16, &str); 7] = [
    (271, "Make"),
    (272, "Model"),
    (274, "Orientation"),
    (305, "Software"),
    (306, "DateTime"),
    (315, "Artist"),
    (33432, "Copyright"),
];

/// Tags of the camera's directory.
const SECOND: [(u16, &str); 15] = [
    (33434, "ExposureTime"),
    (33437, "FNumber"),
    (34850, "ExposureProgram"),
    (34855, "ISOSpeedRatings"),
    (TAKEN, "DateTimeOriginal"),
    (DIGITISED, "DateTimeDigitized"),
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
pub(super) struct Camera {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) taken: Option<String>,
    pub(super) notes: Vec<(&'static str, String)>,
}

/// What can be read of it: values that lie beyond the end are none.
pub(super) fn read(exif: &[u8]) -> Camera {
    let mut source = Source::new(Cursor::new(exif), exif.len() as u64);
    let Ok(first) = Directory::read(&mut source) else {
        return Camera::default();
    };
    let second = first.within(CAMERA, &mut source).ok().flatten();
    let mut say = |directory: &Directory, tag, most| {
        let words = directory.told(tag, most, &mut source).ok().flatten()?;
        let text = match words {
            Words::Plain(text) => text,
            Words::Bytes(bytes) if tag == XP_TITLE => utf16(&bytes),
            // Ends at its first zero; what may follow is another text.
            Words::Bytes(bytes) => decoded(bytes.split(|byte| *byte == 0).next()?),
        };
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let title = [XP_TITLE, DOCUMENT_NAME]
        .into_iter()
        .find_map(|tag| say(&first, tag, LONGEST));
    let description = say(&first, DESCRIPTION, LONGEST);
    let mut notes = Vec::new();
    for (directory, tags) in [(Some(&first), FIRST.as_slice()), (second.as_ref(), &SECOND)] {
        for (tag, name) in tags {
            let said = directory.and_then(|directory| say(directory, *tag, LONGEST_NOTE));
            notes.extend(said.map(|said| (*name, said)));
        }
    }
    let taken = second.and_then(|second| {
        [TAKEN, DIGITISED]
            .into_iter()
            .find_map(|tag| moment(&say(&second, tag, LONGEST_NOTE)?))
    });
    Camera {
        title,
        description,
        taken,
        notes,
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// `2026:02:14 10:30:00`, with the usual signs.
fn moment(text: &str) -> Option<String> {
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
