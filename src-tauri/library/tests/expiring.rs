//! Expiry: gone for everybody at its moment, off the disk soon after, and no work while nothing is due.

use std::time::SystemTime;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// An image that lasts an hour.
fn ephemeral(world: &World, bytes: &[u8]) -> StoredImage {
    let upload = Upload {
        metadata: UploadMetadata {
            public: true,
            expires_at: Some(world.library.now().plus(HOUR)),
            alias_makers: vec![Arc::new(AccountKey("a")), Arc::new(SecretKey)],
            ..UploadMetadata::default()
        },
        ..upload(&world.library, bytes)
    };
    match world
        .library
        .add_image(&world.owner(), upload, None)
        .unwrap()
    {
        AddOutcome::New(kept) => kept,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

/// All names that there are for it.
fn names(kept: &StoredImage) -> Vec<ImageName> {
    let mut names = vec![ImageName::Id(kept.image.id), short(&kept.image)];
    names.extend(alias_names(&kept.names));
    assert_eq!(names.len(), 5);
    names
}

fn listed(library: &Library, actor: &Actor, whose: OwnerFilter) -> u64 {
    let listing = Listing {
        owner: whose,
        folder: FolderFilter::Any,
        search: None,
        order: Order::CreatedAt,
        descending: false,
        start: PageStart::Skip(0),
        limit: 10,
        count_total: true,
    };
    library.list_images(actor, &listing).unwrap().total
}

#[test]
fn a_second_after_its_end_no_name_finds_it_and_no_list_has_it_swept_or_not() {
    let world = World::new();
    let owner = world.owner();
    let kept = ephemeral(&world, &picture(1));
    world.let_pass(HOUR - SECOND);
    for name in names(&kept) {
        assert_eq!(world.library.find_image(&name).unwrap().id, kept.image.id);
    }
    assert_eq!(listed(&world.library, &owner, OwnerFilter::Public), 1);
    world.let_pass(2 * SECOND);
    for name in names(&kept) {
        for library in [&world.library, &world.another_handle()] {
            assert!(
                matches!(library.find_image(&name), Err(Error::NotFound)),
                "{name:?}"
            );
        }
    }
    for whose in [OwnerFilter::Own, OwnerFilter::Public, OwnerFilter::All] {
        assert_eq!(listed(&world.library, &owner, whose), 0, "{whose:?}");
    }
    let edited = world
        .library
        .edit_image(&owner, &kept.image, ImageEdit::default());
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
        .make_variant(&kept.image, &small, &imaging::NeverCancelled)
        .unwrap();
    world.let_pass(HOUR - SECOND);
    assert_eq!(
        world.library.delete_expired().unwrap(),
        ExpiryReport::default()
    );
    world.let_pass(SECOND);
    assert_eq!(world.library.delete_expired().unwrap().images, 1);
    assert!(world.blobs().is_empty() && world.variants().is_empty());
    assert!(matches!(
        world.library.next_render_task().unwrap(),
        NextTask::Empty
    ));
    assert_eq!(
        world.library.delete_expired().unwrap(),
        ExpiryReport::default()
    );
}

#[test]
fn bytes_that_another_image_has_stay() {
    let world = World::new();
    ephemeral(&world, &picture(1));
    let stays = add(&world.library, &world.owner(), &picture(1));
    world.let_pass(2 * HOUR);
    assert_eq!(world.library.delete_expired().unwrap().images, 1);
    assert_eq!(read(world.library.original(&stays).unwrap()), picture(1));
}

#[test]
fn an_end_that_is_put_off_in_time_counts_no_more() {
    let world = World::new();
    let kept = ephemeral(&world, &picture(1));
    let edit = ImageEdit {
        expires_at: Some(None),
        ..ImageEdit::default()
    };
    world
        .another_handle()
        .edit_image(&world.owner(), &kept.image, edit)
        .unwrap();
    world.let_pass(2 * HOUR);
    assert_eq!(
        world.library.delete_expired().unwrap(),
        ExpiryReport::default()
    );
    assert!(world.library.find_image(&short(&kept.image)).is_ok());
}

#[test]
fn an_end_that_is_over_already_is_refused_and_deletes_nothing() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let now = world.library.now();
    // A year that is being typed begins with 0002.
    for end in [now, Timestamp::parse("0002-02-14T10:00:00Z").unwrap()] {
        let edit = ImageEdit {
            expires_at: Some(Some(end)),
            ..ImageEdit::default()
        };
        let refused = world.library.edit_image(&world.owner(), &image, edit);
        assert!(matches!(refused, Err(Error::ExpiryInPast)));
    }
    assert!(world.library.find_image(&short(&image)).is_ok());
}

#[test]
fn a_key_is_off_the_list_at_its_end_and_deleted_soon_after() {
    let world = World::new();
    let new = NewApiKey {
        expires_in: Some(HOUR),
        ..NewApiKey::default()
    };
    world.library.create_api_key(new).unwrap();
    world.let_pass(HOUR - SECOND);
    assert_eq!(world.library.api_keys(None).unwrap().len(), 1);
    world.let_pass(SECOND);
    assert!(world.library.api_keys(None).unwrap().is_empty());
    assert_eq!(world.another_handle().delete_expired().unwrap().keys, 1);
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
        .database()
        .write(|_| {
            for _ in 0..20 {
                assert_eq!(world.library.delete_expired()?, ExpiryReport::default());
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(files(), before);
}
