//! Uploads that want to be the only one of their bytes, and that bring sizes along.

use imaging::{NeverCancelled, Transform};

use super::*;

fn only(library: &Library, actor: &Actor, bytes: &[u8]) -> Result<Image> {
    let mut upload = upload(library, bytes);
    upload.metadata.reject_duplicates = true;
    match library.add_image(actor, upload, None)? {
        AddOutcome::New(kept) => Ok(kept.image),
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

#[test]
fn what_the_account_has_already_is_named_and_not_kept_again() {
    let world = World::new();
    let owner = world.owner();
    let first = add(&world.library, &owner, &picture(1));
    add(&world.library, &owner, &picture(1));
    let refused = only(&world.library, &owner, &picture(1));
    assert!(matches!(refused, Err(Error::Duplicate(id)) if id == first.id));
    assert!(only(&world.library, &owner, &picture(2)).is_ok());
    assert_eq!((world.blobs().len(), world.incoming().len()), (2, 0));
    assert_eq!(read(world.library.original(&first).unwrap()), picture(1));
}

#[test]
fn another_accounts_image_and_one_that_has_ended_are_no_doubles() {
    let world = World::new();
    let owner = world.owner();
    world
        .library
        .add_account(NewAccount {
            name: "anna".to_owned(),
            ..NewAccount::default()
        })
        .unwrap();
    let anna = actor(
        &world.library,
        NewApiKey {
            account: "anna".to_owned(),
            ..NewApiKey::default()
        },
    );
    let image = only(&world.library, &owner, &picture(1)).unwrap();
    assert!(only(&world.library, &anna, &picture(1)).is_ok());
    let end = ImageEdit {
        expires_at: Some(Some(world.library.now().plus(HOUR))),
        ..ImageEdit::default()
    };
    world.library.edit_image(&owner, &image, end).unwrap();
    assert!(only(&world.library, &owner, &picture(1)).is_err());
    world.let_pass(HOUR);
    assert!(only(&world.library, &owner, &picture(1)).is_ok());
}

#[test]
fn of_many_at_once_one_is_the_only() {
    let world = World::new();
    let owner = world.owner();
    let kept = std::thread::scope(|scope| {
        let add = || only(&world.another_handle(), &owner, &picture(1)).is_ok();
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(add)).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.filter(|kept| *kept).count()
    });
    assert_eq!(kept, 1);
}

#[test]
fn sizes_made_before_the_image_are_its_own_and_end_with_it() {
    let world = World::new();
    let owner = world.owner();
    let sizes = [20, 40].map(Transform::to_width);
    let upload = upload(&world.library, &picture(1));
    let made = world
        .library
        .render_staged_variants(&upload.staged_upload, &sizes, &NeverCancelled)
        .unwrap();
    assert_eq!([made[0].width, made[1].width], [20, 40]);
    let AddOutcome::New(kept) = world.library.add_image(&owner, upload, None).unwrap() else {
        unreachable!("nothing was to be remembered");
    };
    for (size, made) in sizes.iter().zip(&made) {
        world
            .library
            .store_variant(&kept.image, size, made)
            .unwrap();
        let found = world.library.variant(&kept.image, size).unwrap().unwrap();
        assert_eq!(read(found), made.bytes);
    }
    world.library.delete_image(&owner, &kept.image).unwrap();
    let late = world
        .library
        .store_variant(&kept.image, &sizes[0], &made[0]);
    assert!(matches!(late, Err(Error::NotFound)));
    assert!(
        world.variants().is_empty(),
        "nothing is left of a latecomer"
    );
}

#[test]
fn no_size_is_made_of_what_cannot_be_decoded() {
    let world = World::new();
    let mut broken = picture(1);
    let middle = broken.len() / 2;
    broken.truncate(middle);
    let upload = upload(&world.library, &broken);
    let made = world.library.render_staged_variants(
        &upload.staged_upload,
        &[Transform::to_width(9)],
        &NeverCancelled,
    );
    assert!(matches!(made, Err(Error::Image(imaging::Error::Broken(_)))));
}
