//! Aliases: the names under which a dialect addresses an image, besides its id and its short name.
//!
//! The library does not know what a key means. A dialect proposes keys through an [`AliasMaker`], which it hands in
//! with an upload (the same transaction) or when it first needs them, and reads them back from [`PublicNames`].

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::folders;
use super::image::Image;
use super::rows;
use crate::auth::signed_urls;
use crate::auth::signed_urls::Signer;
use crate::error::{Error, Result};
use crate::random::Ids;
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{AccountId, Library};

/// Makes the aliases that one dialect has for an image.
pub trait AliasMaker: fmt::Debug + Send + Sync {
    /// The dialect's name, as the database stores it.
    fn dialect(&self) -> &'static str;

    /// Whether the dialect has aliases for this image at all.
    fn applies_to(&self, image: &Image) -> bool;

    /// All aliases of the image. Called with 1, 2, 3 … until none of the keys is taken, so every attempt must propose
    /// other keys.
    fn propose(&self, image: &Image, attempt: u32, ids: &dyn Ids) -> Result<Vec<NewAlias>>;
}

/// An alias that a dialect proposes.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAlias {
    pub key: String,
    /// The account among whose aliases the key must be unique; `None`: it must be unique in the whole dialect.
    pub owner: Option<AccountId>,
    /// A text that deletes the image without a key. Only its hash is stored.
    pub secret: Option<String>,
}

/// One alias of an image.
#[derive(Clone, PartialEq, Eq)]
pub struct Alias {
    pub dialect: String,
    pub key: String,
    /// Known only in the answer to the upload that made the alias.
    pub secret: Option<String>,
}

/// Without the secret, so that no log has it.
impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alias({}: {})", self.dialect, self.key)
    }
}

/// What the addresses of an image are made of, besides its own fields.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicNames {
    /// The owner's account name; `None` for a guest's image.
    pub account: Option<String>,
    /// Signs the addresses of its variants; `None` for a guest's image.
    pub signer: Option<Signer>,
    /// The path of its folder; empty at the root.
    pub folder: String,
    /// By dialect and key.
    pub aliases: Vec<Alias>,
}

impl PublicNames {
    /// The aliases that this dialect made, by key.
    pub fn aliases_in<'a>(&'a self, dialect: &'a str) -> impl Iterator<Item = &'a Alias> {
        self.aliases
            .iter()
            .filter(move |alias| alias.dialect == dialect)
    }

    /// Whether nothing is missing that the owner and these makers need.
    fn is_complete(&self, image: &Image, makers: &[&dyn AliasMaker]) -> bool {
        let is_named = |maker: &&dyn AliasMaker| {
            !maker.applies_to(image) || self.aliases_in(maker.dialect()).next().is_some()
        };
        (image.owner.is_none() || self.signer.is_some()) && makers.iter().all(is_named)
    }
}

/// An image that was just stored, and its names.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredImage {
    pub image: Image,
    pub names: PublicNames,
}

impl Library {
    /// All names of an image. Aliases that `makers` have for it and that it lacks are made.
    pub fn public_names(&self, image: &Image, makers: &[&dyn AliasMaker]) -> Result<PublicNames> {
        let names = self.public_names_of_all(std::slice::from_ref(image), makers)?;
        names.into_iter().next().ok_or(Error::NotFound)
    }

    /// As [`Library::public_names`], for each image. What is missing is made in one transaction, because every
    /// transaction waits for the disk.
    pub fn public_names_of_all(
        &self,
        images: &[Image],
        makers: &[&dyn AliasMaker],
    ) -> Result<Vec<PublicNames>> {
        let found: Vec<PublicNames> = self.database().read(|read| {
            let names = images.iter().map(|image| find_names(read, image));
            names.collect()
        })?;
        let mut pairs = images.iter().zip(&found);
        if pairs.all(|(image, names)| names.is_complete(image, makers)) {
            return Ok(found);
        }
        self.database().write(|write| {
            let names = images
                .iter()
                .map(|image| self.ensure_names(write, image, makers));
            names.collect()
        })
    }

    /// Deletes the image with the secret of one of its aliases.
    ///
    /// # Errors
    /// `NotFound` if the secret is wrong, whether there is such an alias or not.
    pub fn delete_with_secret(
        &self,
        image: &Image,
        dialect: &str,
        key: &str,
        secret: &str,
    ) -> Result<()> {
        let stored: Option<Vec<u8>> = self
            .database()
            .read(|read| {
                read.query_one(
                    "SELECT secret FROM aliases WHERE dialect = ?1 AND key = ?2 AND image = ?3",
                    params![dialect, key, image.id],
                    |row| row.get(0),
                )
            })?
            .flatten();
        match stored {
            Some(stored) if bool::from(stored.ct_eq(&hash_secret(secret))) => {
                self.remove_image(image, |_| Ok(()))
            }
            _ => Err(Error::NotFound),
        }
    }

    /// The names of the image, with those made that it lacks. An image that is gone gets no aliases.
    pub(crate) fn ensure_names(
        &self,
        write: &WriteTx<'_>,
        image: &Image,
        makers: &[&dyn AliasMaker],
    ) -> Result<PublicNames> {
        let mut names = find_names(write, image)?;
        if let Some(owner) = &image.owner
            && names.signer.is_none()
        {
            let signer = signed_urls::find_or_create_signer(write, self.ids(), owner, self.now())?;
            names.signer = Some(signer);
        }
        // Between the request and this transaction the image may have been deleted.
        if !rows::exists(write, &image.id)? {
            return Ok(names);
        }
        for maker in makers {
            let is_missing = names.aliases_in(maker.dialect()).next().is_none();
            if is_missing && maker.applies_to(image) {
                names
                    .aliases
                    .extend(self.make_aliases(write, image, *maker)?);
            }
        }
        let order = |alias: &Alias| (alias.dialect.clone(), alias.key.clone());
        names.aliases.sort_by_key(order);
        Ok(names)
    }

    fn make_aliases(
        &self,
        write: &WriteTx<'_>,
        image: &Image,
        maker: &dyn AliasMaker,
    ) -> Result<Vec<Alias>> {
        let dialect = maker.dialect();
        let mut attempt = 1;
        let mut proposed = maker.propose(image, attempt, self.ids())?;
        while is_any_taken(write, dialect, &proposed)? {
            attempt += 1;
            proposed = maker.propose(image, attempt, self.ids())?;
        }
        let made = proposed.into_iter().map(|alias| {
            write.execute(
                "INSERT INTO aliases (dialect, key, image, owner, secret) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    dialect,
                    alias.key,
                    image.id,
                    alias.owner,
                    alias.secret.as_deref().map(hash_secret)
                ],
            )?;
            Ok(Alias {
                dialect: dialect.to_owned(),
                key: alias.key,
                secret: alias.secret,
            })
        });
        made.collect()
    }
}

fn is_any_taken(read: &ReadTx<'_>, dialect: &str, proposed: &[NewAlias]) -> Result<bool> {
    for alias in proposed {
        if read.exists(
            "SELECT 1 FROM aliases WHERE dialect = ?1 AND key = ?2 AND owner IS ?3",
            params![dialect, alias.key, alias.owner],
        )? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names that the image has already.
fn find_names(read: &ReadTx<'_>, image: &Image) -> Result<PublicNames> {
    let (account, signer) = match &image.owner {
        None => (None, None),
        Some(owner) => {
            let name = read.query_one(
                "SELECT name FROM accounts WHERE id = ?1",
                params![owner],
                |row| row.get(0),
            )?;
            (name, signed_urls::find_signer(read, owner)?)
        }
    };
    let folder = match &image.folder {
        None => String::new(),
        Some(folder) => folders::find_path(read, folder)?,
    };
    let aliases = read.query_all(
        "SELECT dialect, key FROM aliases WHERE image = ?1 ORDER BY dialect, key",
        params![image.id],
        |row| {
            Ok(Alias {
                dialect: row.get(0)?,
                key: row.get(1)?,
                secret: None,
            })
        },
    )?;
    Ok(PublicNames {
        account,
        signer,
        folder,
        aliases,
    })
}

fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
