//! Accounts: whose the images and keys are.
//!
//! The account `owner` comes with the folder and stays. Names are part of public links, so a removed
//! one is never given out again.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;

use crate::catalogue::{Column, Read, Row, Write, params};
use crate::error::{Error, Result};
use crate::{AccountId, Digest, Library, Timestamp, ids};

/// The account of a new folder, and of every key that names no other.
pub const OWNER: &str = "owner";

const RESERVED: [&str; 4] = ["xga", "vga", "qvga", "guest"];
const LONGEST_NAME: usize = 32;
const SHORTEST_PASSWORD: usize = 6;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: Option<String>,
    pub admin: bool,
    /// Without one nobody can sign in as this account; its keys work all the same.
    pub has_password: bool,
    pub created_at: Timestamp,
}

#[derive(Clone, Default)]
pub struct NewAccount {
    /// 1 to 32 of `a-z 0-9 _ . -`, beginning with a letter or digit.
    pub name: String,
    pub email: Option<String>,
    pub admin: bool,
    /// At least six characters.
    pub password: Option<String>,
}

impl Library {
    pub fn add_account(&self, new: NewAccount) -> Result<Account> {
        check_name(&new.name)?;
        // Hashing is slow on purpose, so it happens before the write lock is taken.
        let password = new
            .password
            .as_deref()
            .map(|password| self.hash_password(password))
            .transpose()?;
        let account = Account {
            id: AccountId(ids::uuid(self.ids())?),
            name: new.name,
            email: new.email,
            admin: new.admin,
            has_password: password.is_some(),
            created_at: self.now(),
        };
        self.catalogue()
            .write(|write| insert(write, &account, password.as_deref()))?;
        Ok(account)
    }

    /// All accounts, by name.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.catalogue()
            .read(|read| read.all(&format!("{SELECT} ORDER BY name"), [], account))
    }

    pub fn set_password(&self, name: &str, password: &str) -> Result<()> {
        let hash = self.hash_password(password)?;
        let changed = self.catalogue().write(|write| {
            write.execute(
                "UPDATE accounts SET password = ?2 WHERE name = ?1",
                params![name, hash],
            )
        })?;
        if changed == 0 {
            Err(unknown(name))
        } else {
            Ok(())
        }
    }

    /// Ends the account and its keys at once. Its images must be gone, or go with it.
    pub fn remove_account(&self, name: &str, with_images: bool) -> Result<()> {
        if name == OWNER {
            return Err(Error::Permanent {
                name: name.to_owned(),
            });
        }
        let now = self.now();
        let digests: Vec<Digest> = self.catalogue().write(|write| {
            let account = by_name(write, name)?;
            let digests: Vec<Digest> = write.all(
                "SELECT digest FROM images WHERE owner = ?1",
                params![account.id],
                |row| row.get(0),
            )?;
            if !digests.is_empty() && !with_images {
                return Err(Error::OwnsImages {
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
            self.release_or_leave(digest);
        }
        Ok(())
    }

    /// Makes `owner` where there is none yet: in a new folder, or in one whose making was interrupted.
    pub(crate) fn ensure_owner(&self) -> Result<()> {
        if self.catalogue().read(has_owner)? {
            return Ok(());
        }
        let owner = Account {
            id: AccountId(ids::uuid(self.ids())?),
            name: OWNER.to_owned(),
            email: None,
            admin: true,
            has_password: false,
            created_at: self.now(),
        };
        self.catalogue().write(|write| {
            if has_owner(write)? {
                Ok(())
            } else {
                insert(write, &owner, None)
            }
        })
    }

    fn hash_password(&self, password: &str) -> Result<String> {
        if password.chars().count() < SHORTEST_PASSWORD {
            return Err(Error::ShortPassword {
                min: SHORTEST_PASSWORD,
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

/// The account named `name`, for whoever needs its id.
pub(crate) fn by_name(read: &Read<'_>, name: &str) -> Result<Account> {
    read.one(&format!("{SELECT} WHERE name = ?1"), params![name], account)?
        .ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    Error::UnknownAccount {
        name: name.to_owned(),
    }
}

fn has_owner(read: &Read<'_>) -> Result<bool> {
    read.exists("SELECT 1 FROM accounts WHERE name = ?1", params![OWNER])
}

fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let good = name.len() <= LONGEST_NAME
        && name.starts_with(plain)
        && name.chars().all(|c| plain(c) || "_.-".contains(c))
        && !RESERVED.contains(&name);
    if good {
        Ok(())
    } else {
        Err(Error::BadName {
            name: name.to_owned(),
        })
    }
}

fn insert(write: &Write<'_>, account: &Account, password: Option<&str>) -> Result<()> {
    let taken = write.exists(
        "SELECT 1 FROM accounts WHERE name = ?1 UNION ALL SELECT 1 FROM removed_accounts WHERE name = ?1",
        params![account.name],
    )?;
    if taken {
        return Err(Error::NameTaken {
            name: account.name.clone(),
        });
    }
    write.execute(
        "INSERT INTO accounts (id, name, email, admin, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![account.id, account.name, account.email, account.admin, password, account.created_at],
    )?;
    Ok(())
}

const SELECT: &str =
    "SELECT id, name, email, admin, password IS NOT NULL AS has_password, created_at FROM accounts";

fn account(row: &Row<'_>) -> Column<Account> {
    Ok(Account {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        admin: row.get("admin")?,
        has_password: row.get("has_password")?,
        created_at: row.get("created_at")?,
    })
}
