//! What becomes of a file before it is kept: who must not be let in is named, SVG is made harmless, what browsers
//! do not show is converted, and metadata is taken out.

use std::io::Read;

use imaging::{CancelToken, Format, OutputFormat, Transform};
use library::{Library, StagedUpload};

use crate::error::{Error, Result};

/// The quality of what is converted.
const CONVERSION_QUALITY: u8 = 80;

/// What is taken, in the order in which a refusal lists it.
const ACCEPTED_FORMATS: [Format; 9] = [
    Format::Jpeg,
    Format::Png,
    Format::WebP,
    Format::Gif,
    Format::Svg,
    Format::Bmp,
    Format::Ico,
    Format::Avif,
    Format::Tiff,
];

/// The file as it is to be kept.
pub fn preprocess(
    library: &Library,
    sent: StagedUpload,
    strip: bool,
    stop: &dyn CancelToken,
) -> Result<StagedUpload> {
    let head = read_head(&sent)?;
    if head.is_empty() {
        return Err(Error::BadImage(imaging::Error::Empty));
    }
    let format = Format::sniff(&head).filter(|format| ACCEPTED_FORMATS.contains(format));
    Ok(match format {
        None => return Err(unsupported_type_error(&head)),
        Some(Format::Svg) => library.sanitise_svg(sent)?,
        Some(Format::Tiff) => library.convert_upload(sent, &jpeg_transform(), stop)?,
        Some(format) if strip && format.can_strip_metadata() => library.strip_metadata(sent)?,
        Some(_) => sent,
    })
}

/// The whole picture.
fn jpeg_transform() -> Transform {
    Transform {
        width: None,
        format: OutputFormat::Fixed(Format::Jpeg),
        quality: Some(CONVERSION_QUALITY),
        ..Transform::to_width(1)
    }
}

fn read_head(sent: &StagedUpload) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    let file = sent.open_file()?;
    file.take(4096)
        .read_to_end(&mut head)
        .map_err(Error::internal)?;
    Ok(head)
}

fn unsupported_type_error(head: &[u8]) -> Error {
    let taken: Vec<String> = ACCEPTED_FORMATS
        .iter()
        .map(|format| format!("\"{}\"", format.media_type()))
        .collect();
    let message = format!(
        "The mime type of the file is invalid (\"{}\"). Allowed mime types are {}.",
        detect_media_type(head),
        taken.join(", ")
    );
    Error::violation("image", message)
}

/// What a file is that is not taken, by its first bytes, as `file` would name it.
fn detect_media_type(head: &[u8]) -> &'static str {
    const SIGNATURES: [(&[u8], &str); 16] = [
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x1F\x8B", "application/gzip"),
        (b"7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
        (b"Rar!\x1A\x07", "application/x-rar"),
        (b"\x7FELF", "application/x-executable"),
        (b"MZ", "application/x-dosexec"),
        (b"8BPS", "image/vnd.adobe.photoshop"),
        (b"%!PS", "application/postscript"),
        (b"ID3", "audio/mpeg"),
        (b"\xFF\xFB", "audio/mpeg"),
        (b"OggS", "application/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\x1A\x45\xDF\xA3", "video/x-matroska"),
        (b"SQLite format 3\0", "application/x-sqlite3"),
        (b"\0asm", "application/wasm"),
    ];
    if let Some(format) = Format::sniff(head) {
        return format.media_type();
    }
    let known = SIGNATURES.iter().find(|(start, _)| head.starts_with(start));
    if let Some((_, media_type)) = known {
        return media_type;
    }
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return "video/mp4",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => return "audio/x-wav",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'A',
            b'V',
            b'I',
            b' ',
            ..,
        ] => return "video/x-msvideo",
        _ => {}
    }
    detect_text_type(head).unwrap_or("application/octet-stream")
}

fn detect_text_type(head: &[u8]) -> Option<&'static str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut in the middle of a letter.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text
        .chars()
        .any(|c| c.is_control() && !c.is_whitespace() && c != '\u{1b}')
    {
        return None;
    }
    let start = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    Some(match start {
        start if start.starts_with("<!doctype html") || start.starts_with("<html") => "text/html",
        start if start.starts_with("<?xml") => "text/xml",
        start if start.starts_with('{') || start.starts_with('[') => "application/json",
        _ => "text/plain",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_pictures_are_called_by_what_they_are() {
        for (head, media_type_) in [
            (b"%PDF-1.7".as_slice(), "application/pdf"),
            (b"just words", "text/plain"),
            ("naïve: é".as_bytes(), "text/plain"),
            (&"é".as_bytes()[..1], "text/plain"),
            (b"<!DOCTYPE html><html>", "text/html"),
            (b"\0\0\0\x18ftypmp42", "video/mp4"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "image/heic"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
            (b"\xC3\x28\xA0\xA1", "application/octet-stream"),
            (b"PK\x03\x04", "application/zip"),
        ] {
            assert_eq!(
                detect_media_type(head),
                media_type_,
                "{}",
                head.escape_ascii()
            );
        }
    }

    #[test]
    fn the_error_lists_all_accepted_types() {
        let Error::Violations(violations) = unsupported_type_error(b"%PDF-") else {
            panic!("no violation");
        };
        assert_eq!(
            violations[0].message,
            "The mime type of the file is invalid (\"application/pdf\"). Allowed mime types are \"image/jpeg\", \
             \"image/png\", \"image/webp\", \"image/gif\", \"image/svg+xml\", \"image/bmp\", \"image/x-icon\", \
             \"image/avif\", \"image/tiff\"."
        );
    }
}
