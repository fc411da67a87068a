//! Whether a conversation with a target is still alive, heard by both of its directions: what is sent beats, and so
//! does what is received.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::Failure;

/// How long nothing may move in either direction before it is given up. Sending a large picture takes as long as it
/// takes; a server that says nothing for a minute after that is not going to.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Whether anything still moves, and what went wrong on this side, which the client itself only calls a broken body.
pub(crate) struct IdleTimer {
    last_activity: Mutex<Instant>,
    error: Mutex<Option<Failure>>,
}

impl IdleTimer {
    pub fn new() -> IdleTimer {
        IdleTimer {
            last_activity: Mutex::new(Instant::now()),
            error: Mutex::new(None),
        }
    }

    pub fn reset(&self) {
        *self
            .last_activity
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub fn mark_error(&self, failure: Failure) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    pub fn take_error(&self) -> Option<Failure> {
        self.error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// `None` once nothing has moved for too long.
    pub async fn run_until_idle<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            let until = *self
                .last_activity
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                + IDLE_TIMEOUT;
            tokio::select! {
                done = &mut work => return Some(done),
                () = sleep_until(until) => {
                    if Instant::now() >= *self.last_activity.lock().unwrap_or_else(PoisonError::into_inner) + IDLE_TIMEOUT {
                        return None;
                    }
                }
            }
        }
    }
}
