//! One maker, many who wait.

use std::sync::mpsc;

use crate::variants::single_flight::{Claim, SingleFlight};

/// Joins as one who waits: gives word as soon as it does.
fn wait(making: &SingleFlight<&'static str, u32>, waits: mpsc::Sender<()>) -> Option<u32> {
    let stop = move || {
        let _ = waits.send(());
        false
    };
    match making.join(&"w20", &SyncStop(std::sync::Mutex::new(stop))) {
        Claim::Shared(outcome) => outcome,
        Claim::Lead(_) | Claim::Cancelled => panic!("it was another's turn"),
    }
}

struct SyncStop<F>(std::sync::Mutex<F>);

impl<F: FnMut() -> bool + Send> imaging::CancelToken for SyncStop<F> {
    fn is_cancelled(&self) -> bool {
        (self.0.lock().unwrap())()
    }
}

#[test]
fn who_comes_while_one_makes_waits_for_what_comes_out() {
    let making = SingleFlight::new();
    let Claim::Lead(maker) = making.join(&"w20", &imaging::NeverCancelled) else {
        panic!("nobody makes it yet")
    };
    std::thread::scope(|scope| {
        let waiters: Vec<_> = (0..4)
            .map(|_| {
                let (waits, waiting) = mpsc::channel();
                let waiter = scope.spawn(|| wait(&making, waits));
                waiting.recv().unwrap();
                waiter
            })
            .collect();
        let other = making.join(&"w40", &imaging::NeverCancelled);
        assert!(
            matches!(other, Claim::Lead(_)),
            "another thing has its own maker"
        );
        maker.publish(7);
        assert!(
            waiters
                .into_iter()
                .all(|waiter| waiter.join().unwrap() == Some(7))
        );
    });
    assert!(
        matches!(
            making.join(&"w20", &imaging::NeverCancelled),
            Claim::Lead(_)
        ),
        "nothing is remembered"
    );
}

#[test]
fn a_maker_that_gives_up_passes_the_turn_on() {
    let making: SingleFlight<_, u32> = SingleFlight::new();
    let Claim::Lead(maker) = making.join(&"w20", &imaging::NeverCancelled) else {
        panic!("nobody makes it yet")
    };
    std::thread::scope(|scope| {
        let (waits, waiting) = mpsc::channel();
        let waiter = scope.spawn(|| wait(&making, waits));
        waiting.recv().unwrap();
        drop(maker);
        assert_eq!(waiter.join().unwrap(), None);
    });
    assert!(matches!(
        making.join(&"w20", &imaging::NeverCancelled),
        Claim::Lead(_)
    ));
}

#[test]
fn who_waits_may_leave() {
    let making: SingleFlight<_, u32> = SingleFlight::new();
    let Claim::Lead(_maker) = making.join(&"w20", &imaging::NeverCancelled) else {
        panic!("nobody makes it yet")
    };
    assert!(matches!(making.join(&"w20", &|| true), Claim::Cancelled));
}
