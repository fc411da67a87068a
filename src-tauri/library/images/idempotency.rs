//! What uploads with an Idempotency-Key were answered, for a day: who repeats one gets the same answer, and nothing
//! is stored twice. An answer is written down in its upload's own transaction.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::auth::permissions::Actor;
use crate::error::{Error, Result};
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{Digest, ImageId, Library, StoredImage, Timestamp};

/// How long an answer is remembered for its Idempotency-Key.
const RESPONSE_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What was asked: the bytes that were sent, the door they came by, and the image that they were to replace, if any.
/// An answer is only good for the very same again.
pub(crate) fn request_digest(sent: &Digest, origin: &str, replaced: Option<&ImageId>) -> Digest {
    let mut hash = Sha256::new();
    hash.update(sent.0);
    hash.update(origin);
    if let Some(image) = replaced {
        hash.update(image.to_string());
    }
    Digest::from_hasher(hash)
}

/// An upload's Idempotency-Key, and how to write the answer that a repetition will get.
pub struct IdempotencyContext<'a> {
    pub key: &'a str,
    /// Called once, inside the upload's transaction: it must not call the library.
    pub build_response: &'a dyn Fn(&StoredImage) -> StoredResponse,
}

/// What an upload was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub media_type: String,
    pub body: Vec<u8>,
}

impl Library {
    /// What an upload with this key that asked the same was answered before.
    pub(crate) fn find_response(
        &self,
        read: &ReadTx<'_>,
        actor: &Actor,
        key: &str,
        asked: &Digest,
    ) -> Result<Option<StoredResponse>> {
        let found = read.query_one(
            "SELECT digest, status, media_type, body FROM answers
             WHERE actor = ?1 AND key = ?2 AND created_at > ?3",
            params![actor_key(actor), key, self.now().minus(RESPONSE_LIFETIME)],
            |row| {
                let answer = StoredResponse {
                    status: row.get(1)?,
                    media_type: row.get(2)?,
                    body: row.get(3)?,
                };
                Ok((row.get::<_, Digest>(0)?, answer))
            },
        )?;
        match found {
            Some((before, answer)) if before == *asked => Ok(Some(answer)),
            Some(_) => Err(Error::IdempotencyKeyReused),
            None => Ok(None),
        }
    }

    pub(crate) fn save_response(
        &self,
        write: &WriteTx<'_>,
        actor: &Actor,
        remember: &IdempotencyContext<'_>,
        kept: &StoredImage,
        asked: &Digest,
    ) -> Result<()> {
        let answer = (remember.build_response)(kept);
        // What it may replace is older than a day, else it would have been recalled.
        write.execute(
            "INSERT OR REPLACE INTO answers (actor, key, digest, status, media_type, body, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                actor_key(actor),
                remember.key,
                asked,
                answer.status,
                answer.media_type,
                answer.body,
                self.now()
            ],
        )?;
        Ok(())
    }
}

/// Forgets answers older than a day. Answers how many.
pub(crate) fn delete_old_responses(write: &WriteTx<'_>, now: Timestamp) -> Result<usize> {
    write.execute(
        "DELETE FROM answers WHERE created_at <= ?1",
        params![now.minus(RESPONSE_LIFETIME)],
    )
}

/// Whose Idempotency-Keys these are: two programs may well use the same one.
fn actor_key(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous | Actor::Guest => "guest".to_owned(),
        Actor::Account { id, .. } => format!("account:{id}"),
        Actor::ApiKey { id, .. } => format!("key:{id}"),
    }
}
