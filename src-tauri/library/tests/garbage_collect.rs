//! The sweep: what it takes, and what it leaves alone.

use std::fs::{self, File};

use super::*;

/// A file in the folder, last touched at `time`.
fn leave(world: &World, path: &str, time: Timestamp) -> PathBuf {
    let path = world.folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "left behind").unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time.into())
        .unwrap();
    path
}

fn orphan(digit: char) -> String {
    let name = digit.to_string().repeat(64);
    format!("{}/{}/{name}", &name[..2], &name[2..4])
}

#[test]
fn old_orphans_go_and_young_ones_stay() {
    let world = World::new();
    let now = world.clock.now();
    let image = add(&world.library, &world.owner(), &picture(1));
    let young = leave(
        &world,
        &format!("blobs/{}", orphan('a')),
        now.minus(HOUR / 2),
    );
    let old = leave(
        &world,
        &format!("blobs/{}", orphan('b')),
        now.minus(2 * HOUR),
    );
    let stranger = leave(&world, "blobs/bb/bb/README", now.minus(2 * HOUR));

    assert_eq!(world.library.collect_garbage().unwrap().blobs, 1);
    assert!(young.exists() && !old.exists() && stranger.exists());
    world.let_pass(3 * HOUR);
    assert_eq!(world.library.collect_garbage().unwrap().blobs, 1);
    assert!(!young.exists());
    assert!(world.library.original(&image).is_ok());
}

#[test]
fn half_finished_uploads_of_dead_processes_go() {
    let world = World::new();
    let now = world.clock.now();
    let dead = leave(&world, "incoming/.tmpDEAD", now.minus(2 * HOUR));
    let _running = world.library.stage_upload().unwrap();
    assert_eq!(world.library.collect_garbage().unwrap().staged_uploads, 1);
    assert!(!dead.exists());
    assert_eq!(world.incoming().len(), 1);
}

#[test]
fn variants_without_an_image_go() {
    let world = World::new();
    let left = leave(
        &world,
        &format!("variants/{}/w20.png", orphan('c')),
        world.clock.now(),
    );
    world.library.collect_garbage().unwrap();
    assert!(!left.exists());
}

#[test]
fn expired_keys_go_also_when_nobody_uses_them() {
    let world = World::new();
    world
        .library
        .create_api_key(NewApiKey {
            expires_in: Some(HOUR),
            ..NewApiKey::default()
        })
        .unwrap();
    assert_eq!(world.library.collect_garbage().unwrap().expiry.keys, 0);
    world.let_pass(HOUR);
    assert_eq!(world.library.collect_garbage().unwrap().expiry.keys, 1);
}
