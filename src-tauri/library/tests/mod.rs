//! The world of the library's tests: a folder of its own, a clock that the test moves, drawn pictures.

mod accounts;
mod aliases;
mod bulk_edit;
mod concurrency;
mod crashes;
mod days;
mod deleting;
mod duplicates;
mod expiring;
mod extra_sizes;
mod folders;
mod garbage_collect;
mod idempotency;
mod inviting;
mod keys;
mod listing;
mod opening;
mod presets;
mod searching;
mod serving;
mod signing;
mod signing_in;
mod single_flight;
mod svg;
mod tasks;
mod uploading;
mod usage;
mod variants;
mod views;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use image::{ImageFormat, Rgb, RgbImage};
use tempfile::TempDir;

use crate::*;

const HOUR: Duration = Duration::from_secs(60 * 60);

struct World {
    folder: TempDir,
    clock: Arc<TestClock>,
    library: Library,
}

/// Stands still until it is told to move on; starts at the real time, as the files' own times do.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl World {
    fn new() -> World {
        World::with(Settings::default())
    }

    fn with(settings: Settings) -> World {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(SystemClock.now().micros())));
        let library =
            Library::open_with(folder.path(), settings, clock.clone(), Arc::new(SystemIds))
                .unwrap();
        World {
            folder,
            clock,
            library,
        }
    }

    /// The same folder as another process would open it: nothing in memory is shared.
    fn another_handle(&self) -> Library {
        let settings = Settings::clone(&self.library.settings());
        Library::open_with(
            self.folder.path(),
            settings,
            self.clock.clone(),
            Arc::new(SystemIds),
        )
        .unwrap()
    }

    fn let_pass(&self, span: Duration) {
        self.clock
            .0
            .fetch_add(span.as_micros() as i64, Ordering::SeqCst);
    }

    fn owner(&self) -> Actor {
        actor(&self.library, NewApiKey::default())
    }

    fn blobs(&self) -> Vec<PathBuf> {
        files(&self.folder.path().join("blobs"))
    }

    fn variants(&self) -> Vec<PathBuf> {
        files(&self.folder.path().join("variants"))
    }

    fn incoming(&self) -> Vec<PathBuf> {
        files(&self.folder.path().join("incoming"))
    }
}

/// Who comes with a fresh key.
fn actor(library: &Library, new: NewApiKey) -> Actor {
    let (_, secret) = library.create_api_key(new).unwrap();
    library.actor_for_secret(secret.expose()).unwrap().unwrap()
}

/// Who comes with a key of another account than the owner's.
fn kitten(world: &World) -> Actor {
    let account = NewAccount {
        name: "kitten".to_owned(),
        ..NewAccount::default()
    };
    world.library.add_account(account).unwrap();
    let key = NewApiKey {
        account: "kitten".to_owned(),
        ..NewApiKey::default()
    };
    actor(&world.library, key)
}

fn upload(library: &Library, bytes: &[u8]) -> Upload {
    let mut incoming = library.stage_upload().unwrap();
    incoming.append(bytes).unwrap();
    Upload {
        staged_upload: incoming,
        name: "fountain.png".to_owned(),
        origin: "test",
        metadata: UploadMetadata::default(),
    }
}

fn try_add(library: &Library, actor: &Actor, bytes: &[u8]) -> Result<Image> {
    match library.add_image(actor, upload(library, bytes), None)? {
        AddOutcome::New(kept) => Ok(kept.image),
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

fn add(library: &Library, actor: &Actor, bytes: &[u8]) -> Image {
    try_add(library, actor, bytes).unwrap()
}

fn short(image: &Image) -> ImageName {
    ImageName::ShortName(image.short_name.clone())
}

fn read(content: Content) -> Vec<u8> {
    match content.body {
        ContentBody::InMemory(bytes) => bytes.to_vec(),
        ContentBody::OpenFile(mut file) => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            bytes
        }
    }
}

/// A dialect whose key is unique within an account: the word, then the word and a number. It has a second key.
#[derive(Debug)]
struct AccountKey(&'static str);

impl AliasMaker for AccountKey {
    fn dialect(&self) -> &'static str {
        "by account"
    }

    fn applies_to(&self, image: &Image) -> bool {
        image.owner.is_some()
    }

    fn propose(&self, image: &Image, attempt: u32, _: &dyn Ids) -> Result<Vec<NewAlias>> {
        let key = match attempt {
            1 => self.0.to_owned(),
            number => format!("{}_{number}", self.0),
        };
        let keys = [format!("{key}/small"), key];
        let alias = |key| NewAlias {
            key,
            owner: image.owner,
            secret: None,
        };
        Ok(keys.map(alias).into())
    }
}

/// A dialect with random keys of its own, each with a secret.
#[derive(Debug)]
struct SecretKey;

impl AliasMaker for SecretKey {
    fn dialect(&self) -> &'static str {
        "by secret"
    }

    fn applies_to(&self, _: &Image) -> bool {
        true
    }

    fn propose(&self, _: &Image, _: u32, ids: &dyn Ids) -> Result<Vec<NewAlias>> {
        Ok(vec![NewAlias {
            key: random_base62(ids, 8)?,
            owner: None,
            secret: Some(random_base36(ids, 48)?),
        }])
    }
}

/// The aliases of those two dialects.
fn alias_names(names: &PublicNames) -> Vec<ImageName> {
    let of = |dialect: &'static str, owner: Option<String>| {
        names
            .aliases_in(dialect)
            .map(move |alias| ImageName::Alias {
                dialect,
                owner: owner.clone(),
                key: alias.key.clone(),
            })
    };
    of("by account", names.account.clone())
        .chain(of("by secret", None))
        .collect()
}

/// A PNG of 64 × 48; another `tint`, other bytes.
fn picture(tint: u8) -> Vec<u8> {
    sized_picture(tint, 64, 48)
}

fn sized_picture(tint: u8, width: u32, height: u32) -> Vec<u8> {
    let drawing = RgbImage::from_fn(width, height, |x, y| {
        Rgb([tint, (x * 3) as u8, (y * 5) as u8])
    });
    let mut bytes = Vec::new();
    drawing
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

/// All files under a folder, however deep.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}
