//! Streaming base64 decoder, strict: canonical and with its padding. Line breaks do
//! not count, and neither does the beginning of a `data:` address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};

pub struct Base64Decoder {
    /// In an urlencoded form a `+` that was not escaped has become a space.
    spaces_are_plus: bool,
    /// Characters that wait: the last four may be padded.
    pending: Vec<u8>,
    /// Whether anything was decoded.
    has_output: bool,
}

impl Base64Decoder {
    pub fn new(spaces_are_plus: bool) -> Base64Decoder {
        Base64Decoder {
            spaces_are_plus,
            pending: Vec::new(),
            has_output: false,
        }
    }

    /// # Errors
    /// [`Error::BadBase64`], and whatever `write` says.
    pub fn feed(&mut self, text: &[u8], write: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        let characters = text.iter().filter_map(|byte| match byte {
            b' ' if self.spaces_are_plus => Some(b'+'),
            byte if byte.is_ascii_whitespace() => None,
            byte => Some(*byte),
        });
        self.pending.extend(characters);
        let ready = self.pending.len().saturating_sub(1) / 4 * 4;
        if self.pending[..ready].contains(&b'=') {
            return Err(Error::BadBase64);
        }
        self.decode_pending(ready, write)
    }

    /// The text is whole.
    ///
    /// # Errors
    /// As [`Base64Decoder::feed`]; also where there was nothing.
    pub fn finish(mut self, write: impl FnOnce(&[u8]) -> Result<()>) -> Result<()> {
        self.decode_pending(self.pending.len(), write)?;
        if self.has_output {
            Ok(())
        } else {
            Err(Error::BadBase64)
        }
    }

    fn decode_pending(
        &mut self,
        ready: usize,
        write: impl FnOnce(&[u8]) -> Result<()>,
    ) -> Result<()> {
        if ready == 0 {
            return Ok(());
        }
        let decoded = STANDARD.decode(&self.pending[..ready]);
        self.pending.drain(..ready);
        self.has_output = true;
        write(&decoded.map_err(|_| Error::BadBase64)?)
    }
}

/// What follows `data:image/png;base64,` and the like; all of a text that does not begin so.
pub fn strip_data_url_prefix(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    let is_data = text
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"data:"));
    let comma = text.iter().position(|byte| *byte == b',');
    match comma {
        Some(comma) if is_data && text[..comma].to_ascii_lowercase().ends_with(b";base64") => {
            &text[comma + 1..]
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_in_pieces(text: &str, size: usize, spaces_are_plus: bool) -> Result<Vec<u8>> {
        let mut decoder = Base64Decoder::new(spaces_are_plus);
        let mut out = Vec::new();
        for piece in strip_data_url_prefix(text.as_bytes()).chunks(size) {
            decoder.feed(piece, |bytes| {
                out.extend(bytes);
                Ok(())
            })?;
        }
        decoder.finish(|bytes| {
            out.extend(bytes);
            Ok(())
        })?;
        Ok(out)
    }

    #[test]
    fn text_is_decoded_across_chunk_boundaries() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        for length in 1..bytes.len() {
            let text = STANDARD.encode(&bytes[..length]);
            let lines = text
                .as_bytes()
                .chunks(76)
                .map(|line| String::from_utf8(line.to_vec()).unwrap())
                .collect::<Vec<_>>()
                .join("\r\n");
            for size in [1, 3, 4, 5, 1000] {
                for text in [&text, &lines, &format!("data:image/png;base64,{text}")] {
                    assert_eq!(
                        decode_in_pieces(text, size, false).unwrap(),
                        bytes[..length]
                    );
                }
            }
        }
        assert_eq!(
            decode_in_pieces("  8=", 9, true).unwrap_err().to_string(),
            "the text is no base64"
        );
        assert_eq!(
            decode_in_pieces("/ 8=", 9, true).unwrap(),
            decode_in_pieces("/+8=", 9, false).unwrap()
        );
    }

    #[test]
    fn non_canonical_base64_is_refused() {
        for text in [
            "",
            "data:image/png;base64,",
            "data:image/png,aGk=",
            "aGk",
            "aGk==",
            "aGl=",
            "aGk=aGk=",
            "a-k=",
            "=",
            "====",
            "aG\u{e9}k",
            "http://nas/a.png",
        ] {
            for size in [1, 4, 100] {
                let refused = decode_in_pieces(text, size, false);
                assert!(matches!(refused, Err(Error::BadBase64)), "{text} {size}");
            }
        }
    }
}
