//! Waiting for something that another process does, which cannot tell us when it has.

use std::thread;
use std::time::{Duration, Instant};

/// Asks again and again until `ready` gives something. Panics, naming `what`, when half a minute has
/// passed: far more than anything here takes, and still an end.
#[track_caller]
pub fn until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < give_up, "waited 30 s in vain until {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
