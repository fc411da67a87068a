//! Failures at every step: nothing is lost, nothing is half-visible, nothing stays behind.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use super::*;
use crate::storage::blobs::{BlobStore, DiskBlobStore};

/// A disk that fails at the steps it is told, each once.
struct Failing {
    disk: DiskBlobStore,
    at: Mutex<Vec<Step>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    BeforePut,
    AfterPut,
    Look,
    Remove,
}

impl Failing {
    fn pass(&self, step: Step) -> io::Result<()> {
        let mut at = self.at.lock().unwrap();
        match at.iter().position(|failing| *failing == step) {
            Some(found) => {
                at.remove(found);
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            None => Ok(()),
        }
    }
}

impl BlobStore for Failing {
    fn put(&self, digest: &Digest, file: &File, at: &Path) -> io::Result<()> {
        self.pass(Step::BeforePut)?;
        self.disk.put(digest, file, at)?;
        self.pass(Step::AfterPut)
    }

    fn len(&self, digest: &Digest) -> io::Result<Option<u64>> {
        self.pass(Step::Look)?;
        self.disk.len(digest)
    }

    fn open(&self, digest: &Digest) -> io::Result<Option<File>> {
        self.disk.open(digest)
    }

    fn remove(&self, digest: &Digest) -> io::Result<()> {
        self.pass(Step::Remove)?;
        self.disk.remove(digest)
    }

    fn for_each(&self, show: &mut dyn FnMut(Digest, Timestamp)) -> io::Result<()> {
        self.disk.for_each(show)
    }
}

fn failing(world: &World, steps: &[Step]) -> Library {
    let disk = DiskBlobStore::new(world.folder.path().join("blobs"));
    let blobs = Box::new(Failing {
        disk,
        at: Mutex::new(steps.to_vec()),
    });
    Library::open_with_blobs(
        blobs,
        world.folder.path(),
        Settings::default(),
        world.clock.clone(),
        Arc::new(SystemIds),
    )
    .unwrap()
}

#[test]
fn a_full_disk_refuses_an_upload_with_a_sentence_and_leaves_nothing() {
    for step in [Step::BeforePut, Step::AfterPut, Step::Look] {
        let world = World::new();
        let owner = world.owner();
        let refused = try_add(&failing(&world, &[step]), &owner, &picture(1)).unwrap_err();
        assert!(matches!(refused, Error::DiskFull), "{step:?}: {refused}");
        assert!(
            world.blobs().is_empty() && world.incoming().is_empty(),
            "{step:?}"
        );
        assert!(try_add(&world.library, &owner, &picture(1)).is_ok());
    }
}

#[test]
fn a_refused_upload_spares_the_same_bytes_of_another_image() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    try_add(&failing(&world, &[Step::AfterPut]), &owner, &picture(1)).unwrap_err();
    assert_eq!(read(world.library.original(&image).unwrap()), picture(1));
}

#[test]
fn what_could_not_be_removed_is_deleted_all_the_same_and_swept_later() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    failing(&world, &[Step::Remove])
        .delete_image(&owner, &image)
        .unwrap();
    assert!(matches!(
        world.library.find_image(&short(&image)),
        Err(Error::NotFound)
    ));
    assert_eq!(world.blobs().len(), 1);
    world.let_pass(2 * HOUR);
    assert_eq!(world.library.collect_garbage().unwrap().blobs, 1);
    assert!(world.blobs().is_empty());
}

/// Deletes the last other image of the same bytes between an upload's blob and its row.
struct Meanwhile {
    disk: DiskBlobStore,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl BlobStore for Meanwhile {
    fn put(&self, digest: &Digest, file: &File, at: &Path) -> io::Result<()> {
        self.disk.put(digest, file, at)?;
        let act = self.act.lock().unwrap().take();
        act.into_iter().for_each(|act| act());
        Ok(())
    }

    fn len(&self, digest: &Digest) -> io::Result<Option<u64>> {
        self.disk.len(digest)
    }

    fn open(&self, digest: &Digest) -> io::Result<Option<File>> {
        self.disk.open(digest)
    }

    fn remove(&self, digest: &Digest) -> io::Result<()> {
        self.disk.remove(digest)
    }

    fn for_each(&self, show: &mut dyn FnMut(Digest, Timestamp)) -> io::Result<()> {
        self.disk.for_each(show)
    }
}

#[test]
fn a_blob_that_is_removed_between_an_uploads_two_steps_is_put_again() {
    // Once with the bytes on disk before the upload, once with bytes that the upload itself brought.
    for known in [true, false] {
        let world = World::new();
        let owner = world.owner();
        let before = known.then(|| add(&world.library, &owner, &picture(1)));
        let (other, deleter) = (world.another_handle(), owner.clone());
        let act = move || match before {
            Some(image) => other.delete_image(&deleter, &image).unwrap(),
            None => other.try_delete_unreferenced(&digest_of(&picture(1))),
        };
        let blobs = Box::new(Meanwhile {
            disk: DiskBlobStore::new(world.folder.path().join("blobs")),
            act: Mutex::new(Some(Box::new(act))),
        });
        let folder = world.folder.path();
        let library = Library::open_with_blobs(
            blobs,
            folder,
            Settings::default(),
            world.clock.clone(),
            Arc::new(SystemIds),
        )
        .unwrap();

        let image = add(&library, &owner, &picture(1));
        assert_eq!(read(world.library.original(&image).unwrap()), picture(1));
        assert!(world.incoming().is_empty());
    }
}

fn digest_of(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_hasher(sha2::Sha256::new_with_prefix(bytes))
}

/// Another process on the same folder: this test binary, asked to run only `play`.
pub(super) fn process(part: &str, folder: &Path) -> (Child, impl Iterator<Item = String>) {
    let name = format!("tests::{part}");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{}", folder.display()).unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    (
        child,
        lines.filter_map(|line| line.strip_prefix("> ").map(str::to_owned)),
    )
}

pub(super) fn folder_from_stdin() -> Library {
    let mut folder = String::new();
    io::stdin().lock().read_line(&mut folder).unwrap();
    Library::open(Path::new(folder.trim_end()), Settings::default()).unwrap()
}

#[test]
#[ignore = "played in another process by `what_was_answered_survives_kill_9`"]
fn play_an_uploader() {
    let library = folder_from_stdin();
    let owner = actor(&library, NewApiKey::default());
    for round in 0u32.. {
        let image = add(
            &library,
            &owner,
            &sized_picture((round % 7) as u8, 40 + round % 5, 40),
        );
        println!("> {}", image.short_name);
        if round % 3 == 0 {
            library.delete_image(&owner, &image).unwrap();
        }
    }
}

#[test]
fn what_was_answered_survives_kill_9() {
    for count in [1, 5, 12] {
        let world = World::new();
        let (mut child, mut lines) = process("crashes::play_an_uploader", world.folder.path());
        let answered: Vec<_> = lines.by_ref().take(count).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(answered.len(), count);

        // Every third is deleted right after its answer; whether that came to pass is open for the last.
        for (round, short) in answered.into_iter().enumerate() {
            match world.library.find_image(&ImageName::ShortName(short)) {
                Ok(image) => assert_eq!(
                    digest_of(&read(world.library.original(&image).unwrap())),
                    image.digest
                ),
                Err(error) => assert!(
                    matches!(error, Error::NotFound) && round % 3 == 0,
                    "{error}"
                ),
            }
        }
        // What is left of the rest is swept, and then every blob has an image.
        world.let_pass(2 * HOUR);
        world.library.collect_garbage().unwrap();
        assert!(world.incoming().is_empty());
        let digests: Vec<Digest> = world
            .library
            .database()
            .read(|read| read.query_all("SELECT DISTINCT digest FROM images", [], |row| row.get(0)))
            .unwrap();
        assert_eq!(world.blobs().len(), digests.len());
    }
}

#[test]
#[ignore = "played in another process by `after_kill_9_the_next_may_serve_at_once`"]
fn play_a_server() {
    let library = folder_from_stdin();
    let mut lock = library.take_server_lock("vitrine").unwrap();
    lock.publish_address("127.0.0.1:4870".parse().unwrap())
        .unwrap();
    println!("> serving");
    // Until somebody kills us.
    let _ = io::stdin().lock().read_line(&mut String::new());
}

#[test]
fn after_kill_9_the_next_may_serve_at_once() {
    let world = World::new();
    let (mut child, mut lines) = process("crashes::play_a_server", world.folder.path());
    assert_eq!(lines.next().as_deref(), Some("serving"));
    let serving = current_server(world.folder.path()).unwrap().unwrap();
    assert_eq!(
        (serving.pid, serving.program.as_str()),
        (child.id(), "vitrine")
    );
    assert!(
        matches!(world.library.take_server_lock("vitrine"), Err(Error::AlreadyServed(found)) if found == serving)
    );

    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(current_server(world.folder.path()).unwrap(), None);
    world.library.take_server_lock("vitrine").unwrap();
}

#[test]
#[ignore = "played in another process by `processes_that_upload_and_delete_the_same_bytes_never_lose_them`"]
fn play_a_hammer() {
    super::concurrency::upload_and_delete(&folder_from_stdin(), 40);
    println!("> done");
}
