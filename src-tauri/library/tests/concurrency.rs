//! Several threads and several processes on one folder.

use super::crashes::process;
use super::*;

/// Uploads and deletes the same bytes over and over; each image must be whole as long as it is there.
pub(super) fn upload_and_delete(library: &Library, rounds: u32) {
    let owner = actor(library, NewApiKey::default());
    for _ in 0..rounds {
        let image = add(library, &owner, &picture(1));
        assert_eq!(read(library.original(&image).unwrap()), picture(1));
        library.delete_image(&owner, &image).unwrap();
    }
}

#[test]
fn threads_that_upload_and_delete_the_same_bytes_never_lose_them() {
    let world = World::new();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| upload_and_delete(&world.library, 25));
            scope.spawn(|| upload_and_delete(&world.another_handle(), 25));
        }
    });
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn processes_that_upload_and_delete_the_same_bytes_never_lose_them() {
    let world = World::new();
    let others: Vec<_> = (0..2)
        .map(|_| process("crashes::play_a_hammer", world.folder.path()))
        .collect();
    upload_and_delete(&world.library, 40);
    for (mut child, lines) in others {
        assert_eq!(lines.last().as_deref(), Some("done"));
        assert!(child.wait().unwrap().success());
    }
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn a_sweep_in_the_middle_of_uploads_takes_nothing_that_is_needed() {
    let world = World::new();
    let owner = world.owner();
    let images: Vec<_> = std::thread::scope(|scope| {
        let sweeping = scope.spawn(|| {
            for _ in 0..20 {
                // Hours ahead, so that even a blob of just now counts as old.
                world.let_pass(2 * HOUR);
                world.another_handle().collect_garbage().unwrap();
            }
        });
        let images = (0..30)
            .map(|tint| {
                (
                    tint % 4,
                    try_add(&world.library, &owner, &picture(tint % 4)),
                )
            })
            .collect();
        sweeping.join().unwrap();
        images
    });
    for (tint, image) in images {
        // The sweep also takes an upload that seems to stand still for an hour; that is no loss, it is an error.
        if let Ok(image) = image {
            assert_eq!(read(world.library.original(&image).unwrap()), picture(tint));
        }
    }
}
