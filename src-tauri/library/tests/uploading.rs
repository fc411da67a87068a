//! What becomes of an upload, and what is left of one that is refused.

use super::*;

#[test]
fn an_upload_is_found_by_both_its_names_with_the_same_bytes() {
    let world = World::new();
    let bytes = picture(1);
    let image = add(&world.library, &world.owner(), &bytes);

    for name in [short(&image), ImageName::Id(image.id)] {
        let found = world.library.find_image(&name).unwrap();
        assert_eq!(found, image);
        assert_eq!(read(world.library.original(&found).unwrap()), bytes);
    }
    assert_eq!(
        (image.info.width, image.info.height, image.bytes),
        (64, 48, bytes.len() as u64)
    );
    assert_eq!(
        (
            image.name.as_str(),
            image.origin.as_str(),
            image.short_name.len()
        ),
        ("fountain.png", "test", 10)
    );
    assert!(world.incoming().is_empty());
}

#[test]
fn another_process_sees_an_upload_at_once() {
    let world = World::new();
    let other = world.another_handle();
    let image = add(&world.library, &world.owner(), &picture(1));
    assert_eq!(other.find_image(&short(&image)).unwrap(), image);
}

#[test]
fn the_same_bytes_twice_are_one_blob_and_two_images() {
    let world = World::new();
    let owner = world.owner();
    let (one, two) = (
        add(&world.library, &owner, &picture(1)),
        add(&world.library, &owner, &picture(1)),
    );
    assert_ne!(one.short_name, two.short_name);
    assert_eq!(one.digest, two.digest);
    assert_eq!(world.blobs().len(), 1);
}

#[test]
fn an_upload_beyond_the_limit_is_stopped_and_leaves_nothing() {
    let world = World::with(Settings {
        max_upload_bytes: 100,
        ..Settings::default()
    });
    let mut incoming = world.library.stage_upload().unwrap();
    incoming.append(&[0; 100]).unwrap();
    assert!(matches!(
        incoming.append(&[0]),
        Err(Error::TooLarge { max: 100 })
    ));
    drop(incoming);
    assert!(world.incoming().is_empty());
}

#[test]
fn a_dialect_may_be_stricter_than_the_library() {
    let world = World::new();
    let mut incoming = world.library.stage_upload().unwrap().with_max_bytes(10);
    assert!(matches!(
        incoming.append(&[0; 11]),
        Err(Error::TooLarge { max: 10 })
    ));
}

#[test]
fn what_is_no_picture_leaves_nothing_behind() {
    let world = World::new();
    let owner = world.owner();
    let empty = try_add(&world.library, &owner, b"");
    assert!(matches!(empty, Err(Error::Image(imaging::Error::Empty))));
    let text = try_add(
        &world.library,
        &owner,
        b"not a picture, whatever its name says",
    );
    assert!(matches!(
        text,
        Err(Error::Image(imaging::Error::NotAnImage))
    ));
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn a_picture_with_rows_missing_is_refused() {
    let world = World::new();
    let mut bytes = sized_picture(1, 200, 200);
    bytes.truncate(bytes.len() / 2);
    assert!(matches!(
        try_add(&world.library, &world.owner(), &bytes),
        Err(Error::Image(_))
    ));
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn a_picture_that_no_browser_shows_goes_in_only_if_it_can_be_decoded() {
    let world = World::new();
    // Its structure is whole, but we cannot read the colour space it says it has (CIE L*a*b*).
    let odd = tiff(8);
    assert!(matches!(
        try_add(&world.library, &world.owner(), &odd),
        Err(Error::Image(_))
    ));
    assert!(world.blobs().is_empty());
    add(&world.library, &world.owner(), &tiff(2));
}

/// A TIFF of one RGB pixel that says its colours are of this kind (2 is the truth).
fn tiff(photometric: u16) -> Vec<u8> {
    const SHORT: u16 = 3;
    let entries: [(u16, u32, u32); 9] = [
        (256, 1, 1), // width
        (257, 1, 1), // height
        (258, 1, 8), // bits of a sample
        (259, 1, 1), // not compressed
        (262, 1, photometric.into()),
        (273, 1, 122), // where the pixels are
        (277, 1, 3),   // samples
        (278, 1, 1),   // rows of a strip
        (279, 1, 3),   // bytes of a strip
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(SHORT.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend([200, 30, 30]);
    bytes
}

#[test]
fn without_the_scope_nothing_goes_in() {
    let world = World::new();
    let reader = actor(
        &world.library,
        NewApiKey {
            scopes: "delete,manage".parse().unwrap(),
            ..NewApiKey::default()
        },
    );
    let refused = try_add(&world.library, &reader, &picture(1));
    assert!(matches!(
        refused,
        Err(Error::Forbidden {
            scope: Scope::Upload
        })
    ));
    assert!(matches!(
        try_add(&world.library, &Actor::Anonymous, &picture(1)),
        Err(Error::Unauthorised)
    ));
}

#[test]
fn a_key_revoked_while_its_upload_is_on_its_way_adds_nothing() {
    let world = World::new();
    let owner = world.owner();
    let upload = upload(&world.library, &picture(1));
    world
        .library
        .revoke_api_key(&world.library.api_keys(None).unwrap()[0].id)
        .unwrap();
    assert!(matches!(
        world.library.add_image(&owner, upload, None),
        Err(Error::Unauthorised)
    ));
    assert!(world.blobs().is_empty() && world.incoming().is_empty());
}

#[test]
fn a_short_name_that_is_taken_or_reserved_is_drawn_again() {
    /// Draws bytes that spell a taken name, then a reserved one, then a free one.
    struct Loaded(std::sync::Mutex<Vec<u8>>);
    impl Ids for Loaded {
        fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
            // Only the names have 64 at a time; once the loaded ones are gone, all are drawn.
            let loaded = match bytes.len() {
                64 => self.0.lock().unwrap().pop(),
                _ => None,
            };
            match loaded {
                Some(byte) => bytes.fill(byte),
                None => SystemIds.fill(bytes)?,
            }
            Ok(())
        }
    }
    let world = World::new();
    let owner = world.owner();
    let open = |draws: &[u8]| {
        let ids = Arc::new(Loaded(std::sync::Mutex::new(
            draws.iter().rev().copied().collect(),
        )));
        Library::open_with(
            world.folder.path(),
            Settings::default(),
            world.clock.clone(),
            ids,
        )
        .unwrap()
    };
    let first = add(&open(&[0]), &owner, &picture(1));
    assert_eq!(first.short_name, "AAAAAAAAAA");
    let second = add(&open(&[0, 0, 1]), &owner, &picture(2));
    assert_eq!(second.short_name, "BBBBBBBBBB");
}

#[test]
fn the_etag_of_a_variant_is_its_own() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let original = world.library.original(&image).unwrap();
    assert_eq!(original.etag, image.etag(None));
    let small = image.etag(Some(&imaging::Transform::to_width(20)));
    assert!(small != original.etag && small.starts_with('"') && small.ends_with('"'));
}

#[test]
fn a_large_original_is_an_open_file_that_outlives_its_image() {
    let world = World::new();
    let owner = world.owner();
    // Bytes after a picture's end are fine: phones append a video.
    let mut bytes = picture(1);
    bytes.resize(300 * 1024, 7);
    let image = add(&world.library, &owner, &bytes);
    let content = world.library.original(&image).unwrap();
    assert!(matches!(content.body, ContentBody::OpenFile(_)));
    assert_eq!(content.len, bytes.len() as u64);
    world.library.delete_image(&owner, &image).unwrap();
    assert_eq!(read(content), bytes);
}
