//! Expiry: gone for everybody at its moment, off the disk soon after, and no work while nothing is due.

use std::time::SystemTime;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// An image that lasts an hour.
fn ephemeral(world: &World, bytes: &[u8]) -> Kept {
    let upload = Upload {
        details: Details {
            public: true,
            expires_at: Some(world.library.now().plus(HOUR)),
            ..Details::default()
        },
        ..upload(&world.library, bytes)
    };
    match world.library.add(&world.owner(), upload, None).unwrap() {
        Added::New(kept) => kept,
        Added::Repeated(_) => unreachable!("nothing was to be remembered"),
    }
}

/// All names that there are for it.
fn names(kept: &Kept) -> Vec<ImageName> {
    let Names {
        account,
        imgshare,
        chevereto,
        ..
    } = &kept.names;
    let ImgshareName { stem, extension } = imgshare.as_ref().unwrap();
    let imgshare = |extension| ImageName::Imgshare {
        account: account.clone().unwrap(),
        stem: stem.clone(),
        extension,
    };
    vec![
        ImageName::Id(kept.image.id),
        short(&kept.image),
        imgshare(Some(extension.clone())),
        imgshare(None),
        ImageName::Code(chevereto.code.clone()),
        ImageName::Dated {
            day: chevereto.day.clone(),
            name: chevereto.name.clone(),
            extension: chevereto.extension.clone(),
        },
    ]
}

fn listed(library: &Library, actor: &Actor, whose: Whose) -> u64 {
    let listing = Listing {
        whose,
        folder: Within::Anywhere,
        search: None,
        order: Order::Created,
        descending: false,
        start: Start::Skip(0),
        most: 10,
        counted: true,
    };
    library.list(actor, &listing).unwrap().total
}

#[test]
fn a_second_after_its_end_no_name_finds_it_and_no_list_has_it_swept_or_not() {
    let world = World::new();
    let owner = world.owner();
    let kept = ephemeral(&world, &picture(1));
    world.let_pass(HOUR - SECOND);
    for name in names(&kept) {
        assert_eq!(world.library.find(&name).unwrap().id, kept.image.id);
    }
    assert_eq!(listed(&world.library, &owner, Whose::Public), 1);
    world.let_pass(2 * SECOND);
    for name in names(&kept) {
        for library in [&world.library, &world.another_handle()] {
            assert!(
                matches!(library.find(&name), Err(Error::NotFound)),
                "{name:?}"
            );
        }
    }
    for whose in [Whose::Own, Whose::Public, Whose::Everybodys] {
        assert_eq!(listed(&world.library, &owner, whose), 0, "{whose:?}");
    }
    let edited = world.library.edit(&owner, &kept.image, Edit::default());
    assert!(matches!(edited, Err(Error::NotFound)));
    assert_eq!(world.blobs().len(), 1);
}

#[test]
fn what_has_expired_leaves_the_disk_with_its_variants_and_its_task() {
    let world = World::new();
    let kept = ephemeral(&world, &sized_picture(1, 300, 20));
    let small = imaging::Transform::to_width(20);
    world
        .library
        .make_variant(&kept.image, &small, &imaging::Never)
        .unwrap();
    world.let_pass(HOUR - SECOND);
    assert_eq!(world.library.expire().unwrap(), Expired::default());
    world.let_pass(SECOND);
    assert_eq!(world.library.expire().unwrap().images, 1);
    assert!(world.blobs().is_empty() && world.variants().is_empty());
    assert!(matches!(world.library.next_task().unwrap(), Owed::Nothing));
    assert_eq!(world.library.expire().unwrap(), Expired::default());
}

#[test]
fn bytes_that_another_image_has_stay() {
    let world = World::new();
    ephemeral(&world, &picture(1));
    let stays = add(&world.library, &world.owner(), &picture(1));
    world.let_pass(2 * HOUR);
    assert_eq!(world.library.expire().unwrap().images, 1);
    assert_eq!(read(world.library.original(&stays).unwrap()), picture(1));
}

#[test]
fn an_end_that_is_put_off_in_time_counts_no_more() {
    let world = World::new();
    let kept = ephemeral(&world, &picture(1));
    let edit = Edit {
        expires_at: Some(None),
        ..Edit::default()
    };
    world
        .another_handle()
        .edit(&world.owner(), &kept.image, edit)
        .unwrap();
    world.let_pass(2 * HOUR);
    assert_eq!(world.library.expire().unwrap(), Expired::default());
    assert!(world.library.find(&short(&kept.image)).is_ok());
}

#[test]
fn an_end_that_is_over_already_is_refused_and_deletes_nothing() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let now = world.library.now();
    // A year that is being typed begins with 0002.
    for end in [now, Timestamp::parse("0002-02-14T10:00:00Z").unwrap()] {
        let edit = Edit {
            expires_at: Some(Some(end)),
            ..Edit::default()
        };
        let refused = world.library.edit(&world.owner(), &image, edit);
        assert!(matches!(refused, Err(Error::EndIsOver)));
    }
    assert!(world.library.find(&short(&image)).is_ok());
}

#[test]
fn a_key_is_off_the_list_at_its_end_and_deleted_soon_after() {
    let world = World::new();
    let new = NewKey {
        expires_in: Some(HOUR),
        ..NewKey::default()
    };
    world.library.create_key(new).unwrap();
    world.let_pass(HOUR - SECOND);
    assert_eq!(world.library.keys(None).unwrap().len(), 1);
    world.let_pass(SECOND);
    assert!(world.library.keys(None).unwrap().is_empty());
    assert_eq!(world.another_handle().expire().unwrap().keys, 1);
}

#[test]
fn while_nothing_is_due_nothing_is_written_and_nobody_is_held_up() {
    let world = World::new();
    ephemeral(&world, &picture(1));
    let touched = |name: &str| {
        let found = std::fs::metadata(world.folder.path().join(name)).unwrap();
        (found.len(), found.modified().unwrap())
    };
    let files = || ["library.db", "library.db-wal"].map(touched);
    let before: [(u64, SystemTime); 2] = files();
    // Even while another process writes for long.
    let other = world.another_handle();
    other
        .catalogue()
        .write(|_| {
            for _ in 0..20 {
                assert_eq!(world.library.expire()?, Expired::default());
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(files(), before);
}
