//! From a request's body to a form: its fields, and the one file in it, streamed.
//!
//! The body is read on the async side; the file flows through a short channel to one blocking task
//! that writes it to disk, so 50 MB pass through a megabyte of memory. Parts come in any order and
//! as multipart, urlencoded or JSON; what is no file is bounded. What the file is kept as is the
//! door's to say: until then it waits in its `Incoming`, and dropped it is gone.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use library::{Actor, Incoming, Scope};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::http::middleware::real_ip::Client;
use crate::state::App;
pub use crate::upload::fields::Fields;
use crate::upload::file_writer;
use crate::upload::file_writer::{Sent, Text};
use crate::upload::form_builder::{Halt, Intake, Taken};
use crate::upload::json;
use crate::upload::limited_body::Paced;
use crate::upload::multipart;
use crate::upload::urlencoded;

/// What may stand around the file: other fields, and the boundaries and headers of all.
const AROUND: u64 = 1 << 20;
/// Pieces on their way to the disk at one time; each is at most hyper's read buffer.
const PIECES: usize = 4;

/// What a door looks for in a form.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// Names of the file. An earlier one wins over a later one that is equally file-like.
    pub files: &'static [&'static str],
    /// Whether the file may also come as text: an address, or base64. A text under one of the names
    /// is a field otherwise, and in multipart the file's raw bytes.
    pub texts: bool,
    /// Whether any form but multipart is one of an unknown kind here, and not read.
    pub only_parts: bool,
    /// The door's own limit of the file, in bytes; the server's own holds as well.
    pub most: u64,
    /// The field that carries the key, and what the key must allow. With [`Scope::Upload`] the
    /// upload also takes its share of the minute.
    pub key: Option<(&'static str, Scope)>,
}

impl Wanted {
    /// No file and no key: fields only.
    pub const NOTHING: Wanted = Wanted {
        files: &[],
        texts: false,
        only_parts: false,
        most: u64::MAX,
        key: None,
    };
}

/// What was in a form.
#[derive(Debug)]
pub struct Form {
    /// All that is no file, the key's field too.
    pub fields: Fields,
    pub file: Option<Received>,
    /// Whose key it was; `None` if the form had none, or an empty one.
    pub actor: Option<Actor>,
    /// Whether there was a content type, and one that is read here; if not, the form is empty.
    pub readable: bool,
}

impl Form {
    /// The file's bytes as they came, and its name.
    ///
    /// # Errors
    /// [`Error::NoFile`]; a text is no picture.
    pub fn picture(self) -> Result<(Incoming, String)> {
        let Received { sent, name, .. } = self.file.ok_or(Error::NoFile)?;
        match sent {
            Sent::Bytes(incoming) => Ok((incoming, name)),
            Sent::Text(_) | Sent::Base64(_) => Err(Error::BadPicture(imaging::Error::NotAnImage)),
        }
    }
}

/// A file on its way in.
#[derive(Debug)]
pub struct Received {
    /// Which of the wanted names it had.
    pub field: &'static str,
    /// The file name that it was sent with; empty if with none.
    pub name: String,
    sent: Sent,
}

impl Received {
    /// A text that stood elsewhere, as in a query: an address, or base64 of at most `most` bytes.
    pub fn of_text(field: &'static str, text: &str, most: u64) -> Received {
        Received {
            field,
            name: String::new(),
            sent: Sent::Text(Text::new(text, most)),
        }
    }

    /// Whether it came as text and not as a file.
    pub fn is_text(&self) -> bool {
        !matches!(self.sent, Sent::Bytes(_))
    }

    /// The text, if it is one that begins as a web address does; at most 8 KiB.
    pub fn address(&self) -> Option<&str> {
        match &self.sent {
            Sent::Text(text) => text.address(),
            Sent::Bytes(_) | Sent::Base64(_) => None,
        }
    }

    /// The bytes and the file name: as they came, or what the text says in base64.
    ///
    /// # Errors
    /// [`Error::BadBase64`] for a text that is something else.
    pub async fn decoded(self, app: &App) -> Result<(Incoming, String)> {
        let incoming = match self.sent {
            Sent::Bytes(incoming) => incoming,
            Sent::Base64(decoded) => decoded.ok_or(Error::BadBase64)?,
            Sent::Text(text) => app.ask(move |library, _| text.decoded(library)).await?,
        };
        Ok((incoming, self.name))
    }
}

/// Reads a form.
///
/// # Errors
/// [`Error::TooLarge`] as soon as that is known; [`Error::TooSlow`]; [`Error::BadBody`] if the body
/// is not what its content type says; and, as soon as the key has come and without the rest of the
/// body, whatever speaks against it: [`Error::Unauthorised`], [`Error::Forbidden`], [`Error::TooMany`].
pub async fn form(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    body: Body,
    wanted: &Wanted,
) -> Result<Form> {
    let readable = |kind: &Kind| matches!(kind, Kind::Parts) || !wanted.only_parts;
    let Some(kind) = Kind::of(headers).filter(readable) else {
        return Ok(Form {
            fields: Fields::default(),
            file: None,
            actor: None,
            readable: false,
        });
    };
    let most = wanted.most.min(app.config().max_upload_bytes);
    let body = Paced::new(body, idle(app), kind.most(wanted, most));
    body.check_announced()?;

    let (pieces, arriving) = mpsc::channel(PIECES);
    let intake = Intake::new(app, client, wanted, pieces);
    let reading = kind.read(headers, body, intake);
    let writing = file_writer::write(app, most, arriving);
    let (read, written) = tokio::join!(reading, writing);
    // The writer's own refusal says more than the reader's "nobody listens any more"; but when the
    // reader gave up, the writer only noticed that the file never ended.
    match (read, written) {
        (Err(Halt::Because(error)), _) | (_, Err(error)) => Err(error),
        (Err(Halt::NobodyListens), Ok(_)) => {
            Err(Error::internal("the writer of an upload ended before it"))
        }
        (Ok(taken), Ok(sent)) => Ok(complete(taken, sent)),
    }
}

/// A whole body of at most [`AROUND`], for those who read it in one go.
pub async fn whole(app: &App, body: Body) -> Result<Bytes> {
    let body = Paced::new(body, idle(app), AROUND);
    body.check_announced()?;
    body.whole().await
}

fn idle(app: &App) -> Duration {
    Duration::from_secs(app.config().upload_idle_seconds)
}

fn complete(taken: Taken, sent: Option<Sent>) -> Form {
    let file = taken.file.zip(sent);
    let file = file.map(|((field, name), sent)| Received { field, name, sent });
    // Without a name and without a byte, it is a field that was left empty in a form.
    let left_empty = |file: &Received| file.name.is_empty() && file.sent.is_empty();
    Form {
        fields: taken.fields,
        file: file.filter(|file| !left_empty(file)),
        actor: taken.actor,
        readable: true,
    }
}

/// The ways in which a form is written.
#[derive(Clone, Copy)]
enum Kind {
    Parts,
    Pairs,
    Json,
}

impl Kind {
    fn of(headers: &HeaderMap) -> Option<Kind> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media_type = value.split(';').next()?.trim().to_ascii_lowercase();
        match &*media_type {
            "multipart/form-data" => Some(Kind::Parts),
            "application/x-www-form-urlencoded" => Some(Kind::Pairs),
            "application/json" => Some(Kind::Json),
            _ => None,
        }
    }

    /// The largest body with a file of at most `most` bytes.
    fn most(self, wanted: &Wanted, most: u64) -> u64 {
        let file = match (self, wanted.files, wanted.texts) {
            (Kind::Json, ..) | (_, [], _) | (Kind::Pairs, _, false) => 0,
            (Kind::Parts, _, false) => most,
            (Kind::Parts, _, true) => file_writer::longest_text(most),
            // Every character may be written as three.
            (Kind::Pairs, _, true) => file_writer::longest_text(most).saturating_mul(3),
        };
        file.saturating_add(AROUND)
    }

    async fn read(
        self,
        headers: &HeaderMap,
        body: Paced,
        mut intake: Intake<'_>,
    ) -> Result<Taken, Halt> {
        match self {
            Kind::Parts => multipart::read(headers, body, &mut intake).await?,
            Kind::Pairs => urlencoded::read(body, &mut intake).await?,
            Kind::Json => json::read(body, &mut intake).await?,
        }
        intake.end().await
    }
}
