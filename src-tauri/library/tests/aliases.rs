//! Aliases: made with the upload or when they are first needed, unique as their dialect says, and never shared.

use super::*;

fn add_with_aliases(
    library: &Library,
    actor: &Actor,
    makers: Vec<Arc<dyn AliasMaker>>,
) -> StoredImage {
    let mut upload = upload(library, &picture(1));
    upload.metadata.alias_makers = makers;
    match library.add_image(actor, upload, None).unwrap() {
        AddOutcome::New(stored) => stored,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

fn keys(names: &PublicNames) -> Vec<&str> {
    names.aliases.iter().map(|alias| &*alias.key).collect()
}

fn alias(dialect: &'static str, owner: Option<&str>, key: &str) -> ImageName {
    ImageName::Alias {
        dialect,
        owner: owner.map(str::to_owned),
        key: key.to_owned(),
    }
}

#[test]
fn an_alias_finds_its_image_by_dialect_account_and_key_and_by_nothing_else() {
    let world = World::new();
    let stored = add_with_aliases(
        &world.library,
        &kitten(&world),
        vec![Arc::new(AccountKey("a"))],
    );
    assert_eq!(keys(&stored.names), ["a", "a/small"]);
    let find = |name: ImageName| world.library.find_image(&name).map(|image| image.id).ok();
    for key in ["a", "a/small"] {
        let name = alias("by account", Some("kitten"), key);
        assert_eq!(find(name), Some(stored.image.id), "{key}");
    }
    for name in [
        alias("by account", Some("owner"), "a"),
        alias("by account", Some("nobody"), "a"),
        alias("by account", None, "a"),
        alias("by secret", Some("kitten"), "a"),
        alias("by account", Some("kitten"), "A"),
        alias("by account", Some("kitten"), ""),
    ] {
        assert_eq!(find(name.clone()), None, "{name:?}");
    }
}

#[test]
fn a_key_without_an_account_is_not_found_in_one() {
    let world = World::new();
    let stored = add_with_aliases(&world.library, &world.owner(), vec![Arc::new(SecretKey)]);
    let key = keys(&stored.names)[0];
    assert!(
        world
            .library
            .find_image(&alias("by secret", None, key))
            .is_ok()
    );
    for account in [OWNER, "nobody"] {
        let found = world
            .library
            .find_image(&alias("by secret", Some(account), key));
        assert!(matches!(found, Err(Error::NotFound)), "{account}");
    }
}

#[test]
fn a_taken_key_is_proposed_differently_within_an_account_and_stays_free_in_others() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let add = |actor| add_with_aliases(&world.library, actor, vec![Arc::new(AccountKey("a"))]);
    assert_eq!(keys(&add(&owner).names), ["a", "a/small"]);
    assert_eq!(keys(&add(&owner).names), ["a_2", "a_2/small"]);
    assert_eq!(keys(&add(&kitten).names), ["a", "a/small"]);
    let third = add(&owner);
    assert_eq!(keys(&third.names), ["a_3", "a_3/small"]);
    world.library.delete_image(&owner, &third.image).unwrap();
    assert_eq!(keys(&add(&owner).names), ["a_3", "a_3/small"]);
}

#[test]
fn two_processes_that_want_one_key_at_once_get_two() {
    let world = World::new();
    let owner = world.owner();
    let mut made: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let library = world.another_handle();
                    let add =
                        |_| add_with_aliases(&library, &owner, vec![Arc::new(AccountKey("a"))]);
                    let first = |stored: StoredImage| keys(&stored.names)[0].to_owned();
                    (0..5).map(add).map(first).collect::<Vec<_>>()
                })
            })
            .collect();
        let made = threads.into_iter().map(|thread| thread.join().unwrap());
        made.flatten().collect()
    });
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 20);
}

#[test]
fn missing_aliases_are_made_once_and_those_of_other_dialects_stay() {
    let world = World::new();
    let owner = world.owner();
    let images = [
        add(&world.library, &owner, &picture(1)),
        add_with_aliases(&world.library, &owner, vec![Arc::new(SecretKey)]).image,
    ];
    let none = world.library.public_names(&images[0], &[]).unwrap();
    assert_eq!(keys(&none), [""; 0]);
    assert_eq!(none.account.as_deref(), Some(OWNER));
    let before = world.library.public_names(&images[1], &[]).unwrap();
    let makers: [&dyn AliasMaker; 2] = [&AccountKey("a"), &SecretKey];
    let names = world.library.public_names_of_all(&images, &makers).unwrap();
    for name in names.iter().flat_map(alias_names) {
        assert!(world.library.find_image(&name).is_ok(), "{name:?}");
    }
    assert_eq!(
        names.iter().map(|names| names.aliases.len()).sum::<usize>(),
        6
    );
    let secret_key =
        |names: &PublicNames| names.aliases_in("by secret").next().unwrap().key.clone();
    assert_eq!(secret_key(&names[1]), secret_key(&before));
    let again = world.another_handle().public_names_of_all(&images, &makers);
    let mut known = names.clone();
    // The secret of the alias that was just made is not told again.
    for alias in known.iter_mut().flat_map(|names| &mut names.aliases) {
        alias.secret = None;
    }
    assert_eq!(again.unwrap(), known);
}

#[test]
fn a_dialect_may_have_no_aliases_for_an_image_and_a_guest_has_no_signer() {
    let world = World::new();
    let stored = add_with_aliases(
        &world.library,
        &Actor::Guest,
        vec![Arc::new(AccountKey("a"))],
    );
    let PublicNames {
        account,
        signer,
        folder,
        aliases,
    } = &stored.names;
    assert_eq!((account, signer, folder.as_str()), (&None, &None, ""));
    assert_eq!(aliases.len(), 0);
    let names = world
        .library
        .public_names(&stored.image, &[&AccountKey("a")]);
    assert_eq!(names.unwrap(), stored.names);
}

#[test]
fn a_deleted_image_gets_no_aliases() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    world.library.delete_image(&owner, &image).unwrap();
    let names = world.library.public_names(&image, &[&SecretKey]).unwrap();
    assert_eq!(names.aliases.len(), 0);
}

#[test]
fn the_secret_of_an_alias_is_told_once_and_deletes_that_image_only() {
    let world = World::new();
    let owner = world.owner();
    let add_secret = || add_with_aliases(&world.library, &owner, vec![Arc::new(SecretKey)]);
    let (one, two) = (add_secret(), add_secret());
    let secret = one.names.aliases[0].secret.clone().unwrap();
    let key = |stored: &StoredImage| stored.names.aliases[0].key.clone();
    let told = world.library.public_names(&one.image, &[]).unwrap();
    assert_eq!(told.aliases[0].secret, None);
    assert!(!format!("{one:?}").contains(&secret));
    let delete = |image: &Image, key: &str, secret: &str| {
        world
            .library
            .delete_with_secret(image, "by secret", key, secret)
    };
    for (image, key, wrong) in [
        (&one.image, key(&one), "x"),
        (&one.image, key(&one), ""),
        (&one.image, key(&two), &*secret),
        (&two.image, key(&two), &*secret),
        (&two.image, key(&one), &*secret),
    ] {
        let refused = delete(image, &key, wrong);
        assert!(matches!(refused, Err(Error::NotFound)), "{wrong}");
    }
    // An alias that has no secret cannot be used to delete.
    let other = add_with_aliases(&world.library, &owner, vec![Arc::new(AccountKey("a"))]);
    let refused = world
        .library
        .delete_with_secret(&other.image, "by account", "a", "");
    assert!(refused.is_err());

    delete(&one.image, &key(&one), &secret).unwrap();
    assert!(world.library.find_image(&short(&one.image)).is_err());
    assert!(world.library.find_image(&short(&two.image)).is_ok());
}
