//! The switch of the background renderer: wakes its thread, and stops it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

/// Where everybody reaches the background.
#[derive(Default)]
pub struct BackgroundRenderer {
    pub(super) is_stopping: AtomicBool,
    pub(super) thread: OnceLock<Thread>,
}

impl BackgroundRenderer {
    /// Begins nothing new, and drops what is being made at its next step.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}
