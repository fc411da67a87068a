//! All that the host remembers: images, accounts and keys in a database, and the bytes behind them on disk.
//!
//! An ordinary blocking program: no HTTP, no async, no public URLs. Everything goes through one handle,
//! `Library`, which any number of threads may share; any number of processes may have the same folder
//! open. No row is ever kept in memory, so what one process changes, the others see at once.

mod auth;
mod clock;
mod error;
mod ids;
mod images;
mod maintenance;
mod mutex;
mod settings_overrides;
mod storage;
#[cfg(test)]
mod tests;
mod variants;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::Thread;
use std::time::Duration;

pub use auth::access_tokens::{ACCESS_TOKEN_LIFE, TokenHolder};
pub use auth::accounts::{Account, NewAccount, OWNER};
pub use auth::api_keys::{Key, NewKey, Secret};
pub use auth::invites::Invite;
pub use auth::permissions::{Act, Actor, Scope, Scopes, UnknownScope};
pub use auth::signed_urls::Signer;
pub use clock::{Clock, SystemClock, Timestamp};
pub use error::{Error, Result};
pub use ids::{AccountId, FolderId, Ids, ImageId, InviteId, KeyId, NoId, PresetId, SystemIds};
pub use images::aliases::{CheveretoName, ImgshareName, Names, Naming};
pub use images::bulk_edit::Selected;
pub use images::folders::{Folder, FolderPath};
pub use images::idempotency::{Answer, Remember};
pub use images::ingest::{Added, Details, Kept, Place, Upload};
pub use images::listing::{Day, Listing, Order, Page, Search, Start, Whose, Within, Zone};
pub use images::presets::Preset;
pub use images::staged_upload::Incoming;
pub use images::{Digest, Door, Edit, Image, ImageName};
pub use maintenance::expiry::Expired;
pub use maintenance::garbage_collect::Swept;
pub use maintenance::startup_warnings::Warning;
pub use maintenance::storage_usage::{Room, Share};
pub use storage::server_lock::{Serving, ServingLock, who_serves};
pub use variants::content::{Body, Content};
pub use variants::render_tasks::{Owed, REDUCTIONS, Reduction, Task, Worked};

use error::While;
use storage::blobs::{Blobs, Disk};
use storage::db::Catalogue;
use variants::disk_cache::Shelf;
use variants::memory_cache::Hot;
use variants::single_flight::Making;
use variants::{Made, VariantKey};

/// Where everything grows that is later renamed to its place: the same file system as its goal.
const INCOMING: &str = "incoming";

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
    /// How long after an upload through IMGSHARE its reductions are made.
    pub reductions_delay: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            limits: imaging::Limits::default(),
            max_upload_bytes: 50 << 20,
            cache_bytes: 2 << 30,
            memory_cache_bytes: 64 << 20,
            prepare_sizes: true,
            reductions_delay: Duration::ZERO,
        }
    }
}

/// One folder of pictures and what is known of them. Clones are the same handle.
#[derive(Clone)]
pub struct Library(Arc<Parts>);

struct Parts {
    folder: PathBuf,
    settings: RwLock<Arc<Settings>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    catalogue: Catalogue,
    blobs: Box<dyn Blobs>,
    shelf: Shelf,
    hot: Hot,
    making: Making<VariantKey, Made>,
    /// Held by the upload that is being decoded to see whether it can be.
    judging: Mutex<()>,
    uses: auth::api_keys::Uses,
    views: images::view_counts::Views,
    /// Who is told of new tasks.
    tasks_worker: Mutex<Option<Thread>>,
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
        let blobs = Box::new(Disk::new(folder.join("blobs")));
        Library::open_on(blobs, folder, settings, clock, ids)
    }

    fn open_on(
        blobs: Box<dyn Blobs>,
        folder: &Path,
        settings: Settings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Library> {
        for room in ["", "blobs", "variants", INCOMING] {
            create_private(&folder.join(room)).during("making the data folder")?;
        }
        let shelf = Shelf::new(
            folder.join("variants"),
            folder.join(INCOMING),
            settings.cache_bytes,
        );
        let hot = Hot::new(settings.memory_cache_bytes);
        let library = Library(Arc::new(Parts {
            catalogue: Catalogue::open(&folder.join("library.db"))?,
            folder: folder.to_owned(),
            settings: RwLock::new(Arc::new(settings)),
            clock,
            ids,
            blobs,
            shelf,
            hot,
            making: Making::new(),
            judging: Mutex::default(),
            uses: auth::api_keys::Uses::default(),
            views: images::view_counts::Views::default(),
            tasks_worker: Mutex::default(),
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

    /// From now on these count; what has begun goes on under those before.
    pub fn adopt(&self, settings: Settings) {
        self.shelf().allow(settings.cache_bytes);
        self.hot().allow(settings.memory_cache_bytes);
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
    pub fn warnings(&self) -> Vec<Warning> {
        maintenance::startup_warnings::of(self.folder())
    }

    /// Takes the right to serve this folder. `Error::Served` if somebody has it.
    pub fn serve_lock(&self, program: &str) -> Result<ServingLock> {
        ServingLock::take(self.folder(), program)
    }

    fn ids(&self) -> &dyn Ids {
        &*self.0.ids
    }

    fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    fn blobs(&self) -> &dyn Blobs {
        &*self.0.blobs
    }

    fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    fn hot(&self) -> &Hot {
        &self.0.hot
    }

    fn making(&self) -> &Making<VariantKey, Made> {
        &self.0.making
    }

    fn judging(&self) -> &Mutex<()> {
        &self.0.judging
    }

    fn uses(&self) -> &auth::api_keys::Uses {
        &self.0.uses
    }

    fn views(&self) -> &images::view_counts::Views {
        &self.0.views
    }

    fn tasks_worker(&self) -> &Mutex<Option<Thread>> {
        &self.0.tasks_worker
    }
}

/// Pictures are private until their owner gives a link away, so only he may look into a new folder.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
