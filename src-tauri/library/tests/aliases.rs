//! Names in the other doors: given with the upload, one to an image, and never to be guessed from elsewhere.

use super::*;

/// Takes a picture in through a door.
fn through(
    library: &Library,
    actor: &Actor,
    door: Origin,
    naming: NamingHint,
    bytes: &[u8],
) -> StoredImage {
    let upload = Upload {
        origin: door,
        metadata: UploadMetadata {
            naming_hint: naming,
            ..UploadMetadata::default()
        },
        ..upload(library, bytes)
    };
    match library.add_image(actor, upload, None).unwrap() {
        AddOutcome::New(kept) => kept,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

fn called(stem: &str, extension: Option<&str>) -> NamingHint {
    NamingHint::Imgshare {
        stem: Some(stem.to_owned()),
        extension: extension.map(str::to_owned),
    }
}

/// The name in IMGSHARE of what `owner` uploads as `stem`, without its date.
fn named(library: &Library, owner: &Actor, stem: &str, extension: &str) -> String {
    let naming = called(stem, Some(extension));
    let kept = through(library, owner, Origin::Imgshare, naming, &picture(1));
    let name = kept.names.imgshare.unwrap();
    let (day, bare) = name.stem.split_once('_').unwrap();
    assert_eq!(day, library.now().utc("%Y%m%d"));
    format!("{bare}.{}", name.extension)
}

fn named_account(world: &World, name: &str) -> Actor {
    let new = NewAccount {
        name: name.to_owned(),
        ..NewAccount::default()
    };
    world.library.add_account(new).unwrap();
    let key = NewApiKey {
        account: name.to_owned(),
        ..NewApiKey::default()
    };
    actor(&world.library, key)
}

#[test]
fn a_name_that_is_wished_for_has_the_day_in_front_and_finds_its_image() {
    let world = World::new();
    let kitten = named_account(&world, "kitten");
    let naming = called("fountain", Some("jpeg"));
    let kept = through(
        &world.library,
        &kitten,
        Origin::Imgshare,
        naming,
        &picture(1),
    );
    let stem = format!("{}_fountain", world.library.now().utc("%Y%m%d"));
    assert_eq!(
        kept.names.imgshare,
        Some(ImgshareAlias {
            stem: stem.clone(),
            extension: "jpeg".into()
        })
    );
    let find = |account: &str, stem: &str, extension: Option<&str>| {
        let name = ImageName::Imgshare {
            account: account.into(),
            stem: stem.into(),
            extension: extension.map(str::to_owned),
        };
        world.library.find_image(&name).map(|image| image.id).ok()
    };
    assert_eq!(find("kitten", &stem, Some("jpeg")), Some(kept.image.id));
    assert_eq!(find("kitten", &stem, None), Some(kept.image.id));
    assert_eq!(find("kitten", &stem, Some("png")), None);
    assert_eq!(find("owner", &stem, None), None);
    assert_eq!(find("kitten", "fountain", None), None);
    assert_eq!(find("kitten", &stem.to_uppercase(), None), None);
}

#[test]
fn one_name_of_one_day_is_numbered_whatever_the_endings() {
    let world = World::new();
    let owner = world.owner();
    let name = |stem: &str, extension| named(&world.library, &owner, stem, extension);
    assert_eq!(name("a", "png"), "a.png");
    assert_eq!(name("a", "jpg"), "a_2.jpg");
    assert_eq!(name("a", "png"), "a_3.png");
    assert_eq!(name("a_2", "png"), "a_2_2.png");
    let forty = "b".repeat(40);
    assert_eq!(name(&forty, "png"), format!("{forty}.png"));
    for (number, cut) in [
        (2, 38),
        (3, 38),
        (4, 38),
        (5, 38),
        (6, 38),
        (7, 38),
        (8, 38),
        (9, 38),
        (10, 37),
    ] {
        let expected = format!("{}_{number}.png", &forty[..cut]);
        assert_eq!(name(&forty, "png"), expected);
        assert_eq!(expected.len(), 44);
    }
}

#[test]
fn another_day_another_account_or_a_deleted_image_leaves_the_name_free() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), named_account(&world, "kitten"));
    assert_eq!(named(&world.library, &owner, "a", "png"), "a.png");
    assert_eq!(named(&world.library, &kitten, "a", "png"), "a.png");
    world.let_pass(24 * HOUR);
    let naming = called("a", None);
    let kept = through(
        &world.library,
        &owner,
        Origin::Imgshare,
        naming,
        &picture(1),
    );
    world.library.delete_image(&owner, &kept.image).unwrap();
    assert_eq!(named(&world.library, &owner, "a", "png"), "a.png");
}

#[test]
fn two_who_want_one_name_at_once_get_two() {
    let world = World::new();
    let owner = world.owner();
    let names: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let library = world.another_handle();
                    let name = |_| named(&library, &owner, "a", "png");
                    (0..5).map(name).collect::<Vec<_>>()
                })
            })
            .collect();
        let names = threads.into_iter().map(|thread| thread.join().unwrap());
        names.flatten().collect()
    });
    let mut numbers: Vec<usize> = names
        .iter()
        .map(|name| match &**name {
            "a.png" => 1,
            numbered => numbered[2..numbered.len() - 4].parse().unwrap(),
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[test]
fn what_came_in_through_another_door_is_called_at_random_there() {
    let world = World::new();
    let owner = world.owner();
    let day = world.library.now().utc("%Y%m%d");
    for door in [
        Origin::Imgs,
        Origin::Media,
        Origin::Slink,
        Origin::Dashboard,
    ] {
        let kept = through(
            &world.library,
            &owner,
            door,
            NamingHint::Random,
            &picture(1),
        );
        assert_eq!(kept.image.name, "fountain.png");
        let name = kept.names.imgshare.unwrap();
        let bare = name.stem.strip_prefix(&format!("{day}_")).unwrap();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        assert!(bare.len() == 12 && bare.bytes().all(plain), "{bare}");
        assert_ne!(bare, "fountain");
        assert_eq!(name.extension, "png");
        assert_eq!(kept.names.chevereto.name.len(), 12);
        assert_eq!(kept.names.chevereto.password, None);
    }
    // The one door's wish is no wish of the other's.
    let naming = called("fountain", None);
    let kept = through(
        &world.library,
        &owner,
        Origin::Imgshare,
        naming,
        &picture(1),
    );
    assert!(!kept.names.chevereto.name.contains("fountain"));
    let naming = NamingHint::Chevereto {
        name: Some("fountain".into()),
        day: None,
    };
    let kept = through(
        &world.library,
        &owner,
        Origin::Chevereto,
        naming,
        &picture(1),
    );
    assert!(!kept.names.imgshare.unwrap().stem.contains("fountain"));
    assert_eq!(kept.names.chevereto.name, "fountain");
}

#[test]
fn a_random_name_is_another_each_time_and_stays() {
    let world = World::new();
    let owner = world.owner();
    let random = NamingHint::Imgshare {
        stem: None,
        extension: None,
    };
    let one = through(
        &world.library,
        &owner,
        Origin::Imgshare,
        random.clone(),
        &picture(1),
    );
    let two = through(
        &world.library,
        &owner,
        Origin::Imgshare,
        random,
        &picture(1),
    );
    assert_ne!(one.names.imgshare, two.names.imgshare);
    world.let_pass(48 * HOUR);
    assert_eq!(world.library.public_names(&one.image).unwrap(), one.names);
    assert_eq!(
        world.another_handle().public_names(&two.image).unwrap(),
        two.names
    );
}

#[test]
fn formats_that_imgshare_lacks_and_guests_have_no_name_there() {
    let world = World::new();
    let mut gif = std::io::Cursor::new(Vec::new());
    RgbImage::new(3, 2)
        .write_to(&mut gif, ImageFormat::Gif)
        .unwrap();
    let kept = through(
        &world.library,
        &world.owner(),
        Origin::Imgs,
        NamingHint::Random,
        gif.get_ref(),
    );
    assert_eq!(kept.names.imgshare, None);
    assert_eq!(kept.names.account.as_deref(), Some(OWNER));
    assert_eq!(world.library.public_names(&kept.image).unwrap(), kept.names);

    let kept = through(
        &world.library,
        &Actor::Guest,
        Origin::Slink,
        NamingHint::Random,
        &picture(1),
    );
    let PublicNames {
        account,
        signer,
        imgshare,
        ..
    } = kept.names;
    assert_eq!((account, signer, imgshare), (None, None, None));
}

#[test]
fn the_password_of_a_delete_link_is_told_once_and_deletes_that_image_only() {
    let world = World::new();
    let owner = world.owner();
    let naming = || NamingHint::Chevereto {
        name: None,
        day: None,
    };
    let one = through(
        &world.library,
        &owner,
        Origin::Chevereto,
        naming(),
        &picture(1),
    );
    let two = through(
        &world.library,
        &owner,
        Origin::Chevereto,
        naming(),
        &picture(2),
    );
    let password = one.names.chevereto.password.unwrap();
    assert_eq!(password.len(), 48);
    assert_eq!(
        world
            .library
            .public_names(&one.image)
            .unwrap()
            .chevereto
            .password,
        None
    );
    for (image, wrong) in [
        (&one.image, "x"),
        (&one.image, ""),
        (&two.image, &*password),
    ] {
        let refused = world.library.delete_with_password(image, wrong);
        assert!(matches!(refused, Err(Error::NotFound)), "{wrong}");
    }
    // An image that has no such link cannot be deleted by one.
    let other = add(&world.library, &owner, &picture(3));
    assert!(world.library.delete_with_password(&other, "").is_err());

    world
        .library
        .delete_with_password(&one.image, &password)
        .unwrap();
    assert!(world.library.find_image(&short(&one.image)).is_err());
    assert!(world.library.find_image(&short(&two.image)).is_ok());
}
