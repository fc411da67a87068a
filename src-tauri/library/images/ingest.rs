//! Ingest: from a staged upload to a stored image.
//!
//! The blob is stored first and the row second, so a crash in between leaves an orphaned blob for garbage collection and
//! never a row without bytes. The client gets its response after the commit.

use std::sync::Arc;
use std::time::Duration;

use imaging::Transform;

use crate::auth::api_keys;
use crate::auth::permissions;
use crate::auth::permissions::{Action, Actor};
use crate::error::{Error, Result, StorageContext};
use crate::images::aliases::{AliasMaker, StoredImage};
use crate::images::folders;
use crate::images::idempotency;
use crate::images::idempotency::{IdempotencyContext, StoredResponse};
use crate::images::image::Image;
use crate::images::rows;
use crate::images::staged_upload::StagedUpload;
use crate::mutex::lock;
use crate::storage::db::{ReadTx, WriteTx, params};
use crate::variants::render_tasks;
use crate::variants::render_tasks::ExtraSizes;
use crate::{AccountId, Digest, FolderId, FolderPath, ImageId, Library, Timestamp, random};

const SHORT_NAME_LENGTH: usize = 10;
/// Words that are, or may become, paths of their own: never an image's short name.
const RESERVED_SHORT_NAMES: [&str; 16] = [
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

/// A file to store, and its metadata.
#[derive(Debug)]
pub struct Upload {
    pub staged_upload: StagedUpload,
    /// The file name it had; may be empty.
    pub name: String,
    /// The name of the dialect.
    pub origin: &'static str,
    pub metadata: UploadMetadata,
}

/// An upload's metadata.
#[derive(Debug, Clone, Default)]
pub struct UploadMetadata {
    pub destination: Destination,
    /// A guest's image is public in any case.
    pub public: bool,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub nsfw: bool,
    pub expires_at: Option<Timestamp>,
    /// Refuses the upload with [`Error::Duplicate`] if its account already has an image of these bytes.
    pub reject_duplicates: bool,
    /// Make the aliases that the uploading dialect needs in its answer.
    pub alias_makers: Vec<Arc<dyn AliasMaker>>,
    /// Sizes that are rendered in the background even where none are prepared, and before all others. An image of
    /// which they cannot be made because it is broken is deleted.
    pub extra_sizes: Vec<Transform>,
    /// How long after the upload they are rendered.
    pub extra_sizes_delay: Duration,
}

/// Where an upload is put.
#[derive(Debug, Clone, Default)]
pub enum Destination {
    #[default]
    Root,
    /// Missing folders are created.
    Path(FolderPath),
    /// The root if it is not a folder of the uploading account.
    Folder(FolderId),
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum AddOutcome {
    New(StoredImage),
    /// The same bytes came with the same Idempotency-Key before; nothing was stored.
    Replay(StoredResponse),
}

impl Library {
    /// Stores an upload. On any error nothing of it is kept.
    pub fn add_image(
        &self,
        actor: &Actor,
        upload: Upload,
        remember: Option<IdempotencyContext<'_>>,
    ) -> Result<AddOutcome> {
        let owner = permissions::require_upload(actor)?.copied();
        let asked =
            idempotency::request_digest(&upload.staged_upload.source_digest(), upload.origin, None);
        self.ingest(actor, upload, &asked, remember, |write, upload, info| {
            let UploadMetadata {
                destination: place,
                public,
                title,
                description,
                tags,
                nsfw,
                expires_at,
                reject_duplicates: unique,
                alias_makers,
                extra_sizes,
                extra_sizes_delay,
            } = upload.metadata.clone();
            if unique && let Some(found) = self.find_duplicate(write, owner.as_ref(), upload)? {
                return Err(Error::Duplicate(found));
            }
            let image = Image {
                id: ImageId(random::random_uuid(self.ids())?),
                short_name: self.generate_short_name(write)?,
                name: upload.name.clone(),
                extension: info.format.extension().to_owned(),
                digest: upload.staged_upload.digest(),
                bytes: upload.staged_upload.size(),
                info,
                owner,
                origin: upload.origin.to_owned(),
                folder: self.resolve_folder(write, owner.as_ref(), &place)?,
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
            rows::insert(write, &image)?;
            let makers: Vec<_> = alias_makers.iter().map(Arc::as_ref).collect();
            let names = self.ensure_names(write, &image, &makers)?;
            let extra = ExtraSizes {
                transforms: extra_sizes,
                delay: extra_sizes_delay,
            };
            render_tasks::enqueue(write, &image, &extra, &self.settings())?;
            Ok(StoredImage { image, names })
        })
    }

    /// Replaces the bytes of an image, which keeps all its names. On any error it stays as it was.
    pub fn replace_image(
        &self,
        actor: &Actor,
        image: &Image,
        upload: Upload,
        remember: Option<IdempotencyContext<'_>>,
    ) -> Result<AddOutcome> {
        permissions::require_permission(actor, Action::Edit, image)?;
        let now = self.now();
        let mut before = None;
        let asked = idempotency::request_digest(
            &upload.staged_upload.source_digest(),
            upload.origin,
            Some(&image.id),
        );
        let added = self.ingest(actor, upload, &asked, remember, |write, upload, info| {
            let mut image = rows::find_by_id(write, &image.id)?
                .filter(|found| rows::is_live(found, now))
                .ok_or(Error::NotFound)?;
            before = Some(image.digest);
            image.name = upload.name.clone();
            image.digest = upload.staged_upload.digest();
            image.bytes = upload.staged_upload.size();
            image.info = info;
            (image.updated_at, image.replaced_at) = (Some(now), Some(now));
            rows::update(write, &image)?;
            let makers = &upload.metadata.alias_makers;
            let makers: Vec<_> = makers.iter().map(Arc::as_ref).collect();
            let names = self.ensure_names(write, &image, &makers)?;
            render_tasks::enqueue(write, &image, &ExtraSizes::default(), &self.settings())?;
            Ok(StoredImage { image, names })
        })?;
        if let (AddOutcome::New(kept), Some(before)) = (&added, before)
            && kept.image.digest != before
        {
            self.try_delete_unreferenced(&before);
        }
        Ok(added)
    }

    /// Verifies the bytes and stores them; `record` writes the row.
    fn ingest(
        &self,
        actor: &Actor,
        upload: Upload,
        asked: &Digest,
        remember: Option<IdempotencyContext<'_>>,
        record: impl FnOnce(&WriteTx<'_>, &Upload, imaging::ImageInfo) -> Result<StoredImage>,
    ) -> Result<AddOutcome> {
        let digest = upload.staged_upload.digest();
        if let Some(remember) = &remember
            && let Some(answer) = self
                .database()
                .read(|read| self.find_response(read, actor, remember.key, asked))?
        {
            return Ok(AddOutcome::Replay(answer));
        }
        let info = self.verify_upload(&upload.staged_upload)?;
        let added = self.store_upload(actor, upload, info, asked, remember, record);
        match &added {
            Ok(AddOutcome::New(_)) => self.wake_render_worker(),
            _ => self.try_delete_unreferenced(&digest),
        }
        added
    }

    /// Blob first, row second.
    fn store_upload(
        &self,
        actor: &Actor,
        upload: Upload,
        info: imaging::ImageInfo,
        asked: &Digest,
        remember: Option<IdempotencyContext<'_>>,
        record: impl FnOnce(&WriteTx<'_>, &Upload, imaging::ImageInfo) -> Result<StoredImage>,
    ) -> Result<AddOutcome> {
        let incoming = &upload.staged_upload;
        let digest = incoming.digest();
        let put = || {
            let (file, at) = (incoming.file.as_file(), incoming.file.path());
            self.blobs()
                .put(&digest, file, at)
                .context("storing an upload")
        };
        put()?;
        self.database().write(|write| {
            check_actor_exists(write, actor)?;
            if let Some(remember) = &remember
                && let Some(answer) = self.find_response(write, actor, remember.key, asked)?
            {
                return Ok(AddOutcome::Replay(answer));
            }
            // Since `put`, the last other image of these bytes may have been deleted, and the blob with it. That cannot
            // happen from here to the commit: removing a blob needs the write lock, which this transaction holds.
            if self.blobs().len(&digest).context("storing an upload")? != Some(incoming.size()) {
                put()?;
            }
            let kept = record(write, &upload, info)?;
            if let Some(remember) = remember {
                self.save_response(write, actor, &remember, &kept, asked)?;
            }
            Ok(AddOutcome::New(kept))
        })
    }

    /// The oldest unexpired image of the same account and bytes.
    fn find_duplicate(
        &self,
        read: &ReadTx<'_>,
        owner: Option<&AccountId>,
        upload: &Upload,
    ) -> Result<Option<ImageId>> {
        read.query_one(
            "SELECT id FROM images WHERE digest = ?1 AND owner IS ?2 AND (expires_at IS NULL OR expires_at > ?3)
             ORDER BY created_at, rowid LIMIT 1",
            params![upload.staged_upload.digest(), owner, self.now()],
            |row| row.get(0),
        )
    }

    fn resolve_folder(
        &self,
        write: &WriteTx<'_>,
        owner: Option<&AccountId>,
        place: &Destination,
    ) -> Result<Option<FolderId>> {
        match (owner, place) {
            (None, _) | (_, Destination::Root) => Ok(None),
            (Some(owner), Destination::Path(path)) => {
                self.ensure_folder(write, owner, path).map(Some)
            }
            (Some(owner), Destination::Folder(id)) => {
                match folders::check_owner(write, id, Some(owner)) {
                    Ok(()) => Ok(Some(*id)),
                    Err(Error::FolderNotFound) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// What the bytes are, if they are a picture that we accept.
    ///
    /// Decodes only what its structure cannot vouch for: where the file's end is missing, and where no
    /// browser shows the format, so that every link but the original's rests on our decoder.
    fn verify_upload(&self, incoming: &StagedUpload) -> Result<imaging::ImageInfo> {
        let settings = self.settings();
        let limits = &settings.limits;
        let info = self.inspect_upload(incoming)?;
        if !info.is_complete || !info.format.has_browser_support() {
            // A decoded picture is whole in memory: one at a time, however many come at once.
            let _alone = lock(self.decode_lock());
            imaging::verify(&incoming.read_to_vec()?, limits, &imaging::NeverCancelled)?;
        }
        Ok(info)
    }

    fn generate_short_name(&self, read: &ReadTx<'_>) -> Result<String> {
        loop {
            let short = random::random_base62(self.ids(), SHORT_NAME_LENGTH)?;
            let reserved = RESERVED_SHORT_NAMES.contains(&short.to_ascii_lowercase().as_str());
            if !reserved && !read.exists("SELECT 1 FROM images WHERE short = ?1", params![short])? {
                return Ok(short);
            }
        }
    }
}

/// A key or account that was removed during the upload allows nothing any more.
fn check_actor_exists(write: &WriteTx<'_>, actor: &Actor) -> Result<()> {
    let alive = match actor {
        Actor::Anonymous => false,
        Actor::Guest => true,
        Actor::Account { id, .. } => {
            write.exists("SELECT 1 FROM accounts WHERE id = ?1", params![id])?
        }
        Actor::ApiKey { id, account, .. } => api_keys::is_valid(write, id, account)?,
    };
    if alive {
        Ok(())
    } else {
        Err(Error::Unauthorised)
    }
}
