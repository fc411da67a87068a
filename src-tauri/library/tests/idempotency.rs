//! Idempotency keys: the same upload twice is answered twice and stored once.

use super::*;

fn add_with(library: &Library, actor: &Actor, key: &str, bytes: &[u8]) -> Result<AddOutcome> {
    let answer = |kept: &StoredImage| StoredResponse {
        status: 200,
        media_type: "application/json".to_owned(),
        body: kept.image.short_name.clone().into_bytes(),
    };
    library.add_image(
        actor,
        upload(library, bytes),
        Some(IdempotencyContext {
            key,
            build_response: &answer,
        }),
    )
}

fn first(added: Result<AddOutcome>) -> Image {
    match added {
        Ok(AddOutcome::New(kept)) => kept.image,
        other => panic!("expected a new image, got {other:?}"),
    }
}

#[test]
fn a_repetition_gets_the_first_answer_and_stores_nothing() {
    let world = World::new();
    let owner = world.owner();
    let image = first(add_with(&world.library, &owner, "once", &picture(1)));
    let AddOutcome::Replay(answer) =
        add_with(&world.another_handle(), &owner, "once", &picture(1)).unwrap()
    else {
        panic!("it was stored again");
    };
    assert_eq!(
        (answer.status, answer.body),
        (200, image.short_name.into_bytes())
    );
    assert_eq!(world.blobs().len(), 1);
}

#[test]
fn a_repetition_is_answered_after_its_image_was_deleted() {
    let world = World::new();
    let owner = world.owner();
    let image = first(add_with(&world.library, &owner, "once", &picture(1)));
    world.library.delete_image(&owner, &image).unwrap();
    assert!(matches!(
        add_with(&world.library, &owner, "once", &picture(1)),
        Ok(AddOutcome::Replay(_))
    ));
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn the_same_key_with_other_bytes_is_refused() {
    let world = World::new();
    let owner = world.owner();
    first(add_with(&world.library, &owner, "once", &picture(1)));
    assert!(matches!(
        add_with(&world.library, &owner, "once", &picture(2)),
        Err(Error::IdempotencyKeyReused)
    ));
    assert_eq!(world.blobs().len(), 1);
}

#[test]
fn a_key_is_not_answered_with_another_dialect_s_response() {
    let world = World::new();
    let owner = world.owner();
    first(add_with(&world.library, &owner, "once", &picture(1)));
    let again = Upload {
        origin: "another",
        ..upload(&world.library, &picture(1))
    };
    let answer = |_: &StoredImage| unreachable!("nothing is kept");
    let remember = IdempotencyContext {
        key: "once",
        build_response: &answer,
    };
    assert!(matches!(
        world.library.add_image(&owner, again, Some(remember)),
        Err(Error::IdempotencyKeyReused)
    ));
}

#[test]
fn a_key_of_an_upload_or_of_another_image_does_not_pass_for_a_replacement() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(2));
    let other = add(&world.library, &owner, &picture(3));
    first(add_with(&world.library, &owner, "added", &picture(1)));
    let replace = |image: &Image, key| {
        let answer = |kept: &StoredImage| StoredResponse {
            status: 200,
            media_type: "application/json".to_owned(),
            body: kept.image.short_name.clone().into_bytes(),
        };
        let remember = IdempotencyContext {
            key,
            build_response: &answer,
        };
        let upload = upload(&world.library, &picture(1));
        world
            .library
            .replace_image(&owner, image, upload, Some(remember))
    };
    assert!(matches!(
        replace(&image, "added"),
        Err(Error::IdempotencyKeyReused)
    ));
    assert!(matches!(
        replace(&image, "replaced"),
        Ok(AddOutcome::New(_))
    ));
    assert!(matches!(
        replace(&image, "replaced"),
        Ok(AddOutcome::Replay(_))
    ));
    assert!(matches!(
        replace(&other, "replaced"),
        Err(Error::IdempotencyKeyReused)
    ));
}

#[test]
fn two_programs_may_use_the_same_key() {
    let world = World::new();
    first(add_with(
        &world.library,
        &world.owner(),
        "once",
        &picture(1),
    ));
    first(add_with(
        &world.library,
        &world.owner(),
        "once",
        &picture(2),
    ));
}

#[test]
fn a_day_later_the_key_is_new_again() {
    let world = World::new();
    let owner = world.owner();
    first(add_with(&world.library, &owner, "once", &picture(1)));
    world.let_pass(24 * HOUR);
    first(add_with(&world.library, &owner, "once", &picture(2)));
    world.let_pass(24 * HOUR);
    assert_eq!(world.library.collect_garbage().unwrap().responses, 1);
}

#[test]
fn many_at_once_with_one_key_store_one_image() {
    let world = World::new();
    let owner = world.owner();
    let new = std::thread::scope(|scope| {
        let upload = || {
            matches!(
                add_with(&world.another_handle(), &owner, "once", &picture(1)),
                Ok(AddOutcome::New(_))
            )
        };
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(upload)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .filter(|new| *new)
            .count()
    });
    assert_eq!(new, 1);
}
