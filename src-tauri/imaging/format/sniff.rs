//! Format detection from a file's first bytes; file names and media types are not trusted. Names and media types
//! lie; these bytes are what a decoder sees.

use super::Format;

impl Format {
    /// Recognises a format by a file's first bytes. 4 KiB are always enough; fewer may hide an SVG behind its comments.
    pub fn sniff(head: &[u8]) -> Option<Format> {
        sniff_format(head)
    }
}

fn sniff_format(head: &[u8]) -> Option<Format> {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
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
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(Format::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Format::Tiff),
        [0xFF, 0x0A, ..] => Some(Format::JpegXl),
        [
            0,
            0,
            0,
            12,
            b'J',
            b'X',
            b'L',
            b' ',
            b'\r',
            b'\n',
            0x87,
            b'\n',
            ..,
        ] => Some(Format::JpegXl),
        [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => sniff_brand(head, brands),
        // Two letters are a thin announcement: the size of the second header must be a known one too.
        [b'B', b'M', rest @ ..] => rest
            .get(12..16)
            .is_some_and(|size| matches!(size, [12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
            .then_some(Format::Bmp),
        // Count of pictures, then the first one's width, height, colours and a zero.
        [0, 0, 1, 0, count, 0, _, _, _, 0, ..] if *count > 0 => Some(Format::Ico),
        _ => is_svg(head).then_some(Format::Svg),
    }
}

/// The box's brands: the major one, a version, then the compatible ones to the end of the box.
fn sniff_brand(head: &[u8], brands: &[u8]) -> Option<Format> {
    let end = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
    let brands = &brands[..brands.len().min(end.saturating_sub(8))];
    let is = |names: &[&[u8]]| {
        brands
            .chunks_exact(4)
            .enumerate()
            .any(|(at, brand)| at != 1 && names.contains(&brand))
    };
    if is(&[b"avif", b"avis"]) {
        return Some(Format::Avif);
    }
    is(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ])
    .then_some(Format::Heic)
}

/// The first element is `svg`, after whatever declarations and comments come before it.
fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!") {
            // A document type may hold declarations of its own, in square brackets.
            let (open, close) = (rest.find('['), rest.find('>'));
            if let Some(open) = open.filter(|open| close.is_some_and(|close| *open < close)) {
                let Some(end) = rest[open..].find(']') else {
                    return false;
                };
                rest = &rest[open + end..];
            }
            ">"
        } else {
            break;
        };
        let Some(at) = rest.find(end) else {
            return false;
        };
        rest = rest[at + end.len()..].trim_start();
    }
    let Some(element) = rest.strip_prefix('<') else {
        return false;
    };
    let name = element
        .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()
        .unwrap_or_default();
    name == "svg" || name.ends_with(":svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_their_first_bytes() {
        let bmp = [b"BM".as_slice(), &[0; 12], &[40, 0, 0, 0]].concat();
        let known: [(&[u8], Format); 16] = [
            (b"\xFF\xD8\xFF\xE0", Format::Jpeg),
            (b"\x89PNG\r\n\x1A\n", Format::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", Format::WebP),
            (b"GIF89a", Format::Gif),
            (b"II*\0", Format::Tiff),
            (b"MM\0*", Format::Tiff),
            (&bmp, Format::Bmp),
            (b"\0\0\x01\0\x01\0\x20\x20\0\0", Format::Ico),
            (b"\0\0\0\x1Cftypavif\0\0\0\0mif1miaf", Format::Avif),
            (b"\0\0\0\x1Cftypmif1\0\0\0\0avifmiaf", Format::Avif),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1", Format::Heic),
            (b"\xFF\x0A\0\0", Format::JpegXl),
            (b"\0\0\0\x0CJXL \r\n\x87\n", Format::JpegXl),
            (
                b"<?xml version=\"1.0\"?>\n<!-- a <b> -->\n<!DOCTYPE svg>\n<svg xmlns=\"\">",
                Format::Svg,
            ),
            (b"\xEF\xBB\xBF <svg:svg>", Format::Svg),
            (
                b"<!DOCTYPE svg PUBLIC \"x\" [<!ENTITY a \"b\"> <!-- --> ] >\n<svg>",
                Format::Svg,
            ),
        ];
        for (head, format) in known {
            assert_eq!(sniff_format(head), Some(format), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn other_files_are_not_taken_for_pictures() {
        for head in [
            b"".as_slice(),
            b"BM is the start of a letter",
            b"<html><body><svg></svg>",
            b"\0\0\0\x18ftypmp42\0\0\0\0isom",
            b"RIFF\0\0\0\0WAVEfmt ",
            b"%PDF-1.7",
            b"\xFF\xD8",
            b"<!-- never closed <svg>",
            b"<!DOCTYPE svg [<!ENTITY a 'b'> <svg>",
        ] {
            assert_eq!(sniff_format(head), None, "{}", head.escape_ascii());
        }
    }
}
