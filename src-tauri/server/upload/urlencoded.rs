//! A form as `application/x-www-form-urlencoded`, decoded as it arrives: one value may be a whole
//! picture in base64.

use bytes::Bytes;
use futures_util::StreamExt;

use super::file_writer::Kind;
use super::form_builder::{Halt, Intake, Likeness};
use super::limited_body::Paced;
use crate::error::Result;

pub async fn read(mut body: Paced, intake: &mut Intake<'_>) -> Result<(), Halt> {
    let mut pair = Pair::default();
    let mut escapes = Escapes::default();
    while let Some(bytes) = body.next().await {
        let bytes = bytes?;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| pair.ends_at(*byte));
            let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
            let mut decoded = escapes.decode(run);
            let Some((end, after)) = after.split_first() else {
                pair.put(decoded, intake).await?;
                break;
            };
            escapes.end(&mut decoded);
            pair.put(decoded, intake).await?;
            if *end == b'=' {
                pair.end_name(intake);
            } else {
                std::mem::take(&mut pair).end(intake).await?;
            }
            rest = after;
        }
    }
    let mut last = Vec::new();
    escapes.end(&mut last);
    pair.put(last, intake).await?;
    pair.end(intake).await
}

/// The pair that is being read.
#[derive(Default)]
struct Pair {
    name: Vec<u8>,
    value: Vec<u8>,
    place: Place,
}

#[derive(Default)]
enum Place {
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
    fn ends_at(&self, byte: u8) -> bool {
        byte == b'&' || byte == b'=' && matches!(self.place, Place::Name)
    }

    async fn put(&mut self, decoded: Vec<u8>, intake: &mut Intake<'_>) -> Result<(), Halt> {
        if decoded.is_empty() {
            return Ok(());
        }
        if let Place::MayBeFile(index) = self.place {
            let kind = Kind::Text {
                spaces_are_plus: true,
            };
            let best = intake.begin(Likeness::Nameless, index, "", kind).await?;
            self.place = if best { Place::File } else { Place::NotFile };
        }
        if matches!(self.place, Place::File) {
            return intake.pass_on(Bytes::from(decoded)).await;
        }
        intake.count(decoded.len())?;
        match self.place {
            Place::Name => self.name.extend(decoded),
            Place::Value => self.value.extend(decoded),
            Place::MayBeFile(_) | Place::File | Place::NotFile => {}
        }
        Ok(())
    }

    fn end_name(&mut self, intake: &Intake<'_>) {
        let wanted = std::str::from_utf8(&self.name).map(|name| intake.wants(name));
        self.place = match wanted {
            Ok(Some(index)) if intake.takes_texts() => Place::MayBeFile(index),
            _ => Place::Value,
        };
    }

    async fn end(self, intake: &mut Intake<'_>) -> Result<(), Halt> {
        let field = match self.place {
            Place::Name => !self.name.is_empty(),
            Place::Value => true,
            Place::MayBeFile(_) | Place::File | Place::NotFile => false,
        };
        if field {
            let [name, value] =
                [self.name, self.value].map(|text| String::from_utf8_lossy(&text).into_owned());
            intake.field(name, value).await?;
        }
        Ok(())
    }
}

/// `+` and `%XX`, also where an escape is cut by the end of a piece. What only looks like an escape
/// stands for itself.
#[derive(Default)]
struct Escapes {
    /// A `%`, or a `%` and a digit, that wait for what follows.
    begun: Vec<u8>,
}

impl Escapes {
    fn decode(&mut self, text: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::with_capacity(text.len());
        for byte in text {
            match (&self.begun[..], hex(*byte)) {
                ([_, high], Some(low)) => {
                    decoded.push(hex(*high).unwrap_or_default() << 4 | low);
                    self.begun.clear();
                    continue;
                }
                ([_], Some(_)) => {
                    self.begun.push(*byte);
                    continue;
                }
                _ => self.end(&mut decoded),
            }
            match byte {
                b'%' => self.begun.push(*byte),
                b'+' => decoded.push(b' '),
                other => decoded.push(*other),
            }
        }
        decoded
    }

    /// What is left was no escape.
    fn end(&mut self, decoded: &mut Vec<u8>) {
        decoded.append(&mut self.begun);
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_wherever_the_pieces_are_cut() {
        let text = b"a+b%20c%2B%c3%A9%%41%4%zz%2%";
        let whole: Vec<u8> = url::form_urlencoded::parse(&[&b"v="[..], text].concat())
            .next()
            .map(|(_, value)| value.into_owned().into_bytes())
            .unwrap();
        assert_eq!(whole, "a b c+é%A%4%zz%2%".as_bytes());
        for size in 1..text.len() {
            let mut escapes = Escapes::default();
            let mut decoded: Vec<u8> = text
                .chunks(size)
                .flat_map(|piece| escapes.decode(piece))
                .collect();
            escapes.end(&mut decoded);
            assert_eq!(decoded, whole, "in pieces of {size}");
        }
    }
}
