//! Aliases in IMGSHARE and Chevereto: as the upload wished there, random for uploads through other dialects.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use image::{ImageFormat, RgbImage};
use library::{
    Actor, AddOutcome, AliasMaker, Clock, Image, ImageName, Library, NewAccount, NewApiKey, OWNER,
    PublicNames, StoredImage, SystemClock, SystemIds, Timestamp, Upload, UploadMetadata,
};

use super::harness::{World, png};
use crate::aliases::chevereto::{CheveretoAlias, CheveretoAliases};
use crate::aliases::imgshare::{ImgshareAlias, ImgshareAliases, original_name, sized_name};
use crate::config::Config;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Stands still until the test moves it.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    fn let_pass(&self, span: Duration) {
        self.0.fetch_add(span.as_micros() as i64, Ordering::SeqCst);
    }
}

fn world() -> (World, Arc<TestClock>) {
    let clock = Arc::new(TestClock(AtomicI64::new(SystemClock.now().micros())));
    (World::at(Config::default(), clock.clone()), clock)
}

/// The same folder as another process would open it.
fn another_handle(world: &World, clock: &Arc<TestClock>) -> Library {
    let settings = Config::default().library_settings();
    Library::open_with(
        world.folder.path(),
        settings,
        clock.clone(),
        Arc::new(SystemIds),
    )
    .unwrap()
}

fn owner(world: &World) -> Actor {
    world
        .library
        .actor_for_secret(&world.secret)
        .unwrap()
        .unwrap()
}

/// All names of an image, those made that are missing.
fn all_names(library: &Library, image: &Image) -> PublicNames {
    let makers: [&dyn AliasMaker; 2] = [&ImgshareAliases::default(), &CheveretoAliases::default()];
    library.public_names(image, &makers).unwrap()
}

fn imgshare(names: &PublicNames) -> Option<ImgshareAlias> {
    ImgshareAlias::from_names(names)
}

fn chevereto(names: &PublicNames) -> CheveretoAlias {
    CheveretoAlias::from_names(names).unwrap()
}

/// Uploads a picture through a dialect.
fn add(
    library: &Library,
    actor: &Actor,
    origin: &'static str,
    makers: Vec<Arc<dyn AliasMaker>>,
    bytes: &[u8],
) -> StoredImage {
    let mut staged_upload = library.stage_upload().unwrap();
    staged_upload.append(bytes).unwrap();
    let upload = Upload {
        staged_upload,
        name: "fountain.png".to_owned(),
        origin,
        metadata: UploadMetadata {
            alias_makers: makers,
            ..UploadMetadata::default()
        },
    };
    match library.add_image(actor, upload, None).unwrap() {
        AddOutcome::New(stored) => stored,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

/// Uploads a picture through IMGSHARE.
fn share(library: &Library, actor: &Actor, aliases: ImgshareAliases) -> StoredImage {
    add(
        library,
        actor,
        "imgshare",
        vec![Arc::new(aliases)],
        &png(9, 9),
    )
}

fn called(stem: &str, extension: Option<&str>) -> ImgshareAliases {
    ImgshareAliases {
        stem: Some(stem.to_owned()),
        extension: extension.map(str::to_owned),
    }
}

/// The name in IMGSHARE of what `owner` uploads as `stem`, without its date.
fn named(library: &Library, owner: &Actor, stem: &str, extension: &str) -> String {
    let stored = share(library, owner, called(stem, Some(extension)));
    let name = imgshare(&stored.names).unwrap();
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
    let (_, secret) = world.library.create_api_key(key).unwrap();
    world
        .library
        .actor_for_secret(secret.expose())
        .unwrap()
        .unwrap()
}

#[test]
fn a_name_that_is_wished_for_has_the_day_in_front_and_finds_its_image() {
    let (world, _) = world();
    let kitten = named_account(&world, "kitten");
    let stored = share(&world.library, &kitten, called("fountain", Some("jpeg")));
    let stem = format!("{}_fountain", world.library.now().utc("%Y%m%d"));
    assert_eq!(
        imgshare(&stored.names),
        Some(ImgshareAlias {
            stem: stem.clone(),
            extension: "jpeg".into()
        })
    );
    let find = |name: Option<ImageName>| {
        let found = world.library.find_image(&name.unwrap());
        found.map(|image| image.id).ok()
    };
    let original = |account, stem: &str, extension| {
        find(original_name(account, &format!("{stem}.{extension}")))
    };
    let sized = |account, stem: &str| find(sized_name(account, &format!("{stem}.jpg")));
    assert_eq!(original("kitten", &stem, "jpeg"), Some(stored.image.id));
    assert_eq!(sized("kitten", &stem), Some(stored.image.id));
    assert_eq!(original("kitten", &stem, "png"), None);
    assert_eq!(sized("owner", &stem), None);
    assert_eq!(sized("kitten", "fountain"), None);
    assert_eq!(sized("kitten", &stem.to_uppercase()), None);
}

#[test]
fn one_name_of_one_day_is_numbered_whatever_the_endings() {
    let (world, _) = world();
    let owner = owner(&world);
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
    let (world, clock) = world();
    let (owner, kitten) = (owner(&world), named_account(&world, "kitten"));
    assert_eq!(named(&world.library, &owner, "a", "png"), "a.png");
    assert_eq!(named(&world.library, &kitten, "a", "png"), "a.png");
    clock.let_pass(DAY);
    let kept = share(&world.library, &owner, called("a", None));
    world.library.delete_image(&owner, &kept.image).unwrap();
    assert_eq!(named(&world.library, &owner, "a", "png"), "a.png");
}

#[test]
fn two_who_want_one_name_at_once_get_two() {
    let (world, clock) = world();
    let owner = owner(&world);
    let names: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let library = another_handle(&world, &clock);
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
fn what_was_uploaded_through_another_dialect_is_called_at_random_there() {
    let (world, _) = world();
    let owner = owner(&world);
    let day = world.library.now().utc("%Y%m%d");
    for origin in ["imgs", "media", "slink", "dashboard"] {
        let stored = add(&world.library, &owner, origin, vec![], &png(9, 9));
        assert_eq!(stored.image.name, "fountain.png");
        let names = all_names(&world.library, &stored.image);
        let name = imgshare(&names).unwrap();
        let bare = name.stem.strip_prefix(&format!("{day}_")).unwrap();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        assert!(bare.len() == 12 && bare.bytes().all(plain), "{bare}");
        assert_ne!(bare, "fountain");
        assert_eq!(name.extension, "png");
        assert_eq!(chevereto(&names).name.len(), 12);
        assert_eq!(chevereto(&names).password, None);
    }
    // What one dialect was asked for does not show in the other's name.
    let stored = share(&world.library, &owner, called("fountain", None));
    let names = all_names(&world.library, &stored.image);
    assert!(!chevereto(&names).name.contains("fountain"));
    let aliases = CheveretoAliases {
        name: Some("fountain".into()),
        day: None,
        has_delete_link: true,
    };
    let makers: Vec<Arc<dyn AliasMaker>> = vec![Arc::new(aliases)];
    let stored = add(&world.library, &owner, "chevereto", makers, &png(9, 9));
    let names = all_names(&world.library, &stored.image);
    assert!(!imgshare(&names).unwrap().stem.contains("fountain"));
    assert_eq!(chevereto(&names).name, "fountain");
}

#[test]
fn a_random_name_is_another_each_time_and_stays() {
    let (world, clock) = world();
    let owner = owner(&world);
    let one = share(&world.library, &owner, ImgshareAliases::default());
    let two = share(&world.library, &owner, ImgshareAliases::default());
    assert_ne!(imgshare(&one.names), imgshare(&two.names));
    clock.let_pass(2 * DAY);
    let (named, handle) = (imgshare(&one.names), another_handle(&world, &clock));
    assert_eq!(imgshare(&all_names(&world.library, &one.image)), named);
    let names = all_names(&handle, &two.image);
    assert_eq!(imgshare(&names), imgshare(&two.names));
    assert_eq!(all_names(&world.library, &two.image), names);
}

#[test]
fn formats_that_imgshare_lacks_and_guests_have_no_name_there() {
    let (world, _) = world();
    let mut gif = Cursor::new(Vec::new());
    RgbImage::new(3, 2)
        .write_to(&mut gif, ImageFormat::Gif)
        .unwrap();
    let stored = add(
        &world.library,
        &owner(&world),
        "imgs",
        vec![],
        gif.get_ref(),
    );
    let names = all_names(&world.library, &stored.image);
    assert_eq!(imgshare(&names), None);
    assert_eq!(names.account.as_deref(), Some(OWNER));
    assert_eq!(all_names(&world.library, &stored.image), names);

    let stored = add(&world.library, &Actor::Guest, "slink", vec![], &png(9, 9));
    let names = all_names(&world.library, &stored.image);
    assert_eq!(
        (&names.account, &names.signer, imgshare(&names)),
        (&None, &None, None)
    );
}

#[test]
fn the_password_of_a_delete_link_is_told_once_and_deletes_that_image_only() {
    let (world, _) = world();
    let owner = owner(&world);
    let add_chevereto = |side| {
        let aliases = CheveretoAliases {
            has_delete_link: true,
            ..CheveretoAliases::default()
        };
        let makers: Vec<Arc<dyn AliasMaker>> = vec![Arc::new(aliases)];
        add(
            &world.library,
            &owner,
            "chevereto",
            makers,
            &png(side, side),
        )
    };
    let (one, two) = (add_chevereto(8), add_chevereto(9));
    let alias = chevereto(&one.names);
    let password = alias.password.unwrap();
    assert_eq!(password.len(), 48);
    let told = all_names(&world.library, &one.image);
    assert_eq!(chevereto(&told).password, None);
    let delete = |stored: &StoredImage, password: &str| {
        let code = chevereto(&all_names(&world.library, &stored.image)).code;
        let library = &world.library;
        library.delete_with_secret(&stored.image, "chevereto", &code, password)
    };
    for (stored, wrong) in [(&one, "x"), (&one, ""), (&two, &*password)] {
        let refused = delete(stored, wrong);
        assert!(matches!(refused, Err(library::Error::NotFound)), "{wrong}");
    }
    // An image that has no such link cannot be deleted by one.
    let other = add(&world.library, &owner, "imgs", vec![], &png(10, 10));
    assert!(delete(&other, "").is_err());

    delete(&one, &password).unwrap();
    let find = |stored: &StoredImage| world.library.find_image(&ImageName::Id(stored.image.id));
    assert!(find(&one).is_err());
    assert!(find(&two).is_ok());
}
