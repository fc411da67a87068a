//! Tasks: what an upload is owed is made some day, by whoever lives.

use std::sync::atomic::AtomicU32;
use std::sync::mpsc;

use imaging::{NeverCancelled, Transform};

use super::crashes::{folder_from_stdin, process};
use super::*;

/// Wide enough for three of the five widths.
fn wide(tint: u8) -> Vec<u8> {
    sized_picture(tint, 900, 30)
}

fn owed(library: &Library) -> Option<RenderTask> {
    match library.next_render_task().unwrap() {
        NextTask::Ready(task) => Some(task),
        NextTask::Empty | NextTask::NotBefore(_) => None,
    }
}

/// Works on the next task to its end, or until told.
fn work(library: &Library, stop: &dyn imaging::CancelToken) -> TaskOutcome {
    let task = owed(library).expect("something is owed");
    library.run_render_task(&task, stop).unwrap()
}

fn names(world: &World) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = world.variants().into_iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn an_upload_is_owed_the_widths_that_are_smaller_than_it() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &wide(1));
    let task = owed(&world.library).unwrap();
    assert!(task.estimate_memory(&world.library) > image.bytes);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(names(&world), ["w200.png", "w400.png", "w800.png"]);
    assert!(matches!(
        world.library.next_render_task().unwrap(),
        NextTask::Empty
    ));
    let found = world.library.variant(&image, &Transform::to_width(400));
    let bytes = read(found.unwrap().unwrap());
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 400);
}

#[test]
fn nothing_is_owed_to_small_pictures_or_when_it_is_switched_off() {
    let world = World::new();
    add(&world.library, &world.owner(), &sized_picture(1, 200, 20));
    assert!(owed(&world.library).is_none());
    let off = World::with(Settings {
        prepare_sizes: false,
        ..Settings::default()
    });
    add(&off.library, &off.owner(), &wide(1));
    assert!(owed(&off.library).is_none());
}

#[test]
fn a_repeated_upload_is_owed_nothing_more() {
    let world = World::new();
    let owner = world.owner();
    let answer = |_: &StoredImage| StoredResponse {
        status: 200,
        media_type: String::new(),
        body: Vec::new(),
    };
    for _ in 0..2 {
        let remember = IdempotencyContext {
            key: "once",
            build_response: &answer,
        };
        let upload = upload(&world.library, &wide(1));
        world
            .library
            .add_image(&owner, upload, Some(remember))
            .unwrap();
    }
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert!(owed(&world.library).is_none());
}

#[test]
fn what_another_process_took_in_is_seen_at_once_and_in_order() {
    let world = World::new();
    let other = world.another_handle();
    add(&other, &world.owner(), &sized_picture(1, 300, 20));
    add(&other, &world.owner(), &sized_picture(2, 500, 20));
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(names(&world), ["w200.png"]);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(world.variants().len(), 3);
}

#[test]
fn the_worker_is_woken_by_an_upload() {
    let world = World::new();
    world.library.set_render_worker(std::thread::current());
    add(&world.library, &world.owner(), &wide(1));
    // Returns at once: the word was left for us.
    std::thread::park();
    assert!(owed(&world.library).is_some());
}

#[test]
fn a_deleted_image_is_owed_nothing() {
    let world = World::new();
    let owner = world.owner();
    let image = add(&world.library, &owner, &wide(1));
    let task = owed(&world.library).unwrap();
    world.library.delete_image(&owner, &image).unwrap();
    assert!(owed(&world.library).is_none());
    let worked = world
        .library
        .run_render_task(&task, &NeverCancelled)
        .unwrap();
    assert_eq!(worked, TaskOutcome::Dropped);
    assert!(world.variants().is_empty());
}

#[test]
fn an_image_that_is_deleted_meanwhile_leaves_nothing_behind() {
    for after in [1, 2, 4] {
        let world = World::new();
        let owner = world.owner();
        let image = add(&world.library, &owner, &wide(1));
        let (other, asked) = (world.another_handle(), AtomicU32::new(0));
        let stop = || {
            if asked.fetch_add(1, Ordering::SeqCst) + 1 == after {
                other.delete_image(&owner, &image).unwrap();
            }
            false
        };
        assert_eq!(work(&world.library, &stop), TaskOutcome::Dropped, "{after}");
        assert!(world.variants().is_empty() && world.blobs().is_empty());
        assert!(owed(&world.library).is_none());
    }
}

#[test]
fn work_that_gave_way_is_still_owed_and_keeps_what_is_made() {
    let world = World::new();
    add(&world.library, &world.owner(), &wide(1));
    // As a request does that comes while the sizes are made.
    let stop = || !world.variants().is_empty();
    assert_eq!(work(&world.library, &stop), TaskOutcome::Cancelled);
    assert_eq!(names(&world), ["w800.png"]);
    // However often: giving way is no failure.
    for _ in 0..20 {
        assert_eq!(work(&world.library, &|| true), TaskOutcome::Cancelled);
    }
    let before = std::fs::metadata(&world.variants()[0]).unwrap();
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(world.variants().len(), 3);
    let kept = world
        .variants()
        .into_iter()
        .find(|path| path.ends_with("w800.png"));
    let after = std::fs::metadata(kept.unwrap()).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn a_request_for_a_size_that_is_being_made_gets_that_one() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &wide(1));
    let size = Transform::to_width(400);
    let nobody = world
        .library
        .wait_for_variant(&image, &size, &NeverCancelled);
    assert!(nobody.unwrap().is_none());

    let (begun, begins) = mpsc::channel();
    let (waits, waiting) = mpsc::channel();
    let (begun, waiting) = (std::sync::Mutex::new(begun), std::sync::Mutex::new(waiting));
    let once = std::sync::Once::new();
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let stop = || {
                once.call_once(|| {
                    begun.lock().unwrap().send(()).unwrap();
                    waiting.lock().unwrap().recv().unwrap();
                });
                false
            };
            work(&world.library, &stop)
        });
        begins.recv().unwrap();
        let waits = std::sync::Mutex::new(waits);
        let stop = || {
            let _ = waits.lock().unwrap().send(());
            false
        };
        let shared = world.library.wait_for_variant(&image, &size, &stop);
        let bytes = read(shared.unwrap().expect("it was being made"));
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 400);
        assert_eq!(worker.join().unwrap(), TaskOutcome::Done);
    });
    assert_eq!(world.variants().len(), 3);
}

#[test]
fn a_size_that_a_request_makes_just_now_is_left_to_it() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &wide(1));
    let once = std::sync::Once::new();
    // While the request renders 400, the background does all the rest.
    let stop = || {
        once.call_once(|| assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done));
        false
    };
    let size = Transform::to_width(400);
    world.library.make_variant(&image, &size, &stop).unwrap();
    assert!(once.is_completed());
    assert_eq!(names(&world), ["w200.png", "w400.png", "w800.png"]);
}

#[test]
fn a_picture_that_cannot_be_rendered_is_tried_once() {
    let world = World::new();
    let mut bytes = wide(1);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0xA5);
    add(&world.library, &world.owner(), &bytes);
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Dropped);
    assert!(matches!(
        world.library.next_render_task().unwrap(),
        NextTask::Empty
    ));
}

#[test]
fn what_may_pass_is_tried_again_later_and_not_for_ever() {
    let world = World::new();
    add(&world.library, &world.owner(), &wide(1));
    let (blob, aside) = (world.blobs().remove(0), world.folder.path().join("aside"));
    std::fs::rename(&blob, &aside).unwrap();
    assert_eq!(
        work(&world.library, &NeverCancelled),
        TaskOutcome::Postponed
    );
    let NextTask::NotBefore(pause) = world.library.next_render_task().unwrap() else {
        panic!("it is put off")
    };
    world.let_pass(pause);
    assert_eq!(
        work(&world.library, &NeverCancelled),
        TaskOutcome::Postponed
    );
    let NextTask::NotBefore(longer) = world.library.next_render_task().unwrap() else {
        panic!("it is put off")
    };
    assert!(longer > pause, "{longer:?}");
    world.let_pass(longer);
    std::fs::rename(&aside, &blob).unwrap();
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);

    add(&world.library, &world.owner(), &wide(2));
    for gone in world.blobs() {
        std::fs::remove_file(gone).unwrap();
    }
    let mut tries = 1;
    while work(&world.library, &NeverCancelled) == TaskOutcome::Postponed {
        tries += 1;
        world.let_pass(100 * HOUR);
    }
    assert!((5..20).contains(&tries), "{tries}");
    assert!(matches!(
        world.library.next_render_task().unwrap(),
        NextTask::Empty
    ));
}

#[test]
#[ignore = "played in another process by `what_is_owed_survives_kill_9`"]
fn play_a_worker() {
    let library = folder_from_stdin();
    if owed(&library).is_none() {
        add(&library, &actor(&library, NewApiKey::default()), &wide(1));
    }
    let asked = AtomicU32::new(0);
    let stop = || {
        println!("> {}", asked.fetch_add(1, Ordering::SeqCst));
        if asked.load(Ordering::SeqCst) == 4 {
            // In the middle of it, until somebody kills us.
            std::thread::park();
        }
        false
    };
    work(&library, &stop);
}

#[test]
fn what_is_owed_survives_kill_9() {
    let world = World::new();
    let killed = |world: &World| {
        let (mut child, lines) = process("tasks::play_a_worker", world.folder.path());
        assert_eq!(lines.take(4).count(), 4);
        child.kill().unwrap();
        child.wait().unwrap();
        world.let_pass(Duration::from_secs(1));
    };
    killed(&world);
    let made = world.variants().len();
    assert!(made < 3, "it was killed in the middle: {made}");
    // The next one goes on at once.
    assert_eq!(work(&world.library, &NeverCancelled), TaskOutcome::Done);
    assert_eq!(names(&world), ["w200.png", "w400.png", "w800.png"]);
    assert!(owed(&world.library).is_none());
}

#[test]
fn work_that_ends_its_process_each_time_is_given_up() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &wide(1));
    let mut deaths = 0;
    while let Some(task) = owed(&world.library) {
        // A panic outside of every decoder stands for whatever ends a process.
        let stop = || -> bool { std::panic::panic_any("the end") };
        let library = world.library.clone();
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            library.run_render_task(&task, &stop)
        }));
        match ended {
            Err(_) => deaths += 1,
            Ok(worked) => assert_eq!(worked.unwrap(), TaskOutcome::Dropped),
        }
        world.let_pass(100 * HOUR);
    }
    assert!((2..20).contains(&deaths), "{deaths}");
    let size = Transform::to_width(400);
    assert!(
        world
            .library
            .make_variant(&image, &size, &NeverCancelled)
            .is_ok()
    );
}
