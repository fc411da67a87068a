//! Variants: made once, kept under a cap, gone with their image.

use std::fs;

use imaging::{NeverCancelled, Transform};

use super::*;

#[test]
fn a_variant_is_made_once_and_found_from_then_on() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let small = Transform::to_width(20);
    assert!(world.library.variant(&image, &small).unwrap().is_none());

    let made = world
        .library
        .make_variant(&image, &small, &NeverCancelled)
        .unwrap();
    assert_eq!(made.etag, image.etag(Some(&small)));
    let bytes = read(made);
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 20);
    assert_eq!(
        read(world.library.variant(&image, &small).unwrap().unwrap()),
        bytes
    );
    assert!(world.variants()[0].ends_with(format!("{}/w20.png", image.digest)));
    assert!(world.incoming().is_empty());
}

#[test]
fn an_animation_that_was_stilled_is_known_as_that_in_every_process() {
    let frames = |count| {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for tint in 0..count {
            let frame = image::RgbaImage::from_pixel(30, 20, image::Rgba([tint * 60, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
        drop(encoder);
        bytes
    };
    let mut settings = Settings::default();
    settings.limits.max_frames = 3;
    let world = World::with(settings);
    let gif = Transform::to_width(15);
    let png = Transform {
        format: imaging::OutputFormat::Fixed(imaging::Format::Png),
        ..gif
    };
    for (count, transform, stilled) in [
        (1, gif, false),
        (3, gif, false),
        (4, gif, true),
        (3, png, true),
        (1, png, false),
    ] {
        let image = add(&world.library, &world.owner(), &frames(count));
        let made = world
            .library
            .make_variant(&image, &transform, &NeverCancelled);
        assert_eq!(
            made.unwrap().first_frame_only,
            stilled,
            "{count} {transform:?}"
        );
        let later = world.another_handle().variant(&image, &transform);
        let later = later.unwrap().unwrap();
        assert_eq!(later.first_frame_only, stilled, "{count} {transform:?}");
        assert!(image::load_from_memory(&read(later)).is_ok());
        assert!(!world.library.original(&image).unwrap().first_frame_only);
    }
}

#[test]
fn many_who_ask_at_once_get_the_bytes_of_one_file() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &sized_picture(1, 800, 600));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let ask = || {
            read(
                world
                    .library
                    .make_variant(&image, &Transform::to_width(300), &NeverCancelled)
                    .unwrap(),
            )
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(|bytes| *bytes == answers[0]));
    assert_eq!(world.variants().len(), 1);
}

#[test]
fn the_most_patient_asker_gets_a_variant_whose_first_maker_was_stopped() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let small = Transform::to_width(20);
    let stopped = world.library.make_variant(&image, &small, &|| true);
    assert!(matches!(
        stopped,
        Err(Error::Image(imaging::Error::Cancelled))
    ));
    assert!(world.variants().is_empty());
    assert!(
        world
            .library
            .make_variant(&image, &small, &NeverCancelled)
            .is_ok()
    );
}

#[test]
fn a_variant_of_an_image_that_vanished_meanwhile_is_not_left_behind() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    // Deletes the image as soon as the maker asks whether it should go on, that is: in the middle.
    let deletion = std::sync::Once::new();
    let other = world.another_handle();
    let stop = || {
        deletion.call_once(|| other.delete_image(&owner, &image).unwrap());
        false
    };
    let made = world
        .library
        .make_variant(&image, &Transform::to_width(20), &stop);
    assert!(deletion.is_completed());
    assert!(matches!(made, Err(Error::NotFound)));
    assert!(world.blobs().is_empty() && world.variants().is_empty());
}

#[test]
fn an_original_that_went_bad_on_the_disk_is_an_error_about_the_picture() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let blob = &world.blobs()[0];
    let mut bytes = fs::read(blob).unwrap();
    bytes.truncate(60);
    fs::write(blob, bytes).unwrap();
    let made = world
        .library
        .make_variant(&image, &Transform::to_width(20), &NeverCancelled);
    assert!(matches!(made, Err(Error::Image(_))));
    assert!(world.variants().is_empty() && world.incoming().is_empty());
}

#[test]
fn an_original_missing_from_the_disk_is_a_fault_of_the_storage() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    fs::remove_file(&world.blobs()[0]).unwrap();
    assert!(matches!(
        world.library.original(&image),
        Err(Error::Storage { .. })
    ));
}

#[test]
fn the_least_recently_used_variants_go_when_the_cap_is_reached() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let size = |width| {
        let made = world
            .library
            .make_variant(&image, &Transform::to_width(width), &NeverCancelled)
            .unwrap();
        world.let_pass(HOUR);
        made.len
    };
    let sum: u64 = [30, 31, 32].map(size).iter().sum();

    // Room for about three of four; the first has been used since, so the second is the oldest.
    let tight = Settings {
        cache_bytes: sum + 10,
        ..Settings::default()
    };
    let library = Library::open_with(
        world.folder.path(),
        tight,
        world.clock.clone(),
        Arc::new(SystemIds),
    )
    .unwrap();
    world
        .library
        .variant(&image, &Transform::to_width(30))
        .unwrap()
        .unwrap();
    world.library.flush_counters().unwrap();
    world.let_pass(HOUR);
    library
        .make_variant(&image, &Transform::to_width(33), &NeverCancelled)
        .unwrap();

    let kept = |width| {
        library
            .variant(&image, &Transform::to_width(width))
            .unwrap()
            .is_some()
    };
    assert!(!kept(31) && kept(33) && kept(30));
    let filled: u64 = world
        .variants()
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum();
    assert!(filled <= sum + 10);
}

#[test]
fn without_a_cache_a_variant_is_made_and_not_kept() {
    let world = World::with(Settings {
        cache_bytes: 0,
        ..Settings::default()
    });
    let image = add(&world.library, &world.owner(), &picture(1));
    let made = world
        .library
        .make_variant(&image, &Transform::to_width(20), &NeverCancelled)
        .unwrap();
    assert_eq!(image::load_from_memory(&read(made)).unwrap().width(), 20);
    assert!(world.variants().is_empty());
}

#[test]
fn a_disk_that_takes_no_variant_still_shows_it() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    fs::remove_dir_all(world.folder.path().join("variants")).unwrap();
    fs::write(world.folder.path().join("variants"), "a file in the way").unwrap();
    let made = world
        .library
        .make_variant(&image, &Transform::to_width(20), &NeverCancelled);
    assert_eq!(
        image::load_from_memory(&read(made.unwrap()))
            .unwrap()
            .width(),
        20
    );
}

/// How a variant's bytes come: from memory where `true`.
fn from_memory(library: &Library, image: &Image, transform: &Transform) -> bool {
    let path = library
        .disk_cache()
        .path(&image.digest, &format!("{}.png", transform.cache_key()));
    library.variant(image, transform).unwrap().unwrap();
    library.memory_cache().get(&path).is_some()
}

#[test]
fn what_is_asked_for_is_in_memory_as_long_as_its_file_lies_in_its_place() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    let small = Transform::to_width(20);
    world
        .library
        .make_variant(&image, &small, &NeverCancelled)
        .unwrap();
    let bytes = read(world.library.variant(&image, &small).unwrap().unwrap());
    assert!(from_memory(&world.library, &image, &small));
    // Whatever the file says by now: it is not read again.
    let path = world.variants().remove(0);
    fs::write(&path, "other bytes").unwrap();
    let again = world.library.variant(&image, &small).unwrap().unwrap();
    assert_eq!(
        (again.etag.clone(), read(again)),
        (image.etag(Some(&small)), bytes)
    );
    fs::remove_file(&path).unwrap();
    assert!(world.library.variant(&image, &small).unwrap().is_none());
}

#[test]
fn deleting_takes_it_out_of_every_memory_at_once() {
    let world = World::new();
    let owner = world.owner();
    let small = Transform::to_width(20);
    for deleted_elsewhere in [true, false] {
        let image = add(&world.library, &owner, &picture(1));
        world
            .library
            .make_variant(&image, &small, &NeverCancelled)
            .unwrap();
        let other = world.another_handle();
        for library in [&world.library, &other] {
            assert!(from_memory(library, &image, &small));
        }
        let deleting = if deleted_elsewhere {
            &other
        } else {
            &world.library
        };
        deleting.delete_image(&owner, &image).unwrap();
        for library in [&world.library, &other] {
            assert!(library.variant(&image, &small).unwrap().is_none());
        }
    }
}

#[test]
fn what_another_process_deleted_leaves_the_memory_with_the_next_sweep() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &picture(1));
    let small = Transform::to_width(20);
    world
        .library
        .make_variant(&image, &small, &NeverCancelled)
        .unwrap();
    assert!(from_memory(&world.library, &image, &small));
    let path = world.variants().remove(0);
    world.another_handle().delete_image(&owner, &image).unwrap();
    assert!(world.library.memory_cache().get(&path).is_some());
    world.library.collect_garbage().unwrap();
    assert!(world.library.memory_cache().get(&path).is_none());
}

#[test]
fn a_use_from_memory_counts_when_variants_are_evicted() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let small = Transform::to_width(20);
    world
        .library
        .make_variant(&image, &small, &NeverCancelled)
        .unwrap();
    let path = world.variants().remove(0);
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    assert!(from_memory(&world.library, &image, &small));
    world.let_pass(HOUR);
    world.library.variant(&image, &small).unwrap();
    world.library.flush_counters().unwrap();
    assert!(fs::metadata(&path).unwrap().modified().unwrap() > before + HOUR / 2);
}
