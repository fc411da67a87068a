//! Restarts, pulled plugs and a disk that is full: what was answered stays, nothing else is there.

use tests::vitrine::World;
use tests::{Form, Vitrine, picture, until};

#[test]
fn a_restart_forgets_nothing() {
    let mut vitrine = Vitrine::start();
    let bytes = picture::jpeg(900, 600);
    let id = vitrine.upload("a.jpg", &bytes);
    let deleted = vitrine.upload("b.jpg", &picture::jpeg(90, 60));
    vitrine.delete(&deleted).is(200);
    let small = vitrine.get(&format!("/{id}/400")).is(200).body;

    assert_eq!(vitrine.terminate().code(), Some(0));
    vitrine.start_again();

    assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
    assert!(vitrine.get(&format!("/{id}/400")).is(200).body == small);
    vitrine.get(&format!("/{deleted}")).is(404);
    // The key is still valid, and new sizes are still rendered.
    vitrine.upload("c.jpg", &bytes);
    vitrine.get(&format!("/{id}/200")).is(200);
    vitrine.delete(&id).is(200);
}

#[test]
fn a_plug_pulled_in_mid_upload_leaves_nothing_half_visible() {
    let mut vitrine = Vitrine::start();
    let kept = picture::noise(100, 100, 1);
    let id = vitrine.upload("kept.png", &kept);

    let body = Form::file("cut.png", &picture::noise(1000, 1000, 2)).finish();
    let _half = vitrine.begin_upload(&body);
    until("the upload is on its way to disk", || {
        let incoming = vitrine.world().data().join("incoming");
        let arrived = std::fs::read_dir(incoming)
            .ok()?
            .flatten()
            .any(|file| file.metadata().is_ok_and(|file| file.len() > 100_000));
        arrived.then_some(())
    });
    vitrine.kill();
    // As if the machine had been off for long: young files could be another process's.
    for left in vitrine.world().files("incoming") {
        age(&vitrine.world().data().join("incoming").join(left));
    }
    vitrine.start_again();

    assert!(vitrine.get(&format!("/{id}")).is(200).body == kept);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    until("the half upload is swept away", || {
        vitrine.world().files("incoming").is_empty().then_some(())
    });
    vitrine.upload("again.png", &picture::noise(1000, 1000, 2));
}

/// Makes a file look two hours old.
fn age(file: &std::path::Path) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
    let aged = std::fs::File::options()
        .write(true)
        .open(file)
        .and_then(|file| file.set_modified(then));
    aged.expect("the file's time can be set");
}

#[test]
fn what_was_answered_survives_a_plug_pulled_at_any_moment() {
    let mut vitrine = Vitrine::start();
    let mut answered = Vec::new();
    for round in 0..5_u64 {
        let address = vitrine.address();
        let key = vitrine.key().to_owned();
        let (sender, receiver) = std::sync::mpsc::channel();
        let uploading = std::thread::spawn(move || {
            for number in 0.. {
                let bytes = picture::noise(40, 40, round * 1000 + number);
                let sent = Form::file("a.png", &bytes)
                    .post("/upload")
                    .bearer(&key)
                    .send(address);
                let Ok(answer) = sent else { return };
                let id = answer.is(200).json()["id"]
                    .as_str()
                    .expect("an id")
                    .to_owned();
                if sender.send((id, bytes)).is_err() {
                    return;
                }
            }
        });
        // A different moment each round: after so many answers, in the middle of the next upload.
        answered.extend(receiver.iter().take(3 + 4 * round as usize));
        vitrine.kill();
        answered.extend(receiver.iter());
        uploading.join().expect("no refusal");
        vitrine.start_again();
        for (id, bytes) in &answered {
            assert!(
                vitrine.get(&format!("/{id}")).is(200).body == *bytes,
                "round {round}: {id}"
            );
        }
    }
    vitrine.run(&["key", "list"]).ended(0);
}

/// The limit on the size of a file simulates a full disk: a write fails in the middle of an upload.
#[test]
fn an_upload_that_does_not_fit_on_the_disk_fails_alone() {
    let world = World::new();
    world.run(&["account", "list"]).ended(0);
    let serve = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
    let mut limited = world.command("bash");
    limited.env("VITRINE_DATA", world.data());
    // 2 MiB a file; the signal that comes with it is ignored, so that the write fails instead.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "bash"]);
    limited.arg(serve.get_program()).args(serve.get_args());
    let vitrine = Vitrine::launched_by(world, limited);

    let small = picture::noise(100, 100, 1);
    let id = vitrine.upload("small.png", &small);
    let answer = vitrine.post("large.png", &picture::noise(1200, 1000, 2));
    assert!((500..600).contains(&answer.status), "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert!(answer.json()["error"].is_string(), "{answer}");

    assert_eq!(vitrine.world().files("incoming"), [""; 0]);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    assert!(vitrine.get(&format!("/{id}")).is(200).body == small);
    vitrine.upload("another.png", &picture::noise(100, 100, 3));
}
