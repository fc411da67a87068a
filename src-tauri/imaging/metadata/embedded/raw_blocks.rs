//! Extracts the raw metadata blocks of each format, bounded, for the parsers.

use std::io::{self, Read, Seek};

use super::text::decode_text;
use crate::Format;
use crate::container::jpeg::next_marker;
use crate::container::{ByteReader, avif};

/// A JPEG's segment holds no more; what is larger elsewhere is no title and no camera's name.
const MAX_EXIF_BYTES: u64 = 64 << 10;
const MAX_XMP_BYTES: u64 = 128 << 10;
const MAX_TEXT_BYTES: u64 = 16 << 10;
/// Texts in one PNG.
const MAX_TEXTS: usize = 16;

/// Metadata of each kind: the first that there is.
#[derive(Default)]
pub(super) struct MetadataBlocks {
    /// From its byte order on.
    pub(super) exif: Option<Vec<u8>>,
    pub(super) iptc: Option<Vec<u8>>,
    pub(super) xmp: Option<Vec<u8>>,
    /// PNG's own: keyword and text.
    pub(super) texts: Vec<(String, String)>,
}

impl MetadataBlocks {
    /// What of a cut-off file is there counts. `source` stands at the start.
    pub(super) fn read<R: Read + Seek>(
        format: Format,
        source: &mut ByteReader<R>,
    ) -> io::Result<MetadataBlocks> {
        let mut blocks = MetadataBlocks::default();
        let walked = match format {
            Format::Jpeg => blocks.walk_jpeg(source),
            Format::Png => blocks.walk_png(source),
            Format::WebP => blocks.walk_webp(source),
            Format::Avif => blocks.walk_avif(source),
            _ => Ok(()),
        };
        match walked {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            _ => Ok(blocks),
        }
    }

    fn walk_jpeg<R: Read + Seek>(&mut self, source: &mut ByteReader<R>) -> io::Result<()> {
        const SCAN: u8 = 0xDA;
        const END: u8 = 0xD9;
        source.skip(2)?;
        while let Some(mark) = next_marker(source)? {
            match mark {
                // Metadata stands before the pixels.
                SCAN | END => break,
                0xD8 | 0x01 | 0xD0..=0xD7 => continue,
                _ => {}
            }
            let len = u16::from_be_bytes(source.read_array()?).saturating_sub(2);
            if !matches!(mark, 0xE1 | 0xED) {
                source.skip(u64::from(len))?;
                continue;
            }
            let body = source.read_bytes(usize::from(len))?;
            let rest = |sign: &[u8]| body.strip_prefix(sign).map(<[u8]>::to_vec);
            if mark == 0xED {
                set_if_none(&mut self.iptc, rest(b"Photoshop 3.0\0"));
            } else {
                set_if_none(&mut self.exif, rest(b"Exif\0\0"));
                set_if_none(&mut self.xmp, rest(b"http://ns.adobe.com/xap/1.0/\0"));
            }
        }
        Ok(())
    }

    fn walk_png<R: Read + Seek>(&mut self, source: &mut ByteReader<R>) -> io::Result<()> {
        source.skip(8)?;
        loop {
            let len = u64::from(u32::from_be_bytes(source.read_array()?));
            let name: [u8; 4] = source.read_array()?;
            let next = source.position() + len + 4;
            match &name {
                b"IEND" => return Ok(()),
                b"eXIf" if len <= MAX_EXIF_BYTES => {
                    set_if_none(&mut self.exif, Some(source.read_bytes(len as usize)?));
                }
                b"tEXt" if len <= MAX_TEXT_BYTES && self.texts.len() < MAX_TEXTS => {
                    let body = source.read_bytes(len as usize)?;
                    if let Some((keyword, text)) = split_at_nul(&body) {
                        self.texts.push((decode_text(keyword), decode_text(text)));
                    }
                }
                b"iTXt" if len <= MAX_XMP_BYTES && self.texts.len() < MAX_TEXTS => {
                    let body = source.read_bytes(len as usize)?;
                    self.add_international_text(&body);
                }
                _ => {}
            }
            source.seek_to(next)?;
        }
    }

    /// A keyword, whether and how it is compressed, a language, the keyword in it, and the text. What is
    /// compressed stays unread: XMP never is.
    fn add_international_text(&mut self, body: &[u8]) {
        let Some((keyword, [0, _, rest @ ..])) = split_at_nul(body) else {
            return;
        };
        let Some((_, text)) = split_at_nul(rest).and_then(|(_, rest)| split_at_nul(rest)) else {
            return;
        };
        if keyword == b"XML:com.adobe.xmp" {
            set_if_none(&mut self.xmp, Some(text.to_vec()));
        } else if text.len() as u64 <= MAX_TEXT_BYTES {
            self.texts.push((decode_text(keyword), decode_text(text)));
        }
    }

    fn walk_webp<R: Read + Seek>(&mut self, source: &mut ByteReader<R>) -> io::Result<()> {
        source.skip(12)?;
        loop {
            let name: [u8; 4] = source.read_array()?;
            let len = u64::from(u32::from_le_bytes(source.read_array()?));
            let next = source.position() + len + (len & 1);
            match &name {
                b"EXIF" if len <= MAX_EXIF_BYTES => {
                    let body = source.read_bytes(len as usize)?;
                    // Some writers take JPEG's mark along.
                    let bare = body.strip_prefix(b"Exif\0\0").unwrap_or(&body);
                    set_if_none(&mut self.exif, Some(bare.to_vec()));
                }
                b"XMP " if len <= MAX_XMP_BYTES => {
                    set_if_none(&mut self.xmp, Some(source.read_bytes(len as usize)?));
                }
                _ => {}
            }
            source.seek_to(next)?;
        }
    }

    /// An item like the picture itself, in one piece or several.
    fn walk_avif<R: Read + Seek>(&mut self, source: &mut ByteReader<R>) -> io::Result<()> {
        let Ok(Some(item)) = avif::find_exif(source) else {
            return Ok(());
        };
        let mut body = Vec::new();
        for piece in item.extents {
            let len = piece.end.saturating_sub(piece.start);
            if body.len() as u64 + len > MAX_EXIF_BYTES {
                return Ok(());
            }
            source.seek_to(piece.start)?;
            body.extend(source.read_bytes(len as usize)?);
        }
        let begin = body.first_chunk::<4>().map(|at| u32::from_be_bytes(*at));
        self.exif = begin
            .and_then(|at| body.get((at as usize).checked_add(4)?..))
            .map(<[u8]>::to_vec);
        Ok(())
    }
}

fn set_if_none(place: &mut Option<Vec<u8>>, found: Option<Vec<u8>>) {
    if place.is_none() {
        *place = found;
    }
}

/// Before and after the first zero.
fn split_at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}
