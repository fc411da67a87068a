//! Accounts, which own images and API keys.
//!
//! The account `owner` is created with the data folder and cannot be removed. Names are part of public links, so the
//! name of a removed account is never used again.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::auth::sessions;
use crate::error::{Error, Result};
use crate::storage::db::{Column, ReadTx, Row, WriteTx, params};
use crate::{AccountId, Actor, Digest, Library, Timestamp, random};

/// The account of a new folder, and of every key that names no other.
pub const OWNER: &str = "owner";

/// Listings call uploads without an account so.
const GUEST: &str = "guest";
const MAX_NAME_LENGTH: usize = 32;
const MIN_PASSWORD_LENGTH: usize = 6;
/// Hashing costs by the byte, too.
const MAX_PASSWORD_BYTES: usize = 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: Option<String>,
    /// The name of the person it belongs to; the account's name if none was set.
    pub display_name: String,
    pub admin: bool,
    /// Without a password, nobody can sign in; API keys work all the same.
    pub has_password: bool,
    pub created_at: Timestamp,
}

#[derive(Clone, Default)]
pub struct NewAccount {
    /// 1 to 32 of `a-z 0-9 _ . -`, beginning with a letter or digit.
    pub name: String,
    pub email: Option<String>,
    pub admin: bool,
    /// At least six characters, and at most 1000 bytes.
    pub password: Option<String>,
}

impl Library {
    pub fn add_account(&self, new: NewAccount) -> Result<Account> {
        let (account, password) = self.prepare_account(new)?;
        self.database()
            .write(|write| insert(write, &account, password.as_deref()))?;
        Ok(account)
    }

    /// The account as it would be, and its password's hash; nothing is written down.
    pub(crate) fn prepare_account(&self, new: NewAccount) -> Result<(Account, Option<String>)> {
        self.check_name(&new.name)?;
        // Hashing is slow on purpose, so it happens before the write lock is taken.
        let password = new
            .password
            .as_deref()
            .map(|password| self.hash_password(password))
            .transpose()?;
        let account = Account {
            id: AccountId(random::random_uuid(self.ids())?),
            display_name: new.name.clone(),
            name: new.name,
            email: new.email.map(parse_email).transpose()?,
            admin: new.admin,
            has_password: password.is_some(),
            created_at: self.now(),
        };
        Ok((account, password))
    }

    /// All accounts, by name.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.database()
            .read(|read| read.query_all(&format!("{SELECT} ORDER BY name"), [], account_from_row))
    }

    pub fn account(&self, id: &AccountId) -> Result<Account> {
        let found = self.database().read(|read| {
            read.query_one(
                &format!("{SELECT} WHERE id = ?1"),
                params![id],
                account_from_row,
            )
        })?;
        found.ok_or_else(|| unknown_account(&id.to_string()))
    }

    pub fn account_by_name(&self, name: &str) -> Result<Account> {
        self.database().read(|read| find_by_name(read, name))
    }

    /// The account of that name or e-mail address, in any case, if the password is its. Takes as long where there is
    /// none, so that nobody learns which names there are.
    pub fn account_for_password(&self, name: &str, password: &str) -> Result<Option<Account>> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(None);
        }
        // A phone begins what is written on it with a capital.
        let name = name.to_ascii_lowercase();
        let found = self.database().read(|read| {
            read.query_one(
                &format!("{SELECT_ALL} WHERE name = ?1 OR (?2 AND lower(email) = ?1) ORDER BY name = ?1 DESC"),
                params![name, name.contains('@')],
                |row| Ok((account_from_row(row)?, row.get::<_, Option<String>>("password")?)),
            )
        })?;
        let (account, hash) = match found {
            Some((account, Some(hash))) => (Some(account), hash),
            _ => (None, DUMMY_HASH.to_owned()),
        };
        let hash = PasswordHash::new(&hash)
            .map_err(|error| Error::storage("reading a password's hash", error))?;
        let right = Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok();
        Ok(account.filter(|_| right))
    }

    /// Sets the account's password, and ends all its sessions.
    pub fn set_password(&self, name: &str, password: &str) -> Result<()> {
        let hash = self.hash_password(password)?;
        let now = self.now();
        self.database().write(|write| {
            let account = find_by_name(write, name)?;
            write.execute(
                "UPDATE accounts SET password = ?2, password_changed_at = ?3 WHERE id = ?1",
                params![account.id, hash, now],
            )?;
            sessions::delete_for_account(write, &account.id)
        })
    }

    /// What people call whom the account belongs to.
    pub fn set_display_name(&self, name: &str, display_name: &str) -> Result<()> {
        let shown: String = display_name.trim().replace(char::is_control, " ");
        let shown: String = shown.chars().take(100).collect();
        self.database().write(|write| {
            let account = find_by_name(write, name)?;
            write.execute(
                "UPDATE accounts SET display_name = ?2 WHERE id = ?1",
                params![account.id, shown],
            )?;
            Ok(())
        })
    }

    /// The same person, acting as an administrator: with everybody's images.
    ///
    /// # Errors
    /// `NotYours` if the account is none's.
    pub fn as_admin(&self, actor: &Actor) -> Result<Actor> {
        let Actor::Account { id, .. } = actor else {
            return Err(Error::NotOwner);
        };
        if self.account(id)?.admin {
            Ok(Actor::Account {
                id: *id,
                admin: true,
            })
        } else {
            Err(Error::NotOwner)
        }
    }

    /// Ends the account and its keys at once. Its images must be gone, or go with it.
    pub fn remove_account(&self, name: &str, with_images: bool) -> Result<()> {
        if name == OWNER {
            return Err(Error::PermanentAccount {
                name: name.to_owned(),
            });
        }
        let now = self.now();
        let digests: Vec<Digest> = self.database().write(|write| {
            let account = find_by_name(write, name)?;
            let digests: Vec<Digest> = write.query_all(
                "SELECT digest FROM images WHERE owner = ?1",
                params![account.id],
                |row| row.get(0),
            )?;
            if !digests.is_empty() && !with_images {
                return Err(Error::AccountOwnsImages {
                    name: name.to_owned(),
                    count: digests.len() as u64,
                });
            }
            write.execute("DELETE FROM images WHERE owner = ?1", params![account.id])?;
            write.execute("DELETE FROM accounts WHERE id = ?1", params![account.id])?;
            write.execute(
                "INSERT INTO removed_accounts (name, removed_at) VALUES (?1, ?2)",
                params![name, now],
            )?;
            Ok(digests)
        })?;
        for digest in &digests {
            self.try_delete_unreferenced(digest);
        }
        Ok(())
    }

    /// Makes `owner` where there is none yet: in a new folder, or in one whose making was interrupted.
    pub(crate) fn ensure_owner(&self) -> Result<()> {
        if self.database().read(has_owner)? {
            return Ok(());
        }
        let owner = Account {
            id: AccountId(random::random_uuid(self.ids())?),
            name: OWNER.to_owned(),
            display_name: OWNER.to_owned(),
            email: None,
            admin: true,
            has_password: false,
            created_at: self.now(),
        };
        self.database().write(|write| {
            if has_owner(write)? {
                Ok(())
            } else {
                insert(write, &owner, None)
            }
        })
    }

    fn check_name(&self, name: &str) -> Result<()> {
        let settings = self.settings();
        let reserved = [settings.reserved_account_names, &[GUEST]].concat();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let good = name.len() <= MAX_NAME_LENGTH
            && name.starts_with(plain)
            && name.chars().all(|c| plain(c) || "_.-".contains(c))
            && !reserved.contains(&name);
        if good {
            Ok(())
        } else {
            Err(Error::InvalidAccountName {
                name: name.to_owned(),
                reserved: reserved.join(", "),
            })
        }
    }

    fn hash_password(&self, password: &str) -> Result<String> {
        if password.chars().count() < MIN_PASSWORD_LENGTH {
            return Err(Error::PasswordTooShort {
                min: MIN_PASSWORD_LENGTH,
            });
        }
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(Error::PasswordTooLong {
                max: MAX_PASSWORD_BYTES,
            });
        }
        let mut salt = [0; 16];
        self.ids()
            .fill(&mut salt)
            .map_err(|error| Error::storage("drawing a random number", error))?;
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        Ok(hash
            .map_err(|error| Error::storage("hashing a password", error))?
            .to_string())
    }
}

/// The account of that name.
pub(crate) fn find_by_name(read: &ReadTx<'_>, name: &str) -> Result<Account> {
    read.query_one(
        &format!("{SELECT} WHERE name = ?1"),
        params![name],
        account_from_row,
    )?
    .ok_or_else(|| unknown_account(name))
}

fn unknown_account(name: &str) -> Error {
    Error::UnknownAccount {
        name: name.to_owned(),
    }
}

fn has_owner(read: &ReadTx<'_>) -> Result<bool> {
    read.exists("SELECT 1 FROM accounts WHERE name = ?1", params![OWNER])
}

/// Something, an @, and something with a dot or a bare host's name.
fn parse_email(email: String) -> Result<String> {
    let email = email.trim().to_owned();
    let good = email.len() <= 254
        && !email.contains(|c: char| c.is_control() || c.is_whitespace())
        && email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@')
        });
    if good {
        Ok(email)
    } else {
        Err(Error::InvalidEmail { email })
    }
}

pub(crate) fn insert(write: &WriteTx<'_>, account: &Account, password: Option<&str>) -> Result<()> {
    let taken = write.exists(
        "SELECT 1 FROM accounts WHERE name = ?1 UNION ALL SELECT 1 FROM removed_accounts WHERE name = ?1",
        params![account.name],
    )?;
    if taken {
        return Err(Error::AccountNameTaken {
            name: account.name.clone(),
        });
    }
    if write.exists(
        "SELECT 1 FROM accounts WHERE lower(email) = lower(?1)",
        params![account.email],
    )? {
        return Err(Error::EmailTaken);
    }
    write.execute(
        "INSERT INTO accounts (id, name, display_name, email, admin, password, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            account.id,
            account.name,
            account.display_name,
            account.email,
            account.admin,
            password,
            account.created_at
        ],
    )?;
    Ok(())
}

/// Compared with the password where there is no account, at the same cost.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const SELECT: &str =
    "SELECT id, name, email, display_name, admin, password IS NOT NULL AS has_password, created_at
    FROM accounts";
const SELECT_ALL: &str =
    "SELECT id, name, email, display_name, admin, password IS NOT NULL AS has_password,
    created_at, password FROM accounts";

fn account_from_row(row: &Row<'_>) -> Column<Account> {
    let name: String = row.get("name")?;
    let display_name: String = row.get("display_name")?;
    Ok(Account {
        id: row.get("id")?,
        display_name: match display_name.is_empty() {
            true => name.clone(),
            false => display_name,
        },
        name,
        email: row.get("email")?,
        admin: row.get("admin")?,
        has_password: row.get("has_password")?,
        created_at: row.get("created_at")?,
    })
}
