//! From upload to image: look, limit, digest, store, record.
//!
//! The blob is stored first and the row second, so whatever dies between the two leaves an orphan for
//! the sweep and never a row without bytes. Whoever gets an answer gets it after the commit.

use crate::auth::api_keys;
use crate::auth::permissions;
use crate::auth::permissions::{Act, Actor};
use crate::error::{Error, Result, While};
use crate::images::aliases::{Names, Naming};
use crate::images::folders;
use crate::images::idempotency;
use crate::images::idempotency::{Answer, Remember};
use crate::images::staged_upload::Incoming;
use crate::images::{self, Door, Image};
use crate::mutex::held;
use crate::storage::db::{Read as Look, Write, params};
use crate::variants::render_tasks;
use crate::{AccountId, Digest, FolderId, FolderPath, ImageId, Library, Timestamp, ids};

const SHORT_LENGTH: usize = 10;
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

/// Bytes and a name that somebody gave us, and what was said of them.
#[derive(Debug)]
pub struct Upload {
    pub incoming: Incoming,
    /// The file name it had; may be empty.
    pub name: String,
    pub door: Door,
    pub details: Details,
}

/// What may be said of an upload; by default nothing is.
#[derive(Debug, Clone, Default)]
pub struct Details {
    pub place: Place,
    /// A guest's image is public in any case.
    pub public: bool,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub nsfw: bool,
    pub expires_at: Option<Timestamp>,
    /// Whether it is refused where its account has an image of these bytes, as [`Error::Duplicate`].
    pub unique: bool,
    /// How the door names it.
    pub naming: Naming,
}

/// Where an upload is put.
#[derive(Debug, Clone, Default)]
pub enum Place {
    #[default]
    Root,
    /// Folders that are missing are made.
    Path(FolderPath),
    /// The root, where that is no folder of the uploading account.
    Folder(FolderId),
}

/// An image that was just added, and its names.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub image: Image,
    pub names: Names,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Added {
    New(Kept),
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
        let owner = permissions::to_upload(actor)?.copied();
        let asked = idempotency::asked(&upload.incoming.sent(), upload.door, None);
        self.take_in(actor, upload, &asked, remember, |write, upload, info| {
            let Details {
                place,
                public,
                title,
                description,
                tags,
                nsfw,
                expires_at,
                unique,
                naming,
            } = upload.details.clone();
            if unique && let Some(found) = self.same(write, owner.as_ref(), upload)? {
                return Err(Error::Duplicate(found));
            }
            let image = Image {
                id: ImageId(ids::uuid(self.ids())?),
                short: self.draw_short(write)?,
                name: upload.name.clone(),
                extension: info.format.extension().to_owned(),
                digest: upload.incoming.digest(),
                bytes: upload.incoming.bytes(),
                info,
                owner,
                door: upload.door,
                folder: self.folder_for(write, owner.as_ref(), &place)?,
                public: public || owner.is_none(),
                title,
                description,
                tags,
                nsfw,
                views: 0,
                created_at: self.now(),
                updated_at: None,
                replaced_at: None,
                expires_at,
            };
            images::insert(write, &image)?;
            let names = self.name(write, &image, naming)?;
            render_tasks::promise(write, &image, &self.settings())?;
            Ok(Kept { image, names })
        })
    }

    /// Puts other bytes behind all names of an image. On any error it is as it was.
    pub fn replace(
        &self,
        actor: &Actor,
        image: &Image,
        upload: Upload,
        remember: Option<Remember<'_>>,
    ) -> Result<Added> {
        permissions::may(actor, Act::Edit, image)?;
        let now = self.now();
        let mut before = None;
        let asked = idempotency::asked(&upload.incoming.sent(), upload.door, Some(&image.id));
        let added = self.take_in(actor, upload, &asked, remember, |write, upload, info| {
            let mut image = images::by_id(write, &image.id)?
                .filter(|found| images::lives(found, now))
                .ok_or(Error::NotFound)?;
            before = Some(image.digest);
            image.name = upload.name.clone();
            image.digest = upload.incoming.digest();
            image.bytes = upload.incoming.bytes();
            image.info = info;
            (image.updated_at, image.replaced_at) = (Some(now), Some(now));
            images::update(write, &image)?;
            let names = self.name(write, &image, Naming::Random)?;
            render_tasks::promise(write, &image, &self.settings())?;
            Ok(Kept { image, names })
        })?;
        if let (Added::New(kept), Some(before)) = (&added, before)
            && kept.image.digest != before
        {
            self.release_or_leave(&before);
        }
        Ok(added)
    }

    /// Judges the bytes and stores them; `record` writes down whose they are.
    fn take_in(
        &self,
        actor: &Actor,
        upload: Upload,
        asked: &Digest,
        remember: Option<Remember<'_>>,
        record: impl FnOnce(&Write<'_>, &Upload, imaging::Info) -> Result<Kept>,
    ) -> Result<Added> {
        let digest = upload.incoming.digest();
        if let Some(remember) = &remember
            && let Some(answer) = self
                .catalogue()
                .read(|read| self.recall(read, actor, remember.key, asked))?
        {
            return Ok(Added::Repeated(answer));
        }
        let info = self.judge(&upload.incoming)?;
        let added = self.keep(actor, upload, info, asked, remember, record);
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
        info: imaging::Info,
        asked: &Digest,
        remember: Option<Remember<'_>>,
        record: impl FnOnce(&Write<'_>, &Upload, imaging::Info) -> Result<Kept>,
    ) -> Result<Added> {
        let incoming = &upload.incoming;
        let digest = incoming.digest();
        let put = || {
            let (file, at) = (incoming.file.as_file(), incoming.file.path());
            self.blobs()
                .put(&digest, file, at)
                .during("storing an upload")
        };
        put()?;
        self.catalogue().write(|write| {
            check_alive(write, actor)?;
            if let Some(remember) = &remember
                && let Some(answer) = self.recall(write, actor, remember.key, asked)?
            {
                return Ok(Added::Repeated(answer));
            }
            // Since `put` somebody may have deleted the last other image of these bytes. Nobody can from
            // here to the commit: removing a blob needs the write lock, which this transaction holds.
            if self.blobs().len(&digest).during("storing an upload")? != Some(incoming.bytes()) {
                put()?;
            }
            let kept = record(write, &upload, info)?;
            if let Some(remember) = remember {
                self.note_answer(write, actor, &remember, &kept, asked)?;
            }
            Ok(Added::New(kept))
        })
    }

    /// The first living image of the same account and bytes.
    fn same(
        &self,
        read: &Look<'_>,
        owner: Option<&AccountId>,
        upload: &Upload,
    ) -> Result<Option<ImageId>> {
        read.one(
            "SELECT id FROM images WHERE digest = ?1 AND owner IS ?2 AND (expires_at IS NULL OR expires_at > ?3)
             ORDER BY created_at, rowid LIMIT 1",
            params![upload.incoming.digest(), owner, self.now()],
            |row| row.get(0),
        )
    }

    fn folder_for(
        &self,
        write: &Write<'_>,
        owner: Option<&AccountId>,
        place: &Place,
    ) -> Result<Option<FolderId>> {
        match (owner, place) {
            (None, _) | (_, Place::Root) => Ok(None),
            (Some(owner), Place::Path(path)) => self.ensure_folder(write, owner, path).map(Some),
            (Some(owner), Place::Folder(id)) => {
                match folders::check_owner(write, id, Some(owner)) {
                    Ok(()) => Ok(Some(*id)),
                    Err(Error::NoFolder) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// What the bytes are, if they are a picture that we accept.
    ///
    /// Decodes only what its structure cannot vouch for: where the file's end is missing, and where no
    /// browser shows the format, so that every link but the original's rests on our decoder.
    fn judge(&self, incoming: &Incoming) -> Result<imaging::Info> {
        let settings = self.settings();
        let limits = &settings.limits;
        let info = self.look(incoming)?;
        if !info.complete || !info.format.browsers_show() {
            // A decoded picture is whole in memory: one at a time, however many come at once.
            let _alone = held(self.judging());
            imaging::verify(&incoming.read_whole()?, limits, &imaging::Never)?;
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
}

/// A key or account that ended while its upload was on its way allows nothing any more.
fn check_alive(write: &Write<'_>, actor: &Actor) -> Result<()> {
    let alive = match actor {
        Actor::Anonymous => false,
        Actor::Guest => true,
        Actor::Account { id, .. } => {
            write.exists("SELECT 1 FROM accounts WHERE id = ?1", params![id])?
        }
        Actor::Key { id, account, .. } => api_keys::lives(write, id, account)?,
    };
    if alive {
        Ok(())
    } else {
        Err(Error::Unauthorised)
    }
}
