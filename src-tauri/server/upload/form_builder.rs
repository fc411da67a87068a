//! What has been taken out of a form so far, however it is written: fields, the key, and which file
//! is the best one yet.

use std::cmp::Reverse;
use std::time::Duration;

use bytes::Bytes;
use library::{Actor, Scope};
use tokio::sync::{SemaphorePermit, mpsc};

use super::fields::Fields;
use super::file_writer::{Kind, Piece};
use super::form::{AROUND, Wanted};
use crate::error::{Error, Result};
use crate::http::extract;
use crate::http::middleware::real_ip::Client;
use crate::state::App;

/// Why reading ended early.
pub enum Halt {
    Because(Error),
    NobodyListens,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Because(error)
    }
}

/// How sure we are that something is the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Neither a file name nor a type: raw bytes, or a text field of the same name.
    Nameless,
    Typed,
    Named,
}

pub struct Intake<'a> {
    app: &'a App,
    client: &'a Client,
    wanted: &'a Wanted,
    pieces: mpsc::Sender<Piece>,
    /// A place among the uploads on their way, from the first file on.
    place: Option<SemaphorePermit<'a>>,
    /// The best file so far: how good, and its file name.
    best: Option<((Likeness, Reverse<usize>), String)>,
    fields: Fields,
    /// Bytes of text that is not the file.
    around: u64,
    actor: Option<Actor>,
}

/// All that was taken, but for the file's bytes.
pub struct Taken {
    pub fields: Fields,
    /// The field's name and the file's.
    pub file: Option<(&'static str, String)>,
    pub actor: Option<Actor>,
}

impl<'a> Intake<'a> {
    pub fn new(
        app: &'a App,
        client: &'a Client,
        wanted: &'a Wanted,
        pieces: mpsc::Sender<Piece>,
    ) -> Intake<'a> {
        Intake {
            app,
            client,
            wanted,
            pieces,
            place: None,
            best: None,
            fields: Fields::default(),
            around: 0,
            actor: None,
        }
    }

    pub fn takes_texts(&self) -> bool {
        self.wanted.texts
    }

    /// Which of the wanted names this is.
    pub fn wants(&self, name: &str) -> Option<usize> {
        self.wanted.files.iter().position(|wanted| *wanted == name)
    }

    /// Counts text that is not the file, before it is held.
    pub fn count(&mut self, bytes: usize) -> Result<()> {
        self.around += bytes as u64;
        if self.around > AROUND {
            Err(Error::TooLarge)
        } else {
            Ok(())
        }
    }

    /// A field, whole. If it is the key, whose it is decides here whether to read on.
    pub async fn field(&mut self, name: String, value: String) -> Result<()> {
        if let Some((key, scope)) = self.wanted.key
            && name == key
            && !value.is_empty()
        {
            let actor = extract::actor(self.app, self.client, value.clone()).await?;
            match scope {
                Scope::Upload => self.app.admit(&actor, self.client)?,
                scope => actor.may(scope)?,
            }
            self.actor = Some(actor);
        }
        self.fields.push(name, value);
        Ok(())
    }

    /// Begins a file unless there is a better one already; answers whether its bytes are wanted.
    pub async fn begin(
        &mut self,
        likeness: Likeness,
        index: usize,
        name: &str,
        kind: Kind,
    ) -> Result<bool, Halt> {
        let rank = (likeness, Reverse(index));
        if self.best.as_ref().is_some_and(|(best, _)| rank <= *best) {
            return Ok(false);
        }
        if self.place.is_none() {
            self.place = Some(place(self.app).await?);
        }
        self.best = Some((rank, name.to_owned()));
        self.tell(Piece::Begin(kind)).await?;
        Ok(true)
    }

    /// Some bytes of the file that was begun last.
    pub async fn pass_on(&mut self, bytes: Bytes) -> Result<(), Halt> {
        self.tell(Piece::Bytes(bytes)).await
    }

    /// The form is read.
    pub async fn end(self) -> Result<Taken, Halt> {
        if self.best.is_some() {
            self.tell(Piece::End).await?;
        }
        let files = self.wanted.files;
        Ok(Taken {
            fields: self.fields,
            file: self
                .best
                .map(|((_, Reverse(index)), name)| (files[index], name)),
            actor: self.actor,
        })
    }

    async fn tell(&self, piece: Piece) -> Result<(), Halt> {
        let told = self.pieces.send(piece).await;
        told.map_err(|_| Halt::NobodyListens)
    }
}

/// A place among the uploads that are on their way. Others may be slow for as long as they like, so
/// this does not wait longer than a client that hears nothing should.
async fn place(app: &App) -> Result<SemaphorePermit<'_>> {
    let patience = Duration::from_secs(app.config().upload_idle_seconds);
    match tokio::time::timeout(patience, app.receiving.acquire()).await {
        Ok(place) => place.map_err(Error::internal),
        Err(_) => Err(Error::busy()),
    }
}
