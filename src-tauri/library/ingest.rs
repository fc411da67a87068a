//! From upload to image: look, limit, digest, store, record.
//!
//! The blob is stored first and the row second, so whatever dies between the two leaves an orphan for
//! the sweep and never a row without bytes. Whoever gets an answer gets it after the commit.

use std::io::Read;
use std::time::Duration;

use crate::access::{self, Actor};
use crate::catalogue::{Read as Look, Write, params};
use crate::error::{Error, Result, While};
use crate::held::held;
use crate::images::{self, Digest, Door, Image};
use crate::incoming::Incoming;
use crate::{AccountId, ImageId, Library, Timestamp, ids, keys, tasks};

const SHORT_LENGTH: usize = 10;
/// How long an answer is remembered for its Idempotency-Key.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Words that are, or may become, paths of their own: never an image's short name.
const RESERVED: [&str; 16] = [
    "attachment",
    "categories",
    "collection",
    "dashboards",
    "federation",
    "javascript",
    "management",
    "membership",
    "moderation",
    "monitoring",
    "newsletter",
    "onboarding",
    "permission",
    "statistics",
    "stylesheet",
    "thumbnails",
];

/// Bytes and a name that somebody gave us.
#[derive(Debug)]
pub struct Upload {
    pub incoming: Incoming,
    /// The file name it had; may be empty.
    pub name: String,
    pub door: Door,
}

/// An upload's Idempotency-Key, and how to write the answer that a repetition will get.
pub struct Remember<'a> {
    pub key: &'a str,
    /// Called once, inside the upload's transaction: it must not call the library.
    pub answer: &'a dyn Fn(&Image) -> Answer,
}

/// What an upload was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub enum Added {
    New(Image),
    /// The same bytes with the same Idempotency-Key came before; nothing was stored.
    Repeated(Answer),
}

impl Library {
    /// Takes an upload in. On any error nothing of it is kept.
    pub fn add(
        &self,
        actor: &Actor,
        upload: Upload,
        remember: Option<Remember<'_>>,
    ) -> Result<Added> {
        let owner = *access::to_upload(actor)?;
        let digest = upload.incoming.digest();
        if let Some(remember) = &remember
            && let Some(answer) = self
                .catalogue()
                .read(|read| self.recall(read, actor, remember.key, &digest))?
        {
            return Ok(Added::Repeated(answer));
        }

        let info = self.judge(&upload.incoming)?;
        let added = self.keep(actor, upload, owner, digest, info, remember);
        match &added {
            Ok(Added::New(_)) => self.wake_worker(),
            _ => self.release_or_leave(&digest),
        }
        added
    }

    /// Blob first, row second.
    fn keep(
        &self,
        actor: &Actor,
        upload: Upload,
        owner: AccountId,
        digest: Digest,
        info: imaging::Info,
        remember: Option<Remember<'_>>,
    ) -> Result<Added> {
        let Upload {
            incoming,
            name,
            door,
        } = upload;
        let (file, at) = (incoming.file.as_file(), incoming.file.path());
        self.blobs()
            .put(&digest, file, at)
            .during("storing an upload")?;
        self.catalogue().write(|write| {
            check_alive(write, actor)?;
            if let Some(remember) = &remember
                && let Some(answer) = self.recall(write, actor, remember.key, &digest)?
            {
                return Ok(Added::Repeated(answer));
            }
            // Since `put` somebody may have deleted the last other image of these bytes. Nobody can from
            // here to the commit: removing a blob needs the write lock, which this transaction holds.
            if self.blobs().len(&digest).during("storing an upload")? != Some(incoming.bytes()) {
                self.blobs()
                    .put(&digest, file, at)
                    .during("storing an upload")?;
            }
            let image = Image {
                id: ImageId(ids::uuid(self.ids())?),
                short: self.draw_short(write)?,
                name,
                digest,
                bytes: incoming.bytes(),
                info,
                owner: Some(owner),
                door,
                created_at: self.now(),
                updated_at: None,
            };
            images::insert(write, &image)?;
            if self.settings().prepare_sizes {
                tasks::promise(write, &image)?;
            }
            if let Some(remember) = remember {
                self.note_answer(write, actor, &remember, &image)?;
            }
            Ok(Added::New(image))
        })
    }

    /// What the bytes are, if they are a picture that we accept.
    ///
    /// Decodes only what its structure cannot vouch for: where the file's end is missing, and where no
    /// browser shows the format, so that every link but the original's rests on our decoder.
    fn judge(&self, incoming: &Incoming) -> Result<imaging::Info> {
        let limits = &self.settings().limits;
        let file = incoming.file.reopen().during("reading an upload")?;
        let info = imaging::inspect(std::io::BufReader::new(file), limits)?;
        if !info.complete || !info.format.browsers_show() {
            // A decoded picture is whole in memory: one at a time, however many come at once.
            let _alone = held(&self.0.judging);
            let mut bytes = Vec::new();
            let mut file = incoming.file.reopen().during("reading an upload")?;
            file.read_to_end(&mut bytes).during("reading an upload")?;
            imaging::verify(&bytes, limits, &imaging::Never)?;
        }
        Ok(info)
    }

    fn draw_short(&self, read: &Look<'_>) -> Result<String> {
        loop {
            let short = ids::base62(self.ids(), SHORT_LENGTH)?;
            let reserved = RESERVED.contains(&short.to_ascii_lowercase().as_str());
            if !reserved && !read.exists("SELECT 1 FROM images WHERE short = ?1", params![short])? {
                return Ok(short);
            }
        }
    }

    fn recall(
        &self,
        read: &Look<'_>,
        actor: &Actor,
        key: &str,
        digest: &Digest,
    ) -> Result<Option<Answer>> {
        let found = read.one(
            "SELECT digest, status, media_type, body FROM answers
             WHERE actor = ?1 AND key = ?2 AND created_at > ?3",
            params![asker(actor), key, self.now().minus(REMEMBERED)],
            |row| {
                let answer = Answer {
                    status: row.get(1)?,
                    media_type: row.get(2)?,
                    body: row.get(3)?,
                };
                Ok((row.get::<_, Digest>(0)?, answer))
            },
        )?;
        match found {
            Some((before, answer)) if before == *digest => Ok(Some(answer)),
            Some(_) => Err(Error::KeyReused),
            None => Ok(None),
        }
    }

    fn note_answer(
        &self,
        write: &Write<'_>,
        actor: &Actor,
        remember: &Remember<'_>,
        image: &Image,
    ) -> Result<()> {
        let answer = (remember.answer)(image);
        // What it may replace is older than a day, else it would have been recalled.
        write.execute(
            "INSERT OR REPLACE INTO answers (actor, key, digest, status, media_type, body, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                asker(actor),
                remember.key,
                image.digest,
                answer.status,
                answer.media_type,
                answer.body,
                image.created_at
            ],
        )?;
        Ok(())
    }
}

/// Forgets answers older than a day. Answers how many.
pub(crate) fn delete_old_answers(write: &Write<'_>, now: Timestamp) -> Result<usize> {
    write.execute(
        "DELETE FROM answers WHERE created_at <= ?1",
        params![now.minus(REMEMBERED)],
    )
}

/// Whose Idempotency-Keys these are: two programs may well use the same one.
fn asker(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Account { id } => format!("account:{id}"),
        Actor::Key { id, .. } => format!("key:{id}"),
    }
}

/// A key or account that ended while its upload was on its way allows nothing any more.
fn check_alive(write: &Write<'_>, actor: &Actor) -> Result<()> {
    let alive = match actor {
        Actor::Anonymous => false,
        Actor::Account { id } => {
            write.exists("SELECT 1 FROM accounts WHERE id = ?1", params![id])?
        }
        Actor::Key { id, account, .. } => keys::lives(write, id, account)?,
    };
    if alive {
        Ok(())
    } else {
        Err(Error::Unauthorised)
    }
}
