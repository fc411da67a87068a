//! Invitations: a code that is good for one account, for some days.
//!
//! The library keeps the code's SHA-256, so nobody who reads the database can accept one.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::auth::accounts;
use crate::auth::accounts::{Account, NewAccount};
use crate::auth::sessions;
use crate::error::{Error, Result};
use crate::storage::db::{Column, Row, WriteTx, params};
use crate::{InviteId, Library, Timestamp, random};

const CODE_LENGTH: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    pub id: InviteId,
    /// Whether the account will be an administrator's.
    pub admin: bool,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Library {
    /// The code is to be had here and never again.
    pub fn create_invite(&self, life: Duration, admin: bool) -> Result<(Invite, String)> {
        let now = self.now();
        let code = random::random_base62(self.ids(), CODE_LENGTH)?;
        let invite = Invite {
            id: InviteId(random::random_uuid(self.ids())?),
            admin,
            created_at: now,
            expires_at: now.plus(life),
        };
        self.database().write(|write| {
            write.execute(
                "INSERT INTO invites (id, code, admin, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![invite.id, hash_code(&code), admin, now, invite.expires_at],
            )
        })?;
        Ok((invite, code))
    }

    /// Those that are still good, the newest first.
    pub fn invites(&self) -> Result<Vec<Invite>> {
        let now = self.now();
        self.database().read(|read| {
            read.query_all(
                "SELECT id, admin, created_at, expires_at FROM invites WHERE expires_at > ?1
                 ORDER BY created_at DESC, rowid DESC",
                params![now],
                invite_from_row,
            )
        })
    }

    pub fn revoke_invite(&self, id: &InviteId) -> Result<()> {
        let gone = self
            .database()
            .write(|write| write.execute("DELETE FROM invites WHERE id = ?1", params![id]))?;
        if gone == 0 {
            Err(Error::InvalidInvite)
        } else {
            Ok(())
        }
    }

    /// Makes the account that somebody was invited to have, and signs it in: the answer is what the browser's cookie
    /// holds. Where that fails, the invitation stays good.
    pub fn accept_invite(&self, code: &str, new: NewAccount) -> Result<(Account, String)> {
        let (mut account, password) = self.prepare_account(new)?;
        let token = random::random_base62(self.ids(), sessions::SESSION_TOKEN_LENGTH)?;
        let now = self.now();
        self.database().write(|write| {
            let admin = write.query_one(
                "DELETE FROM invites WHERE code = ?1 AND expires_at > ?2 RETURNING admin",
                params![hash_code(code), now],
                |row| row.get(0),
            )?;
            account.admin = admin.ok_or(Error::InvalidInvite)?;
            accounts::insert(write, &account, password.as_deref())?;
            sessions::insert(write, &token, "cookie", &account.id, now)?;
            Ok((account, token))
        })
    }
}

/// Answers how many.
pub(crate) fn delete_expired(write: &WriteTx<'_>, now: Timestamp) -> Result<usize> {
    write.execute("DELETE FROM invites WHERE expires_at <= ?1", params![now])
}

fn invite_from_row(row: &Row<'_>) -> Column<Invite> {
    Ok(Invite {
        id: row.get(0)?,
        admin: row.get(1)?,
        created_at: row.get(2)?,
        expires_at: row.get(3)?,
    })
}

fn hash_code(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}
