//! Where the formats keep metadata: it is taken out as it lies there, bounded, and read by others.

use std::io::{self, Read, Seek};

use super::decoded;
use crate::Format;
use crate::container::jpeg::next_mark;
use crate::container::{Source, avif};

/// A JPEG's segment holds no more; what is larger elsewhere is no title and no camera's name.
const MOST_EXIF: u64 = 64 << 10;
const MOST_XMP: u64 = 128 << 10;
const MOST_TEXT: u64 = 16 << 10;
/// Texts in one PNG.
const MOST_TEXTS: usize = 16;

/// Metadata of each kind: the first that there is.
#[derive(Default)]
pub(super) struct Blocks {
    /// From its byte order on.
    pub(super) exif: Option<Vec<u8>>,
    pub(super) iptc: Option<Vec<u8>>,
    pub(super) xmp: Option<Vec<u8>>,
    /// PNG's own: keyword and text.
    pub(super) texts: Vec<(String, String)>,
}

impl Blocks {
    /// What of a cut-off file is there counts. `source` stands at the start.
    pub(super) fn find<R: Read + Seek>(
        format: Format,
        source: &mut Source<R>,
    ) -> io::Result<Blocks> {
        let mut blocks = Blocks::default();
        let walked = match format {
            Format::Jpeg => blocks.walk_jpeg(source),
            Format::Png => blocks.walk_png(source),
            Format::WebP => blocks.walk_webp(source),
            Format::Avif => blocks.look_into_avif(source),
            _ => Ok(()),
        };
        match walked {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            _ => Ok(blocks),
        }
    }

    fn walk_jpeg<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<()> {
        const SCAN: u8 = 0xDA;
        const END: u8 = 0xD9;
        source.skip(2)?;
        while let Some(mark) = next_mark(source)? {
            match mark {
                // Metadata stands before the pixels.
                SCAN | END => break,
                0xD8 | 0x01 | 0xD0..=0xD7 => continue,
                _ => {}
            }
            let len = u16::from_be_bytes(source.array()?).saturating_sub(2);
            if !matches!(mark, 0xE1 | 0xED) {
                source.skip(u64::from(len))?;
                continue;
            }
            let body = source.bytes(usize::from(len))?;
            let rest = |sign: &[u8]| body.strip_prefix(sign).map(<[u8]>::to_vec);
            if mark == 0xED {
                keep(&mut self.iptc, rest(b"Photoshop 3.0\0"));
            } else {
                keep(&mut self.exif, rest(b"Exif\0\0"));
                keep(&mut self.xmp, rest(b"http://ns.adobe.com/xap/1.0/\0"));
            }
        }
        Ok(())
    }

    fn walk_png<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<()> {
        source.skip(8)?;
        loop {
            let len = u64::from(u32::from_be_bytes(source.array()?));
            let name: [u8; 4] = source.array()?;
            let next = source.position() + len + 4;
            match &name {
                b"IEND" => return Ok(()),
                b"eXIf" if len <= MOST_EXIF => {
                    keep(&mut self.exif, Some(source.bytes(len as usize)?));
                }
                b"tEXt" if len <= MOST_TEXT && self.texts.len() < MOST_TEXTS => {
                    let body = source.bytes(len as usize)?;
                    if let Some((keyword, text)) = split(&body) {
                        self.texts.push((decoded(keyword), decoded(text)));
                    }
                }
                b"iTXt" if len <= MOST_XMP && self.texts.len() < MOST_TEXTS => {
                    let body = source.bytes(len as usize)?;
                    self.take_international(&body);
                }
                _ => {}
            }
            source.go_to(next)?;
        }
    }

    /// A keyword, whether and how it is compressed, a language, the keyword in it, and the text. What is
    /// compressed stays unread: XMP never is.
    fn take_international(&mut self, body: &[u8]) {
        let Some((keyword, [0, _, rest @ ..])) = split(body) else {
            return;
        };
        let Some((_, text)) = split(rest).and_then(|(_, rest)| split(rest)) else {
            return;
        };
        if keyword == b"XML:com.adobe.xmp" {
            keep(&mut self.xmp, Some(text.to_vec()));
        } else if text.len() as u64 <= MOST_TEXT {
            self.texts.push((decoded(keyword), decoded(text)));
        }
    }

    fn walk_webp<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<()> {
        source.skip(12)?;
        loop {
            let name: [u8; 4] = source.array()?;
            let len = u64::from(u32::from_le_bytes(source.array()?));
            let next = source.position() + len + (len & 1);
            match &name {
                b"EXIF" if len <= MOST_EXIF => {
                    let body = source.bytes(len as usize)?;
                    // Some writers take JPEG's mark along.
                    let bare = body.strip_prefix(b"Exif\0\0").unwrap_or(&body);
                    keep(&mut self.exif, Some(bare.to_vec()));
                }
                b"XMP " if len <= MOST_XMP => {
                    keep(&mut self.xmp, Some(source.bytes(len as usize)?));
                }
                _ => {}
            }
            source.go_to(next)?;
        }
    }

    /// An item like the picture itself, in one piece or several.
    fn look_into_avif<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<()> {
        let Ok(Some(item)) = avif::exif(source) else {
            return Ok(());
        };
        let mut body = Vec::new();
        for piece in item.pieces {
            let len = piece.end.saturating_sub(piece.start);
            if body.len() as u64 + len > MOST_EXIF {
                return Ok(());
            }
            source.go_to(piece.start)?;
            body.extend(source.bytes(len as usize)?);
        }
        let begin = body.first_chunk::<4>().map(|at| u32::from_be_bytes(*at));
        self.exif = begin
            .and_then(|at| body.get((at as usize).checked_add(4)?..))
            .map(<[u8]>::to_vec);
        Ok(())
    }
}

fn keep(place: &mut Option<Vec<u8>>, found: Option<Vec<u8>>) {
    if place.is_none() {
        *place = found;
    }
}

/// Before and after the first zero.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}
