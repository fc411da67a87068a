//! Concurrent requests: a variant is rendered once for all of them, and a deletion affects no other image.

use std::collections::BTreeSet;
use std::thread;

use tests::{Form, Request, Vitrine, picture};

#[test]
fn fifty_who_ask_for_a_new_size_at_once_share_one_making() {
    let vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let id = vitrine.upload("a.jpg", &picture::jpeg(5000, 3000));
    let before = processor_time(vitrine.pid());
    vitrine.get(&format!("/{id}/1201")).is(200);
    let one = processor_time(vitrine.pid()) - before;

    let before = processor_time(vitrine.pid());
    let path = format!("/{id}/1200");
    let answers: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..50)
            .map(|_| scope.spawn(|| vitrine.get(&path)))
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().expect("an answer"))
            .collect()
    });
    let fifty = processor_time(vitrine.pid()) - before;

    for answer in &answers {
        assert_eq!(answer.status, 200, "{answer}");
        assert!(
            answer.body == answers[0].body && answer.header("etag") == answers[0].header("etag")
        );
    }
    let files = vitrine.world().files("variants");
    assert_eq!(files.len(), 2, "one file a size: {files:?}");
    // Fifty makings would take fifty times one; handing out the result takes a little.
    assert!(
        fifty < 10 * one.max(5),
        "one making took {one} ticks, fifty requests {fifty}"
    );
}

/// User and system time of a process so far, in clock ticks.
fn processor_time(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process lives");
    let (_, fields) = stat.rsplit_once(") ").expect("the name is in brackets");
    fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().expect("a number"))
        .sum()
}

#[test]
fn uploads_and_deletions_of_the_same_bytes_do_not_hurt_each_other() {
    let vitrine = Vitrine::start();
    let bytes = picture::noise(60, 60, 4);
    let kept = thread::scope(|scope| {
        let deleting = scope.spawn(|| {
            for _ in 0..40 {
                let id = vitrine.upload("a.png", &bytes);
                vitrine.delete(&id).is(200);
                vitrine.get(&format!("/{id}")).is(404);
            }
        });
        let also_deleting = scope.spawn(|| {
            for _ in 0..40 {
                let id = vitrine.upload("a.png", &bytes);
                vitrine.get(&format!("/{id}/30")).is(200);
                vitrine.delete(&id).is(200);
            }
        });
        let keeping = scope.spawn(|| {
            let kept: Vec<_> = (0..20).map(|_| vitrine.upload("a.png", &bytes)).collect();
            for id in &kept {
                assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
                vitrine.get(&format!("/{id}/30")).is(200);
            }
            kept
        });
        deleting.join().expect("no refusal");
        also_deleting.join().expect("no refusal");
        keeping.join().expect("no loss")
    });
    for id in &kept {
        assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
    }
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    for id in &kept {
        vitrine.delete(id).is(200);
    }
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(vitrine.world().files("variants"), [""; 0]);
    assert_eq!(vitrine.world().files("incoming"), [""; 0]);
}

#[test]
fn many_uploads_at_once_get_an_id_each() {
    let vitrine = Vitrine::start();
    let ids: BTreeSet<_> = thread::scope(|scope| {
        let sent: Vec<_> = (0..24)
            .map(|seed| {
                scope.spawn({
                    let vitrine = &vitrine;
                    move || vitrine.upload("a.png", &picture::noise(50, 50, seed))
                })
            })
            .collect();
        sent.into_iter()
            .map(|sent| sent.join().expect("an id"))
            .collect()
    });
    assert_eq!(ids.len(), 24);
    assert_eq!(vitrine.world().files("blobs").len(), 24);
}

#[test]
fn renderings_beyond_the_queue_are_asked_to_come_back() {
    let vitrine = Vitrine::with(&[("workers", "1"), ("queue", "1")]);
    let id = vitrine.upload("a.jpg", &picture::jpeg(6000, 4000));
    let answers: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..12)
            .map(|number| {
                scope.spawn({
                    let (vitrine, path) = (&vitrine, format!("/{id}/{}", 1500 + number));
                    move || vitrine.send(&Request::get(&path))
                })
            })
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().expect("an answer"))
            .collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert!(
        !made.is_empty() && !refused.is_empty(),
        "{} made, {} refused",
        made.len(),
        refused.len()
    );
    for answer in refused {
        assert_eq!(answer.status, 503, "{answer}");
        assert!(
            answer
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|seconds| seconds >= 1),
            "{answer}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
        assert!(answer.json()["error"].is_string(), "{answer}");
    }
    // Looking at a new upload's header does not wait in that queue.
    vitrine
        .send(
            &Form::file("b.png", &picture::png(9, 9))
                .post("/upload")
                .bearer(vitrine.key()),
        )
        .is(200);
}
