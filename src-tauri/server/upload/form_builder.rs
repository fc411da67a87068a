//! Builds a form from parts in any content type: fields, the key, and which file
//! is the best one yet.

use std::cmp::Reverse;
use std::time::Duration;

use bytes::Bytes;
use library::{Actor, Scope};
use tokio::sync::{SemaphorePermit, mpsc};

use super::fields::Fields;
use super::file_writer::{FileKind, WriterCommand};
use super::form_spec::{FormSpec, MAX_OVERHEAD};
use crate::error::{Error, Result};
use crate::http::auth;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

/// Why reading ended early.
pub enum ReadError {
    Failed(Error),
    WriterGone,
}

impl From<Error> for ReadError {
    fn from(error: Error) -> ReadError {
        ReadError::Failed(error)
    }
}

/// How sure we are that something is the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileConfidence {
    /// Neither a file name nor a type: raw bytes, or a text field of the same name.
    Nameless,
    Typed,
    Named,
}

pub struct FormBuilder<'a> {
    app: &'a App,
    client: &'a ClientInfo,
    spec: &'a FormSpec,
    commands: mpsc::Sender<WriterCommand>,
    /// A place among the uploads on their way, from the first file on.
    upload_slot: Option<SemaphorePermit<'a>>,
    /// The best file so far: how good, and its file name.
    best: Option<((FileConfidence, Reverse<usize>), String)>,
    fields: Fields,
    /// Bytes of text that is not the file.
    overhead: u64,
    actor: Option<Actor>,
}

/// All that was taken, but for the file's bytes.
pub struct ParsedForm {
    pub fields: Fields,
    /// The field's name and the file's.
    pub file: Option<(&'static str, String)>,
    pub actor: Option<Actor>,
}

impl<'a> FormBuilder<'a> {
    pub fn new(
        app: &'a App,
        client: &'a ClientInfo,
        wanted: &'a FormSpec,
        pieces: mpsc::Sender<WriterCommand>,
    ) -> FormBuilder<'a> {
        FormBuilder {
            app,
            client,
            spec: wanted,
            commands: pieces,
            upload_slot: None,
            best: None,
            fields: Fields::default(),
            overhead: 0,
            actor: None,
        }
    }

    pub fn accepts_text(&self) -> bool {
        self.spec.accepts_text
    }

    /// Which of the wanted names this is.
    pub fn file_field_index(&self, name: &str) -> Option<usize> {
        self.spec
            .file_fields
            .iter()
            .position(|wanted| *wanted == name)
    }

    /// Counts text that is not the file, before it is held.
    pub fn count_overhead(&mut self, bytes: usize) -> Result<()> {
        self.overhead += bytes as u64;
        if self.overhead > MAX_OVERHEAD {
            Err(Error::TooLarge)
        } else {
            Ok(())
        }
    }

    /// A field, whole. If it is the key, whose it is decides here whether to read on.
    pub async fn add_field(&mut self, name: String, value: String) -> Result<()> {
        if let Some((key, scope)) = self.spec.key_field
            && name == key
            && !value.is_empty()
        {
            let actor = auth::authenticate(self.app, self.client, value.clone()).await?;
            match scope {
                Scope::Upload => self.app.authorise_upload(&actor, self.client)?,
                scope => actor.require_scope(scope)?,
            }
            self.actor = Some(actor);
        }
        self.fields.push(name, value);
        Ok(())
    }

    /// Begins a file unless there is a better one already; answers whether its bytes are wanted.
    pub async fn begin_file(
        &mut self,
        likeness: FileConfidence,
        index: usize,
        name: &str,
        kind: FileKind,
    ) -> Result<bool, ReadError> {
        let rank = (likeness, Reverse(index));
        if self.best.as_ref().is_some_and(|(best, _)| rank <= *best) {
            return Ok(false);
        }
        if self.upload_slot.is_none() {
            self.upload_slot = Some(acquire_upload_slot(self.app).await?);
        }
        self.best = Some((rank, name.to_owned()));
        self.send_command(WriterCommand::Begin(kind)).await?;
        Ok(true)
    }

    /// Some bytes of the file that was begun last.
    pub async fn send_bytes(&mut self, bytes: Bytes) -> Result<(), ReadError> {
        self.send_command(WriterCommand::Bytes(bytes)).await
    }

    /// The form is read.
    pub async fn finish(self) -> Result<ParsedForm, ReadError> {
        if self.best.is_some() {
            self.send_command(WriterCommand::End).await?;
        }
        let files = self.spec.file_fields;
        Ok(ParsedForm {
            fields: self.fields,
            file: self
                .best
                .map(|((_, Reverse(index)), name)| (files[index], name)),
            actor: self.actor,
        })
    }

    async fn send_command(&self, piece: WriterCommand) -> Result<(), ReadError> {
        let told = self.commands.send(piece).await;
        told.map_err(|_| ReadError::WriterGone)
    }
}

/// A place among the uploads that are on their way. Others may be slow for as long as they like, so
/// this does not wait longer than a client that hears nothing should.
async fn acquire_upload_slot(app: &App) -> Result<SemaphorePermit<'_>> {
    let patience = Duration::from_secs(app.config().upload_idle_seconds);
    match tokio::time::timeout(patience, app.upload_slots.acquire()).await {
        Ok(place) => place.map_err(Error::internal),
        Err(_) => Err(Error::overloaded()),
    }
}
