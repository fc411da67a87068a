//! Deleting: from the disk too, and only by whom it belongs to.

use super::*;

#[test]
fn the_last_image_of_its_bytes_takes_original_and_variants_from_the_disk() {
    let world = World::new();
    let owner = world.owner();
    let (one, two) = (
        add(&world.library, &owner, &picture(1)),
        add(&world.library, &owner, &picture(1)),
    );
    world
        .library
        .make_variant(
            &one,
            &imaging::Transform::to_width(20),
            &imaging::NeverCancelled,
        )
        .unwrap();

    world.library.delete_image(&owner, &one).unwrap();
    assert!(matches!(
        world.library.find_image(&short(&one)),
        Err(Error::NotFound)
    ));
    assert_eq!((world.blobs().len(), world.variants().len()), (1, 1));

    world.library.delete_image(&owner, &two).unwrap();
    assert!(world.blobs().is_empty() && world.variants().is_empty());
}

#[test]
fn another_accounts_image_is_not_theirs_to_delete() {
    let world = World::new();
    world
        .library
        .add_account(NewAccount {
            name: "kitten".to_owned(),
            ..NewAccount::default()
        })
        .unwrap();
    let kitten = actor(
        &world.library,
        NewApiKey {
            account: "kitten".to_owned(),
            ..NewApiKey::default()
        },
    );
    let image = add(&world.library, &world.owner(), &picture(1));
    assert!(matches!(
        world.library.delete_image(&kitten, &image),
        Err(Error::NotOwner)
    ));
    assert!(world.library.find_image(&short(&image)).is_ok());
}

#[test]
fn without_the_scope_nothing_is_deleted() {
    let world = World::new();
    let sender = actor(
        &world.library,
        NewApiKey {
            scopes: "upload".parse().unwrap(),
            ..NewApiKey::default()
        },
    );
    let image = add(&world.library, &sender, &picture(1));
    let refused = world.library.delete_image(&sender, &image);
    assert!(matches!(
        refused,
        Err(Error::Forbidden {
            scope: Scope::Delete
        })
    ));
    assert!(matches!(
        world.library.delete_image(&Actor::Anonymous, &image),
        Err(Error::Unauthorised)
    ));
}

#[test]
fn what_is_deleted_already_is_not_found() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    world.another_handle().delete_image(&owner, &image).unwrap();
    assert!(matches!(
        world.library.delete_image(&owner, &image),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        world.library.original(&image),
        Err(Error::NotFound)
    ));
}

#[test]
fn what_another_process_deletes_is_gone_here_at_once_under_every_name() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    let makers: [&dyn AliasMaker; 2] = [&AccountKey("a"), &SecretKey];
    let names = world.library.public_names(&image, &makers).unwrap();
    let small = imaging::Transform::to_width(20);
    world
        .library
        .make_variant(&image, &small, &imaging::NeverCancelled)
        .unwrap();
    let mut all = vec![ImageName::Id(image.id), short(&image)];
    all.extend(alias_names(&names));
    assert_eq!(all.len(), 5);
    for name in &all {
        assert!(world.library.find_image(name).is_ok(), "{name:?}");
    }
    world.another_handle().delete_image(&owner, &image).unwrap();
    for name in &all {
        let found = world.library.find_image(name);
        assert!(matches!(found, Err(Error::NotFound)), "{name:?}");
    }
    assert!(world.library.variant(&image, &small).unwrap().is_none());
    let made = world
        .library
        .make_variant(&image, &small, &imaging::NeverCancelled);
    assert!(matches!(made, Err(Error::NotFound)));
}
