//! What the host stores: images, accounts and API keys in a database, originals and variants on disk.
//!
//! Blocking, without HTTP, async or public URLs. Everything is reached through one handle, `Library`, which any number of
//! threads may share; any number of processes may have the same data folder open. No row is kept in memory, so that every
//! process sees the others' changes at once.

mod auth;
mod clock;
mod digest;
mod error;
mod ids;
mod images;
mod maintenance;
mod mutex;
mod random;
mod settings_overrides;
mod storage;
#[cfg(test)]
mod tests;
mod variants;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::Thread;

pub use auth::access_tokens::{ACCESS_TOKEN_LIFETIME, TokenStatus};
pub use auth::accounts::{Account, NewAccount, OWNER};
pub use auth::api_keys::{ApiKey, ApiKeySecret, NewApiKey};
pub use auth::invites::Invite;
pub use auth::permissions::{Action, Actor};
pub use auth::scopes::{Scope, Scopes, UnknownScope};
pub use auth::signed_urls::Signer;
pub use clock::{Clock, SystemClock, Timestamp};
pub use digest::Digest;
pub use error::{Error, Result};
pub use ids::{AccountId, ApiKeyId, FolderId, ImageId, InvalidId, InviteId, PresetId};
pub use images::aliases::{Alias, AliasMaker, NewAlias, PublicNames, StoredImage};
pub use images::bulk_edit::BulkEditOutcome;
pub use images::folders::{Folder, FolderPath};
pub use images::idempotency::{IdempotencyContext, StoredResponse};
pub use images::image::{Image, ImageEdit, ImageName};
pub use images::ingest::{AddOutcome, Destination, Upload, UploadMetadata};
pub use images::listing::by_day::DayCount;
pub use images::listing::page::Page;
pub use images::listing::query::{FolderFilter, Listing, Order, OwnerFilter, PageStart, Search};
pub use images::listing::zone::Zone;
pub use images::presets::Preset;
pub use images::staged_upload::StagedUpload;
pub use maintenance::expiry::ExpiryReport;
pub use maintenance::garbage_collect::GcReport;
pub use maintenance::startup_warnings::StartupWarning;
pub use maintenance::storage_usage::{AccountUsage, DiskUsage};
pub use random::{Ids, SystemIds, random_base36, random_base62};
pub use storage::server_info::ServerInfo;
pub use storage::server_lock::{ServerLock, current_server};
pub use variants::content::{Content, ContentBody};
pub use variants::render_tasks::{NextTask, RenderTask, TaskOutcome};

use error::StorageContext;
use storage::blobs::{BlobStore, DiskBlobStore};
use storage::db::Database;
use variants::disk_cache::DiskCache;
use variants::memory_cache::MemoryCache;
use variants::single_flight::SingleFlight;
use variants::{RenderResult, VariantKey};

/// Where everything grows that is later renamed to its place: the same file system as its goal.
const STAGING_FOLDER: &str = "incoming";

/// What the owner of the host may decide about it.
#[derive(Debug, Clone)]
pub struct Settings {
    pub limits: imaging::Limits,
    /// The largest original.
    pub max_upload_bytes: u64,
    /// How many bytes of variants are kept; 0 keeps none.
    pub cache_bytes: u64,
    /// How many bytes of them are also kept in memory.
    pub memory_cache_bytes: u64,
    /// Whether the offered widths of an upload are made before anybody asks for them.
    pub prepare_sizes: bool,
    /// Names that no account may get, besides `guest`: words of the dialects' addresses.
    pub reserved_account_names: &'static [&'static str],
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            limits: imaging::Limits::default(),
            max_upload_bytes: 50 << 20,
            cache_bytes: 2 << 30,
            memory_cache_bytes: 64 << 20,
            prepare_sizes: true,
            reserved_account_names: &[],
        }
    }
}

/// One folder of pictures and what is known of them. Clones are the same handle.
#[derive(Clone)]
pub struct Library(Arc<LibraryState>);

struct LibraryState {
    folder: PathBuf,
    settings: RwLock<Arc<Settings>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    database: Database,
    blobs: Box<dyn BlobStore>,
    disk_cache: DiskCache,
    memory_cache: MemoryCache,
    single_flight: SingleFlight<VariantKey, RenderResult>,
    /// Held by the upload that is being decoded to see whether it can be.
    decode_lock: Mutex<()>,
    key_last_used: auth::api_keys::LastUsed,
    view_counter: images::view_counts::ViewCounter,
    /// The thread that is woken for new tasks.
    render_worker: Mutex<Option<Thread>>,
}

impl Library {
    /// Opens the folder, and makes it and its account `owner` if they are not there.
    pub fn open(folder: &Path, settings: Settings) -> Result<Library> {
        Library::open_with(folder, settings, Arc::new(SystemClock), Arc::new(SystemIds))
    }

    /// As `open`, with the caller's own time and random numbers.
    pub fn open_with(
        folder: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Library> {
        let blobs = Box::new(DiskBlobStore::new(folder.join("blobs")));
        Library::open_with_blobs(blobs, folder, settings, clock, ids)
    }

    fn open_with_blobs(
        blobs: Box<dyn BlobStore>,
        folder: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Library> {
        for room in ["", "blobs", "variants", STAGING_FOLDER] {
            create_private_folder(&folder.join(room)).context("making the data folder")?;
        }
        let shelf = DiskCache::new(
            folder.join("variants"),
            folder.join(STAGING_FOLDER),
            settings.cache_bytes,
        );
        let hot = MemoryCache::new(settings.memory_cache_bytes);
        let library = Library(Arc::new(LibraryState {
            database: Database::open(&folder.join("library.db"))?,
            folder: folder.to_owned(),
            settings: RwLock::new(Arc::new(settings)),
            clock,
            ids,
            blobs,
            disk_cache: shelf,
            memory_cache: hot,
            single_flight: SingleFlight::new(),
            decode_lock: Mutex::default(),
            key_last_used: auth::api_keys::LastUsed::default(),
            view_counter: images::view_counts::ViewCounter::default(),
            render_worker: Mutex::default(),
        }));
        library.ensure_owner()?;
        Ok(library)
    }

    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub fn settings(&self) -> Arc<Settings> {
        let settings = self.0.settings.read();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Applies other settings. Operations that have begun go on with the old ones.
    pub fn apply_settings(&self, settings: Settings) {
        self.disk_cache().set_capacity(settings.cache_bytes);
        self.memory_cache()
            .set_capacity(settings.memory_cache_bytes);
        let mut current = self
            .0
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(settings);
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// What should be said at the start: the folder is on a network drive, for one.
    pub fn startup_warnings(&self) -> Vec<StartupWarning> {
        maintenance::startup_warnings::collect_warnings(self.folder())
    }

    /// Acquires the lock for serving this folder; `Error::AlreadyServed` if another process has it.
    pub fn take_server_lock(&self, program: &str) -> Result<ServerLock> {
        ServerLock::acquire(self.folder(), program)
    }

    fn ids(&self) -> &dyn Ids {
        &*self.0.ids
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn blobs(&self) -> &dyn BlobStore {
        &*self.0.blobs
    }

    fn disk_cache(&self) -> &DiskCache {
        &self.0.disk_cache
    }

    fn memory_cache(&self) -> &MemoryCache {
        &self.0.memory_cache
    }

    fn single_flight(&self) -> &SingleFlight<VariantKey, RenderResult> {
        &self.0.single_flight
    }

    fn decode_lock(&self) -> &Mutex<()> {
        &self.0.decode_lock
    }

    fn key_last_used(&self) -> &auth::api_keys::LastUsed {
        &self.0.key_last_used
    }

    fn view_counter(&self) -> &images::view_counts::ViewCounter {
        &self.0.view_counter
    }

    fn render_worker(&self) -> &Mutex<Option<Thread>> {
        &self.0.render_worker
    }
}

/// Pictures are private until their owner gives a link away, so only he may look into a new folder.
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
