//! Forms as a JSON object: strings, numbers and booleans are fields.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::file_writer::FileKind;
use super::form_builder::{FileConfidence, FormBuilder, ReadError};
use super::limited_body::LimitedBody;
use crate::error::{Error, Result};

pub async fn read(body: LimitedBody, intake: &mut FormBuilder<'_>) -> Result<(), ReadError> {
    let text = body.read_to_end().await?;
    if text.trim_ascii().is_empty() {
        return Ok(());
    }
    let object: Map<String, Value> = serde_json::from_slice(&text)
        .map_err(|error| Error::bad_body(format!("it is no JSON object ({error})")))?;
    let (files, fields): (Vec<_>, Vec<_>) = object
        .into_iter()
        .partition(|(name, _)| intake.accepts_text() && intake.file_field_index(name).is_some());
    // An object has no order: the key comes first.
    for (name, value) in fields {
        if let Some(value) = field_value(value) {
            intake.add_field(name, value).await?;
        }
    }
    for (name, value) in files {
        if let (Some(index), Value::String(text)) = (intake.file_field_index(&name), value)
            && !text.is_empty()
        {
            add_file(index, text, intake).await?;
        }
    }
    Ok(())
}

async fn add_file(
    index: usize,
    text: String,
    intake: &mut FormBuilder<'_>,
) -> Result<(), ReadError> {
    let kind = FileKind::Text {
        spaces_are_plus: false,
    };
    if intake
        .begin_file(FileConfidence::Nameless, index, "", kind)
        .await?
    {
        intake.send_bytes(Bytes::from(text)).await?;
    }
    Ok(())
}

fn field_value(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
