//! Idempotency: a repeated upload with the same Idempotency-Key gets the stored response, and nothing is stored twice.
//!
//! A response is kept for a day, and written in its upload's transaction.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::auth::permissions::Actor;
use crate::error::{Error, Result};
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{Digest, ImageId, Library, StoredImage, Timestamp};

/// How long a response is kept.
const RESPONSE_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Identifies a request: the bytes that were sent, the dialect, and the image to replace, if any. A stored response is
/// only returned to the same request.
pub(crate) fn request_digest(sent: &Digest, origin: &str, replaced: Option<&ImageId>) -> Digest {
    let mut hash = Sha256::new();
    hash.update(sent.0);
    hash.update(origin);
    if let Some(image) = replaced {
        hash.update(image.to_string());
    }
    Digest::from_hasher(hash)
}

/// An upload's Idempotency-Key, and the response that a repetition will get.
pub struct IdempotencyContext<'a> {
    pub key: &'a str,
    /// Called once, inside the upload's transaction: it must not call the library.
    pub build_response: &'a dyn Fn(&StoredImage) -> StoredResponse,
}

/// The response to an upload.
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

/// Deletes responses older than a day. Returns how many.
pub(crate) fn delete_old_responses(write: &WriteTx<'_>, now: Timestamp) -> Result<usize> {
    write.execute(
        "DELETE FROM answers WHERE created_at <= ?1",
        params![now.minus(RESPONSE_LIFETIME)],
    )
}

/// The actor as a part of the key: two clients may use the same Idempotency-Key.
fn actor_key(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous | Actor::Guest => "guest".to_owned(),
        Actor::Account { id, .. } => format!("account:{id}"),
        Actor::ApiKey { id, .. } => format!("key:{id}"),
    }
}
