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
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::{AccountId, Image, ImageId, Library, ids};

const RANDOM_STEM_LENGTH: usize = 12;
/// A stem without its date.
const MAX_STEM_LENGTH: usize = 40;
const CODE_LENGTH: usize = 8;
const PASSWORD_LENGTH: usize = 48;

/// All that doors need for an image's addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicNames {
    /// The owner's name; `None` for a guest's image, as with the two that follow from it.
    pub account: Option<String>,
    /// Whose signed links show it.
    pub signer: Option<Signer>,
    /// None either where IMGSHARE does not know the format.
    pub imgshare: Option<ImgshareAlias>,
    pub chevereto: CheveretoAlias,
    /// The path of its folder; empty at the root.
    pub folder: String,
}

/// `/img/{account}/{stem}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImgshareAlias {
    /// With its date, as in `20260214_fountain`.
    pub stem: String,
    pub extension: String,
}

/// `/image/{name}.{code}` and `/images/{day}/{name}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheveretoAlias {
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
pub enum NamingHint {
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
    pub fn public_names(&self, image: &Image) -> Result<PublicNames> {
        let found = self.database().read(|read| find_existing(read, image))?;
        match found.into_complete(image) {
            Some(names) => Ok(names),
            None => self
                .database()
                .write(|write| self.assign_aliases(write, image, NamingHint::Random)),
        }
    }

    /// As [`Library::names`], for each. Those that lack some are named in one transaction, since each waits for the disk.
    pub fn public_names_of_all(&self, images: &[Image]) -> Result<Vec<PublicNames>> {
        let found: Option<Vec<PublicNames>> = self.database().read(|read| {
            let whole = images
                .iter()
                .map(|image| Ok(find_existing(read, image)?.into_complete(image)));
            whole.collect()
        })?;
        match found {
            Some(names) => Ok(names),
            None => self.database().write(|write| {
                let names = images
                    .iter()
                    .map(|image| self.assign_aliases(write, image, NamingHint::Random));
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
            .database()
            .read(|read| {
                read.query_one(
                    "SELECT password FROM chevereto_names WHERE image = ?1",
                    params![image.id],
                    |row| row.get(0),
                )
            })?
            .flatten();
        let given = hash_password(password);
        match kept {
            Some(kept) if bool::from(kept.ct_eq(&given)) => self.remove_image(image, |_| Ok(())),
            _ => Err(Error::NotFound),
        }
    }

    /// Gives the image the names that it lacks.
    pub(crate) fn assign_aliases(
        &self,
        write: &WriteTx<'_>,
        image: &Image,
        naming: NamingHint,
    ) -> Result<PublicNames> {
        let mut found = find_existing(write, image)?;
        if let Some(owner) = &image.owner
            && found.imgshare.is_none()
            && imgshare_supports(image.info.format)
        {
            found.imgshare = Some(self.assign_imgshare_alias(write, image, owner, &naming)?);
        }
        if let Some(owner) = &image.owner
            && found.signer.is_none()
        {
            found.signer = Some(signed_urls::find_or_create_signer(
                write,
                self.ids(),
                owner,
                self.now(),
            )?);
        }
        if found.chevereto.is_none() {
            found.chevereto = Some(self.assign_chevereto_alias(write, image, &naming)?);
        }
        found.into_complete(image).ok_or(Error::NotFound)
    }

    fn assign_imgshare_alias(
        &self,
        write: &WriteTx<'_>,
        image: &Image,
        owner: &AccountId,
        naming: &NamingHint,
    ) -> Result<ImgshareAlias> {
        let (wanted, extension) = match naming {
            NamingHint::Imgshare { stem, extension } => (stem.clone(), extension.clone()),
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
                None => ids::random_base36(self.ids(), RANDOM_STEM_LENGTH)?,
                Some(wanted) => numbered_stem(wanted, attempt),
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
        Ok(ImgshareAlias { stem, extension })
    }

    fn assign_chevereto_alias(
        &self,
        write: &WriteTx<'_>,
        image: &Image,
        naming: &NamingHint,
    ) -> Result<CheveretoAlias> {
        let code = loop {
            let code = ids::random_base62(self.ids(), CODE_LENGTH)?;
            if !write.exists(
                "SELECT 1 FROM chevereto_names WHERE code = ?1",
                params![code],
            )? {
                break code;
            }
        };
        let (wanted, day, password) = match naming {
            NamingHint::Chevereto { name, day } => {
                let password = ids::random_base62(self.ids(), PASSWORD_LENGTH)?;
                (name.clone(), day.clone(), Some(password))
            }
            _ => (None, None, None),
        };
        let day = day.unwrap_or_else(|| image.created_at.utc("%Y/%m/%d"));
        let extension = image.extension.clone();
        let mut name = match &wanted {
            Some(name) => name.clone(),
            None => ids::random_base62(self.ids(), RANDOM_STEM_LENGTH)?,
        };
        while write.exists(
            "SELECT 1 FROM chevereto_names WHERE day = ?1 AND name = ?2 AND extension = ?3",
            params![day, name, extension],
        )? {
            let more = ids::random_base36(self.ids(), 6)?;
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
                password.as_deref().map(hash_password)
            ],
        )?;
        Ok(CheveretoAlias {
            code,
            day,
            name,
            extension,
            password,
        })
    }
}

/// What is named already.
struct ExistingAliases {
    account: Option<String>,
    signer: Option<Signer>,
    imgshare: Option<ImgshareAlias>,
    chevereto: Option<CheveretoAlias>,
    folder: String,
}

impl ExistingAliases {
    fn into_complete(self, image: &Image) -> Option<PublicNames> {
        let owned = image.owner.is_some();
        let complete = (!owned || self.signer.is_some())
            && (!owned || !imgshare_supports(image.info.format) || self.imgshare.is_some());
        let chevereto = self.chevereto.filter(|_| complete)?;
        Some(PublicNames {
            account: self.account,
            signer: self.signer,
            imgshare: self.imgshare,
            chevereto,
            folder: self.folder,
        })
    }
}

fn find_existing(read: &ReadTx<'_>, image: &Image) -> Result<ExistingAliases> {
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
    Ok(ExistingAliases {
        account,
        signer,
        imgshare: find_imgshare_alias(read, &image.id)?,
        chevereto: read.query_one(
            "SELECT code, day, name, extension FROM chevereto_names WHERE image = ?1",
            params![image.id],
            |row| {
                Ok(CheveretoAlias {
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

fn find_imgshare_alias(read: &ReadTx<'_>, image: &ImageId) -> Result<Option<ImgshareAlias>> {
    read.query_one(
        "SELECT stem, extension FROM imgshare_names WHERE image = ?1",
        params![image],
        |row| {
            Ok(ImgshareAlias {
                stem: row.get(0)?,
                extension: row.get(1)?,
            })
        },
    )
}

/// The formats that IMGSHARE has.
fn imgshare_supports(format: Format) -> bool {
    matches!(
        format,
        Format::Jpeg | Format::Png | Format::WebP | Format::Bmp
    )
}

/// `fountain`, `fountain_2`, `fountain_3` …, none longer than a stem may be.
fn numbered_stem(stem: &str, attempt: u64) -> String {
    let cut = |length: usize| stem.chars().take(length).collect::<String>();
    if attempt == 1 {
        return cut(MAX_STEM_LENGTH);
    }
    let number = format!("_{attempt}");
    format!("{}{number}", cut(MAX_STEM_LENGTH - number.len()))
}

fn hash_password(password: &str) -> [u8; 32] {
    Sha256::digest(password.as_bytes()).into()
}
