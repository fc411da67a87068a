//! Sizes that are rendered in advance: while no request waits, whatever happens in between, and
//! in little memory.

use std::thread;
use std::time::{Duration, Instant};

use tests::{Vitrine, picture, until};

fn variants(vitrine: &Vitrine) -> usize {
    vitrine.world().files("variants").len()
}

fn until_made(vitrine: &Vitrine, count: usize) {
    until("the sizes are made", || {
        (variants(vitrine) >= count).then_some(())
    });
}

#[test]
fn the_sizes_of_an_upload_are_rendered_before_they_are_requested() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.jpg", &picture::jpeg(1300, 700));
    until_made(&vitrine, 4);
    for width in [200, 400, 800, 1200] {
        let body = vitrine.get(&format!("/{id}/{width}")).is(200).body;
        let shown = image::load_from_memory(&body).expect("a picture");
        assert_eq!(shown.width(), width);
    }
    assert_eq!(variants(&vitrine), 4, "none was made again");
}

#[test]
fn switched_off_nothing_is_made_and_nothing_is_owed_later() {
    let mut vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let id = vitrine.upload("a.jpg", &picture::jpeg(900, 60));
    vitrine.get(&format!("/{id}/300")).is(200);
    assert_eq!(variants(&vitrine), 1);
    vitrine.terminate();
    assert_eq!(variants(&vitrine), 1);
}

#[test]
fn after_a_pulled_plug_the_next_server_makes_what_is_owed() {
    let mut vitrine = Vitrine::start();
    for seed in 0..6 {
        vitrine.upload("a.png", &picture::noise(900, 700, seed));
    }
    vitrine.kill();
    vitrine.start_again();
    until_made(&vitrine, 6 * 3);
}

#[test]
fn a_server_that_is_stopped_does_not_finish_its_background_work_first() {
    let mut vitrine = Vitrine::start();
    for seed in 0..4 {
        vitrine.upload("a.png", &picture::noise(3000, 2000, seed));
    }
    let requested = Instant::now();
    assert_eq!(vitrine.terminate().code(), Some(0));
    assert!(
        requested.elapsed() < Duration::from_secs(4),
        "{:?}",
        requested.elapsed()
    );
    assert!(variants(&vitrine) < 4 * 5);
}

#[cfg(target_os = "linux")]
#[test]
fn sixteen_large_pictures_and_all_their_sizes_at_once_take_a_bounded_memory_and_give_it_back() {
    use crate::memory::{held, peak};
    const WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];
    // A comment in front of the same picture makes other bytes, and as much work.
    fn with_comment(jpeg: &[u8], seed: u8) -> Vec<u8> {
        [&jpeg[..2], &[0xFF, 0xFE, 0, 3, seed], &jpeg[2..]].concat()
    }

    let vitrine = Vitrine::start();
    let jpeg = picture::jpeg(6000, 4000);
    // Whatever the first request of any kind allocates once is not this test's matter.
    let id = vitrine.upload("small.jpg", &picture::jpeg(300, 200));
    vitrine.get(&format!("/{id}/100")).is(200);
    until_made(&vitrine, 2);
    let idle = held(vitrine.pid());

    let begun = Instant::now();
    thread::scope(|scope| {
        for seed in 0..16 {
            let (vitrine, jpeg) = (&vitrine, &jpeg);
            scope.spawn(move || {
                let id = vitrine.upload("large.jpg", &with_comment(jpeg, seed));
                for width in WIDTHS {
                    let path = format!("/{id}/{width}");
                    scope.spawn(move || {
                        // More than may wait are asked to retry later, and do.
                        while vitrine.get(&path).status == 503 {
                            thread::sleep(Duration::from_millis(200));
                        }
                        vitrine.get(&path).is(200);
                    });
                }
            });
        }
    });
    until_made(&vitrine, 2 + 16 * WIDTHS.len());
    let took = begun.elapsed();
    let peak = peak(vitrine.pid());
    let done = Instant::now();
    let left = until("the memory is given back", || {
        let held = held(vitrine.pid());
        (held < idle + 30_000_000).then_some(held)
    });
    eprintln!(
        "idle {} MB, peak {} MB after {took:.1?}, {} MB after another {:.1?}",
        idle / 1_000_000,
        peak / 1_000_000,
        left / 1_000_000,
        done.elapsed()
    );
    assert!(peak < 400_000_000, "the peak was {peak} bytes");
}
