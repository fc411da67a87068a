//! Reads a request body into a form: its fields, and the one file in it, streamed.
//!
//! The body is read on the async side; the file flows through a short channel to one blocking task
//! that writes it to disk, so 50 MB pass through a megabyte of memory. Parts come in any order and
//! as multipart, urlencoded or JSON; what is no file is bounded. What the file is kept as is the
//! door's to say: until then it waits in its `Incoming`, and dropped it is gone.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use library::{Actor, StagedUpload};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
pub use crate::upload::fields::Fields;
use crate::upload::file_writer;
use crate::upload::file_writer::{FileContent, ShortText};
use crate::upload::form_builder::{FormBuilder, ParsedForm, ReadError};
pub use crate::upload::form_spec::FormSpec;
use crate::upload::form_spec::MAX_OVERHEAD;
use crate::upload::json;
use crate::upload::limited_body::LimitedBody;
use crate::upload::multipart;
use crate::upload::urlencoded;

/// Pieces on their way to the disk at one time; each is at most hyper's read buffer.
const CHANNEL_CAPACITY: usize = 4;

/// What was in a form.
#[derive(Debug)]
pub struct Form {
    /// All that is no file, the key's field too.
    pub fields: Fields,
    pub file: Option<UploadedFile>,
    /// Whose key it was; `None` if the form had none, or an empty one.
    pub actor: Option<Actor>,
    /// Whether there was a content type, and one that is read here; if not, the form is empty.
    pub is_supported: bool,
}

impl Form {
    /// The file's bytes as they came, and its name.
    ///
    /// # Errors
    /// [`Error::NoFile`]; a text is no picture.
    pub fn into_file(self) -> Result<(StagedUpload, String)> {
        let UploadedFile {
            content: sent,
            name,
            ..
        } = self.file.ok_or(Error::NoFile)?;
        match sent {
            FileContent::Bytes(incoming) => Ok((incoming, name)),
            FileContent::Text(_) | FileContent::Base64(_) => {
                Err(Error::BadImage(imaging::Error::NotAnImage))
            }
        }
    }
}

/// A file on its way in.
#[derive(Debug)]
pub struct UploadedFile {
    /// Which of the wanted names it had.
    pub field: &'static str,
    /// The file name that it was sent with; empty if with none.
    pub name: String,
    content: FileContent,
}

impl UploadedFile {
    /// A text that stood elsewhere, as in a query: an address, or base64 of at most `most` bytes.
    pub fn from_text(field: &'static str, text: &str, most: u64) -> UploadedFile {
        UploadedFile {
            field,
            name: String::new(),
            content: FileContent::Text(ShortText::new(text, most)),
        }
    }

    /// Whether it came as text and not as a file.
    pub fn is_text(&self) -> bool {
        !matches!(self.content, FileContent::Bytes(_))
    }

    /// The text, if it is one that begins as a web address does; at most 8 KiB.
    pub fn url(&self) -> Option<&str> {
        match &self.content {
            FileContent::Text(text) => text.url(),
            FileContent::Bytes(_) | FileContent::Base64(_) => None,
        }
    }

    /// The bytes and the file name: as they came, or what the text says in base64.
    ///
    /// # Errors
    /// [`Error::BadBase64`] for a text that is something else.
    pub async fn decode(self, app: &App) -> Result<(StagedUpload, String)> {
        let incoming = match self.content {
            FileContent::Bytes(incoming) => incoming,
            FileContent::Base64(decoded) => decoded.ok_or(Error::BadBase64)?,
            FileContent::Text(text) => {
                app.run_blocking(move |library, _| text.decode(library))
                    .await?
            }
        };
        Ok((incoming, self.name))
    }
}

/// Reads a form.
///
/// # Errors
/// [`Error::TooLarge`] as soon as that is known; [`Error::BodyTimeout`]; [`Error::BadBody`] if the body
/// is not what its content type says; and, as soon as the key has come and without the rest of the
/// body, whatever speaks against it: [`Error::Unauthorised`], [`Error::Forbidden`], [`Error::RateLimited`].
pub async fn read_form(
    app: &App,
    client: &ClientInfo,
    headers: &HeaderMap,
    body: Body,
    wanted: &FormSpec,
) -> Result<Form> {
    let readable =
        |kind: &FormEncoding| matches!(kind, FormEncoding::Multipart) || !wanted.multipart_only;
    let Some(kind) = FormEncoding::from_headers(headers).filter(readable) else {
        return Ok(Form {
            fields: Fields::default(),
            file: None,
            actor: None,
            is_supported: false,
        });
    };
    let most = wanted.max_bytes.min(app.config().max_upload_bytes);
    let body = LimitedBody::new(body, idle_timeout(app), kind.max_body_bytes(wanted, most));
    body.check_announced_size()?;

    let (pieces, arriving) = mpsc::channel(CHANNEL_CAPACITY);
    let intake = FormBuilder::new(app, client, wanted, pieces);
    let reading = kind.read(headers, body, intake);
    let writing = file_writer::write_file(app, most, arriving);
    let (read, written) = tokio::join!(reading, writing);
    // The writer's own refusal says more than the reader's "nobody listens any more"; but when the
    // reader gave up, the writer only noticed that the file never ended.
    match (read, written) {
        (Err(ReadError::Failed(error)), _) | (_, Err(error)) => Err(error),
        (Err(ReadError::WriterGone), Ok(_)) => {
            Err(Error::internal("the writer of an upload ended before it"))
        }
        (Ok(taken), Ok(sent)) => Ok(build_form(taken, sent)),
    }
}

/// A whole body of at most [`MAX_OVERHEAD`], for those who read it in one go.
pub async fn read_body(app: &App, body: Body) -> Result<Bytes> {
    let body = LimitedBody::new(body, idle_timeout(app), MAX_OVERHEAD);
    body.check_announced_size()?;
    body.read_to_end().await
}

fn idle_timeout(app: &App) -> Duration {
    Duration::from_secs(app.config().upload_idle_seconds)
}

fn build_form(taken: ParsedForm, sent: Option<FileContent>) -> Form {
    let file = taken.file.zip(sent);
    let file = file.map(|((field, name), sent)| UploadedFile {
        field,
        name,
        content: sent,
    });
    // Without a name and without a byte, it is a field that was left empty in a form.
    let left_empty = |file: &UploadedFile| file.name.is_empty() && file.content.is_empty();
    Form {
        fields: taken.fields,
        file: file.filter(|file| !left_empty(file)),
        actor: taken.actor,
        is_supported: true,
    }
}

/// The ways in which a form is written.
#[derive(Clone, Copy)]
enum FormEncoding {
    Multipart,
    Urlencoded,
    Json,
}

impl FormEncoding {
    fn from_headers(headers: &HeaderMap) -> Option<FormEncoding> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media_type = value.split(';').next()?.trim().to_ascii_lowercase();
        match &*media_type {
            "multipart/form-data" => Some(FormEncoding::Multipart),
            "application/x-www-form-urlencoded" => Some(FormEncoding::Urlencoded),
            "application/json" => Some(FormEncoding::Json),
            _ => None,
        }
    }

    /// The largest body with a file of at most `most` bytes.
    fn max_body_bytes(self, wanted: &FormSpec, most: u64) -> u64 {
        let file = match (self, wanted.file_fields, wanted.accepts_text) {
            (FormEncoding::Json, ..) | (_, [], _) | (FormEncoding::Urlencoded, _, false) => 0,
            (FormEncoding::Multipart, _, false) => most,
            (FormEncoding::Multipart, _, true) => file_writer::max_text_len(most),
            // Every character may be written as three.
            (FormEncoding::Urlencoded, _, true) => {
                file_writer::max_text_len(most).saturating_mul(3)
            }
        };
        file.saturating_add(MAX_OVERHEAD)
    }

    async fn read(
        self,
        headers: &HeaderMap,
        body: LimitedBody,
        mut intake: FormBuilder<'_>,
    ) -> Result<ParsedForm, ReadError> {
        match self {
            FormEncoding::Multipart => multipart::read(headers, body, &mut intake).await?,
            FormEncoding::Urlencoded => urlencoded::read(body, &mut intake).await?,
            FormEncoding::Json => json::read(body, &mut intake).await?,
        }
        intake.finish().await
    }
}
