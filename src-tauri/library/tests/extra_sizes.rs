//! Extra sizes: what an upload asks for is rendered in time, and an image of which it cannot be is deleted.

use std::sync::Once;

use imaging::{Format, NeverCancelled, OutputFormat, Transform};

use super::*;

/// The sizes that are asked for, largest first.
fn sizes() -> Vec<Transform> {
    let size = |width, height| Transform {
        height: Some(height),
        format: OutputFormat::Fixed(Format::Jpeg),
        quality: Some(85),
        ..Transform::to_width(width)
    };
    vec![size(1024, 768), size(640, 480), size(320, 240)]
}

fn add_with_sizes(library: &Library, owner: &Actor, bytes: &[u8]) -> Image {
    add_with_delayed_sizes(library, owner, bytes, Duration::ZERO)
}

fn add_with_delayed_sizes(
    library: &Library,
    owner: &Actor,
    bytes: &[u8],
    delay: Duration,
) -> Image {
    let mut upload = upload(library, bytes);
    upload.metadata.extra_sizes = sizes();
    upload.metadata.extra_sizes_delay = delay;
    match library.add_image(owner, upload, None).unwrap() {
        AddOutcome::New(stored) => stored.image,
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

fn next(library: &Library) -> RenderTask {
    match library.next_render_task().unwrap() {
        NextTask::Ready(task) => task,
        other => panic!("{other:?}"),
    }
}

fn work(library: &Library, stop: &dyn imaging::CancelToken) -> TaskOutcome {
    library.run_render_task(&next(library), stop).unwrap()
}

fn names(world: &World) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = world.variants().into_iter().map(name).collect();
    names.sort();
    names
}

/// Whole by its structure, and no decoder makes anything of it.
fn broken() -> Vec<u8> {
    let mut bytes = sized_picture(1, 900, 30);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0xA5);
    bytes
}

#[test]
fn an_upload_has_three_jpegs_within_their_boxes_and_the_widths_along() {
    let world = World::new();
    let image = add_with_sizes(&world.library, &world.owner(), &sized_picture(1, 400, 900));
    assert!(world.library.has_pending_extra_sizes(&image).unwrap());
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert!(!world.library.has_pending_extra_sizes(&image).unwrap());
    for (transform, size) in sizes().iter().zip([(341, 768), (213, 480), (107, 240)]) {
        let found = world.library.variant(&image, transform);
        let found = found
            .unwrap()
            .unwrap_or_else(|| panic!("{}", transform.cache_key()));
        assert_eq!(found.format, Format::Jpeg);
        let picture = image::load_from_memory(&read(found)).unwrap();
        assert_eq!(
            (picture.width(), picture.height()),
            size,
            "{}",
            transform.cache_key()
        );
    }
    assert_eq!(world.variants().len(), 4, "{:?}", names(&world));
}

#[test]
fn also_the_smallest_picture_has_three_and_also_where_no_sizes_are_made_ahead() {
    let world = World::with(Settings {
        prepare_sizes: false,
        ..Settings::default()
    });
    add_with_sizes(&world.library, &world.owner(), &sized_picture(1, 3, 2));
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(
        names(&world),
        [
            "w1024_h768_inside_jpeg_q85.jpg",
            "w320_h240_inside_jpeg_q85.jpg",
            "w640_h480_inside_jpeg_q85.jpg"
        ]
    );
    add_with_sizes(&world.library, &world.owner(), &sized_picture(2, 900, 30));
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(world.variants().len(), 6);
}

#[test]
fn they_are_made_after_their_delay() {
    let world = World::new();
    add_with_delayed_sizes(&world.library, &world.owner(), &picture(1), HOUR);
    let NextTask::NotBefore(pause) = world.library.next_render_task().unwrap() else {
        panic!("they have time")
    };
    assert_eq!(pause, HOUR);
    world.let_pass(HOUR);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
}

#[test]
fn they_go_before_widths_and_wait_for_nobody_when_their_time_runs_out() {
    let world = World::new();
    let owner = world.owner();
    add(&world.library, &owner, &sized_picture(1, 300, 20));
    assert_eq!(
        next(&world.library).time_until_urgent(world.clock.now()),
        None
    );
    world.let_pass(Duration::from_secs(1));
    let image = add_with_sizes(&world.library, &owner, &picture(2));
    let patience = || {
        next(&world.library)
            .time_until_urgent(world.clock.now())
            .unwrap()
    };
    assert!((1..60).contains(&patience().as_secs()));
    world.let_pass(HOUR);
    assert_eq!(patience(), Duration::ZERO);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert!(!world.library.has_pending_extra_sizes(&image).unwrap());
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert!(matches!(
        world.library.next_render_task().unwrap(),
        NextTask::Empty
    ));
}

#[test]
fn an_image_whose_extra_sizes_cannot_be_made_is_deleted_and_no_other_of_its_bytes() {
    let world = World::new();
    let owner = world.owner();
    let stays = add(&world.library, &owner, &broken());
    let goes = add_with_sizes(&world.library, &owner, &broken());
    while let NextTask::Ready(task) = world.library.next_render_task().unwrap() {
        assert_eq!(
            world
                .library
                .run_render_task(&task, &NeverCancelled)
                .unwrap(),
            TaskOutcome::Dropped
        );
    }
    assert!(matches!(
        world.library.find_image(&short(&goes)),
        Err(Error::NotFound)
    ));
    assert_eq!(read(world.library.original(&stays).unwrap()), broken());
    world.library.delete_image(&owner, &stays).unwrap();
    assert!(world.blobs().is_empty() & world.variants().is_empty());
}

#[test]
fn an_image_that_gets_good_bytes_meanwhile_stays() {
    let world = World::new();
    let owner = world.owner();
    let image = add_with_sizes(&world.library, &owner, &broken());
    let (other, once) = (world.another_handle(), Once::new());
    let stop = || {
        once.call_once(|| {
            let better = upload(&other, &picture(2));
            other.replace_image(&owner, &image, better, None).unwrap();
        });
        false
    };
    work(&world.library, &stop);
    assert!(once.is_completed());
    let found = world.library.find_image(&short(&image)).unwrap();
    assert_eq!(read(world.library.original(&found).unwrap()), picture(2));
}

#[test]
fn a_replaced_image_loses_its_extra_sizes_and_is_never_deleted_for_them() {
    let world = World::new();
    let owner = world.owner();
    let image = add_with_sizes(&world.library, &owner, &picture(1));
    let worse = upload(&world.library, &broken());
    world
        .library
        .replace_image(&owner, &image, worse, None)
        .unwrap();
    assert!(!world.library.has_pending_extra_sizes(&image).unwrap());
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Dropped);
    assert!(world.library.find_image(&short(&image)).is_ok());
}

#[test]
fn a_disk_that_fails_costs_no_image() {
    let world = World::new();
    let image = add_with_sizes(&world.library, &world.owner(), &picture(1));
    let (blob, aside) = (world.blobs().remove(0), world.folder.path().join("aside"));
    std::fs::rename(&blob, &aside).unwrap();
    assert_eq!(
        work(&world.library, &NeverCancelled),
        TaskOutcome::Postponed
    );
    std::fs::rename(&aside, &blob).unwrap();
    assert!(world.library.has_pending_extra_sizes(&image).unwrap());
    world.let_pass(HOUR);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert!(world.library.find_image(&short(&image)).is_ok());
}
