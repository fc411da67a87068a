//! One maker, many who wait.

use std::sync::mpsc;

use crate::variants::single_flight::{Making, Turn};

/// Joins as one who waits: gives word as soon as it does.
fn wait(making: &Making<&'static str, u32>, waits: mpsc::Sender<()>) -> Option<u32> {
    let stop = move || {
        let _ = waits.send(());
        false
    };
    match making.join(&"w20", &SyncStop(std::sync::Mutex::new(stop))) {
        Turn::Theirs(outcome) => outcome,
        Turn::Mine(_) | Turn::Stopped => panic!("it was another's turn"),
    }
}

struct SyncStop<F>(std::sync::Mutex<F>);

impl<F: FnMut() -> bool + Send> imaging::Stop for SyncStop<F> {
    fn asked(&self) -> bool {
        (self.0.lock().unwrap())()
    }
}

#[test]
fn who_comes_while_one_makes_waits_for_what_comes_out() {
    let making = Making::new();
    let Turn::Mine(maker) = making.join(&"w20", &imaging::Never) else {
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
        let other = making.join(&"w40", &imaging::Never);
        assert!(
            matches!(other, Turn::Mine(_)),
            "another thing has its own maker"
        );
        maker.made(7);
        assert!(
            waiters
                .into_iter()
                .all(|waiter| waiter.join().unwrap() == Some(7))
        );
    });
    assert!(
        matches!(making.join(&"w20", &imaging::Never), Turn::Mine(_)),
        "nothing is remembered"
    );
}

#[test]
fn a_maker_that_gives_up_passes_the_turn_on() {
    let making: Making<_, u32> = Making::new();
    let Turn::Mine(maker) = making.join(&"w20", &imaging::Never) else {
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
        making.join(&"w20", &imaging::Never),
        Turn::Mine(_)
    ));
}

#[test]
fn who_waits_may_leave() {
    let making: Making<_, u32> = Making::new();
    let Turn::Mine(_maker) = making.join(&"w20", &imaging::Never) else {
        panic!("nobody makes it yet")
    };
    assert!(matches!(making.join(&"w20", &|| true), Turn::Stopped));
}
