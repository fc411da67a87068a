//! A form as a JSON object: its texts, numbers and switches are fields.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::file_writer::Kind;
use super::form_builder::{Halt, Intake, Likeness};
use super::limited_body::Paced;
use crate::error::{Error, Result};

pub async fn read(body: Paced, intake: &mut Intake<'_>) -> Result<(), Halt> {
    let text = body.whole().await?;
    if text.trim_ascii().is_empty() {
        return Ok(());
    }
    let object: Map<String, Value> = serde_json::from_slice(&text)
        .map_err(|error| Error::bad_body(format!("it is no JSON object ({error})")))?;
    let (files, fields): (Vec<_>, Vec<_>) = object
        .into_iter()
        .partition(|(name, _)| intake.takes_texts() && intake.wants(name).is_some());
    // An object has no order: the key comes first.
    for (name, value) in fields {
        if let Some(value) = written(value) {
            intake.field(name, value).await?;
        }
    }
    for (name, value) in files {
        if let (Some(index), Value::String(text)) = (intake.wants(&name), value)
            && !text.is_empty()
        {
            file(index, text, intake).await?;
        }
    }
    Ok(())
}

async fn file(index: usize, text: String, intake: &mut Intake<'_>) -> Result<(), Halt> {
    let kind = Kind::Text {
        spaces_are_plus: false,
    };
    if intake.begin(Likeness::Nameless, index, "", kind).await? {
        intake.pass_on(Bytes::from(text)).await?;
    }
    Ok(())
}

fn written(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
