//! Forms as `application/x-www-form-urlencoded`, decoded as they arrive: one value may be a whole
//! picture in base64.

use bytes::Bytes;
use futures_util::StreamExt;

use super::file_writer::FileKind;
use super::form_builder::{FileConfidence, FormBuilder, ReadError};
use super::limited_body::LimitedBody;
use crate::error::Result;

pub async fn read(mut body: LimitedBody, intake: &mut FormBuilder<'_>) -> Result<(), ReadError> {
    let mut pair = Pair::default();
    let mut escapes = PercentDecoder::default();
    while let Some(bytes) = body.next().await {
        let bytes = bytes?;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| pair.is_delimiter(*byte));
            let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
            let mut decoded = escapes.decode(run);
            let Some((end, after)) = after.split_first() else {
                pair.push_bytes(decoded, intake).await?;
                break;
            };
            escapes.flush(&mut decoded);
            pair.push_bytes(decoded, intake).await?;
            if *end == b'=' {
                pair.finish_name(intake);
            } else {
                std::mem::take(&mut pair).finish(intake).await?;
            }
            rest = after;
        }
    }
    let mut last = Vec::new();
    escapes.flush(&mut last);
    pair.push_bytes(last, intake).await?;
    pair.finish(intake).await
}

/// The pair that is being read.
#[derive(Default)]
struct Pair {
    name: Vec<u8>,
    value: Vec<u8>,
    state: PairState,
}

#[derive(Default)]
enum PairState {
    #[default]
    Name,
    Value,
    /// In the value of a wanted name, which may be the file; nothing of it has come yet.
    MayBeFile(usize),
    File,
    /// In such a value, when a better one came before.
    NotFile,
}

impl Pair {
    fn is_delimiter(&self, byte: u8) -> bool {
        byte == b'&' || byte == b'=' && matches!(self.state, PairState::Name)
    }

    async fn push_bytes(
        &mut self,
        decoded: Vec<u8>,
        intake: &mut FormBuilder<'_>,
    ) -> Result<(), ReadError> {
        if decoded.is_empty() {
            return Ok(());
        }
        if let PairState::MayBeFile(index) = self.state {
            let kind = FileKind::Text {
                spaces_are_plus: true,
            };
            let best = intake
                .begin_file(FileConfidence::Nameless, index, "", kind)
                .await?;
            self.state = if best {
                PairState::File
            } else {
                PairState::NotFile
            };
        }
        if matches!(self.state, PairState::File) {
            return intake.send_bytes(Bytes::from(decoded)).await;
        }
        intake.count_overhead(decoded.len())?;
        match self.state {
            PairState::Name => self.name.extend(decoded),
            PairState::Value => self.value.extend(decoded),
            PairState::MayBeFile(_) | PairState::File | PairState::NotFile => {}
        }
        Ok(())
    }

    fn finish_name(&mut self, intake: &FormBuilder<'_>) {
        let wanted = std::str::from_utf8(&self.name).map(|name| intake.file_field_index(name));
        self.state = match wanted {
            Ok(Some(index)) if intake.accepts_text() => PairState::MayBeFile(index),
            _ => PairState::Value,
        };
    }

    async fn finish(self, intake: &mut FormBuilder<'_>) -> Result<(), ReadError> {
        let field = match self.state {
            PairState::Name => !self.name.is_empty(),
            PairState::Value => true,
            PairState::MayBeFile(_) | PairState::File | PairState::NotFile => false,
        };
        if field {
            let [name, value] =
                [self.name, self.value].map(|text| String::from_utf8_lossy(&text).into_owned());
            intake.add_field(name, value).await?;
        }
        Ok(())
    }
}

/// `+` and `%XX`, also where an escape is cut by the end of a piece. What only looks like an escape
/// stands for itself.
#[derive(Default)]
struct PercentDecoder {
    /// A `%`, or a `%` and a digit, that wait for what follows.
    pending: Vec<u8>,
}

impl PercentDecoder {
    fn decode(&mut self, text: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::with_capacity(text.len());
        for byte in text {
            match (&self.pending[..], hex_value(*byte)) {
                ([_, high], Some(low)) => {
                    decoded.push(hex_value(*high).unwrap_or_default() << 4 | low);
                    self.pending.clear();
                    continue;
                }
                ([_], Some(_)) => {
                    self.pending.push(*byte);
                    continue;
                }
                _ => self.flush(&mut decoded),
            }
            match byte {
                b'%' => self.pending.push(*byte),
                b'+' => decoded.push(b' '),
                other => decoded.push(*other),
            }
        }
        decoded
    }

    /// What is left was no escape.
    fn flush(&mut self, decoded: &mut Vec<u8>) {
        decoded.append(&mut self.pending);
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_across_chunk_boundaries() {
        let text = b"a+b%20c%2B%c3%A9%%41%4%zz%2%";
        let whole: Vec<u8> = url::form_urlencoded::parse(&[&b"v="[..], text].concat())
            .next()
            .map(|(_, value)| value.into_owned().into_bytes())
            .unwrap();
        assert_eq!(whole, "a b c+é%A%4%zz%2%".as_bytes());
        for size in 1..text.len() {
            let mut escapes = PercentDecoder::default();
            let mut decoded: Vec<u8> = text
                .chunks(size)
                .flat_map(|piece| escapes.decode(piece))
                .collect();
            escapes.flush(&mut decoded);
            assert_eq!(decoded, whole, "in pieces of {size}");
        }
    }
}
