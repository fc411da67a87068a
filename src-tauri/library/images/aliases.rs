//! The names that doors other than `imgs` know an image by, and whose it is for them.
//!
//! An image that comes in through such a door is named there at once, in the upload's own transaction. All
//! others get a name when somebody first needs one, and it is a random one: a file name could be guessed.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use imaging::Format;

use crate::auth::signed_urls;
use crate::auth::signed_urls::Signer;
use crate::error::{Error, Result};
use crate::images::folders;
use crate::storage::db::{Read, Write, params};
use crate::{AccountId, Image, ImageId, Library, ids};

const RANDOM_STEM: usize = 12;
/// A stem without its date.
const LONGEST_STEM: usize = 40;
const CODE: usize = 8;
const PASSWORD: usize = 48;

/// All that doors need for an image's addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    /// The owner's name; `None` for a guest's image, as with the two that follow from it.
    pub account: Option<String>,
    /// Whose signed links show it.
    pub signer: Option<Signer>,
    /// None either where IMGSHARE does not know the format.
    pub imgshare: Option<ImgshareName>,
    pub chevereto: CheveretoName,
    /// The path of its folder; empty at the root.
    pub folder: String,
}

/// `/img/{account}/{stem}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImgshareName {
    /// With its date, as in `20260214_fountain`.
    pub stem: String,
    pub extension: String,
}

/// `/image/{name}.{code}` and `/images/{day}/{name}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheveretoName {
    pub code: String,
    /// As in `2026/02/14`.
    pub day: String,
    pub name: String,
    pub extension: String,
    /// Deletes the image without a key. Known only in the answer to its upload.
    pub password: Option<String>,
}

/// How the door that an upload comes through would like to name it.
#[derive(Debug, Clone, Default)]
pub enum Naming {
    #[default]
    Random,
    Imgshare {
        /// Without a date, at most 40 of `[A-Za-z0-9._-]`; `None` is a random one.
        stem: Option<String>,
        /// `None`: the format's own.
        extension: Option<String>,
    },
    Chevereto {
        /// Of `[A-Za-z0-9_-]`; `None` is a random one.
        name: Option<String>,
        /// As in `2026/02/14`; `None` is today.
        day: Option<String>,
    },
}

impl Library {
    /// All names of an image; those that it lacks are made.
    pub fn names(&self, image: &Image) -> Result<Names> {
        let found = self.catalogue().read(|read| look(read, image))?;
        match found.whole(image) {
            Some(names) => Ok(names),
            None => self
                .catalogue()
                .write(|write| self.name(write, image, Naming::Random)),
        }
    }

    /// As [`Library::names`], for each. Those that lack some are named in one transaction, since each waits for the disk.
    pub fn names_of_each(&self, images: &[Image]) -> Result<Vec<Names>> {
        let found: Option<Vec<Names>> = self.catalogue().read(|read| {
            let whole = images
                .iter()
                .map(|image| Ok(look(read, image)?.whole(image)));
            whole.collect()
        })?;
        match found {
            Some(names) => Ok(names),
            None => self.catalogue().write(|write| {
                let names = images
                    .iter()
                    .map(|image| self.name(write, image, Naming::Random));
                names.collect()
            }),
        }
    }

    /// Deletes the image with the password that its upload was answered with.
    ///
    /// # Errors
    /// `NotFound` if the password is another, whether there is an image or not.
    pub fn delete_with_password(&self, image: &Image, password: &str) -> Result<()> {
        let kept: Option<Vec<u8>> = self
            .catalogue()
            .read(|read| {
                read.one(
                    "SELECT password FROM chevereto_names WHERE image = ?1",
                    params![image.id],
                    |row| row.get(0),
                )
            })?
            .flatten();
        let given = hash(password);
        match kept {
            Some(kept) if bool::from(kept.ct_eq(&given)) => self.remove(image, |_| Ok(())),
            _ => Err(Error::NotFound),
        }
    }

    /// Gives the image the names that it lacks.
    pub(crate) fn name(&self, write: &Write<'_>, image: &Image, naming: Naming) -> Result<Names> {
        let mut found = look(write, image)?;
        if let Some(owner) = &image.owner
            && found.imgshare.is_none()
            && imgshare_knows(image.info.format)
        {
            found.imgshare = Some(self.name_in_imgshare(write, image, owner, &naming)?);
        }
        if let Some(owner) = &image.owner
            && found.signer.is_none()
        {
            found.signer = Some(signed_urls::ensure(write, self.ids(), owner, self.now())?);
        }
        if found.chevereto.is_none() {
            found.chevereto = Some(self.name_in_chevereto(write, image, &naming)?);
        }
        found.whole(image).ok_or(Error::NotFound)
    }

    fn name_in_imgshare(
        &self,
        write: &Write<'_>,
        image: &Image,
        owner: &AccountId,
        naming: &Naming,
    ) -> Result<ImgshareName> {
        let (wanted, extension) = match naming {
            Naming::Imgshare { stem, extension } => (stem.clone(), extension.clone()),
            _ => (None, None),
        };
        let day = image.created_at.utc("%Y%m%d");
        let taken = |stem: &str| {
            write.exists(
                "SELECT 1 FROM imgshare_names WHERE account = ?1 AND stem = ?2",
                params![owner, stem],
            )
        };
        let mut stem = String::new();
        for attempt in 1u64.. {
            let bare = match &wanted {
                None => ids::base36(self.ids(), RANDOM_STEM)?,
                Some(wanted) => numbered(wanted, attempt),
            };
            stem = format!("{day}_{bare}");
            // Whatever their endings: the reductions of a.png and a.jpg would be one.
            if !taken(&stem)? {
                break;
            }
        }
        let extension = extension.unwrap_or_else(|| image.extension.clone());
        write.execute(
            "INSERT INTO imgshare_names (image, account, stem, extension) VALUES (?1, ?2, ?3, ?4)",
            params![image.id, owner, stem, extension],
        )?;
        Ok(ImgshareName { stem, extension })
    }

    fn name_in_chevereto(
        &self,
        write: &Write<'_>,
        image: &Image,
        naming: &Naming,
    ) -> Result<CheveretoName> {
        let code = loop {
            let code = ids::base62(self.ids(), CODE)?;
            if !write.exists(
                "SELECT 1 FROM chevereto_names WHERE code = ?1",
                params![code],
            )? {
                break code;
            }
        };
        let (wanted, day, password) = match naming {
            Naming::Chevereto { name, day } => {
                let password = ids::base62(self.ids(), PASSWORD)?;
                (name.clone(), day.clone(), Some(password))
            }
            _ => (None, None, None),
        };
        let day = day.unwrap_or_else(|| image.created_at.utc("%Y/%m/%d"));
        let extension = image.extension.clone();
        let mut name = match &wanted {
            Some(name) => name.clone(),
            None => ids::base62(self.ids(), RANDOM_STEM)?,
        };
        while write.exists(
            "SELECT 1 FROM chevereto_names WHERE day = ?1 AND name = ?2 AND extension = ?3",
            params![day, name, extension],
        )? {
            let more = ids::base36(self.ids(), 6)?;
            name = format!("{}-{more}", wanted.as_deref().unwrap_or_default());
        }
        write.execute(
            "INSERT INTO chevereto_names (image, code, day, name, extension, password)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                image.id,
                code,
                day,
                name,
                extension,
                password.as_deref().map(hash)
            ],
        )?;
        Ok(CheveretoName {
            code,
            day,
            name,
            extension,
            password,
        })
    }
}

/// What is named already.
struct Found {
    account: Option<String>,
    signer: Option<Signer>,
    imgshare: Option<ImgshareName>,
    chevereto: Option<CheveretoName>,
    folder: String,
}

impl Found {
    fn whole(self, image: &Image) -> Option<Names> {
        let owned = image.owner.is_some();
        let complete = (!owned || self.signer.is_some())
            && (!owned || !imgshare_knows(image.info.format) || self.imgshare.is_some());
        let chevereto = self.chevereto.filter(|_| complete)?;
        Some(Names {
            account: self.account,
            signer: self.signer,
            imgshare: self.imgshare,
            chevereto,
            folder: self.folder,
        })
    }
}

fn look(read: &Read<'_>, image: &Image) -> Result<Found> {
    let (account, signer) = match &image.owner {
        None => (None, None),
        Some(owner) => {
            let name = read.one(
                "SELECT name FROM accounts WHERE id = ?1",
                params![owner],
                |row| row.get(0),
            )?;
            (name, signed_urls::find(read, owner)?)
        }
    };
    let folder = match &image.folder {
        None => String::new(),
        Some(folder) => folders::path_of(read, folder)?,
    };
    Ok(Found {
        account,
        signer,
        imgshare: imgshare_name(read, &image.id)?,
        chevereto: read.one(
            "SELECT code, day, name, extension FROM chevereto_names WHERE image = ?1",
            params![image.id],
            |row| {
                Ok(CheveretoName {
                    code: row.get(0)?,
                    day: row.get(1)?,
                    name: row.get(2)?,
                    extension: row.get(3)?,
                    password: None,
                })
            },
        )?,
        folder,
    })
}

fn imgshare_name(read: &Read<'_>, image: &ImageId) -> Result<Option<ImgshareName>> {
    read.one(
        "SELECT stem, extension FROM imgshare_names WHERE image = ?1",
        params![image],
        |row| {
            Ok(ImgshareName {
                stem: row.get(0)?,
                extension: row.get(1)?,
            })
        },
    )
}

/// The formats that IMGSHARE has.
fn imgshare_knows(format: Format) -> bool {
    matches!(
        format,
        Format::Jpeg | Format::Png | Format::WebP | Format::Bmp
    )
}

/// `fountain`, `fountain_2`, `fountain_3` …, none longer than a stem may be.
fn numbered(stem: &str, attempt: u64) -> String {
    let cut = |length: usize| stem.chars().take(length).collect::<String>();
    if attempt == 1 {
        return cut(LONGEST_STEM);
    }
    let number = format!("_{attempt}");
    format!("{}{number}", cut(LONGEST_STEM - number.len()))
}

fn hash(password: &str) -> [u8; 32] {
    Sha256::digest(password.as_bytes()).into()
}
