//! The event bus: a broadcast of what happened in the app. It knows none of its subscribers; `app.rs` connects them.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};
use uploader::{Job, JobId};

use crate::view::drag::DragState;
use crate::view::notice::Notice;

/// Events that a slow subscriber may fall behind. Those of uploads are batched before they get here.
const CAPACITY: usize = 1024;

#[derive(Clone, Debug)]
pub enum Event {
    /// New jobs, and jobs with changes other than progress.
    JobsChanged(Arc<Vec<Job>>),
    Progress {
        id: JobId,
        sent: u64,
        total: u64,
    },
    JobForgotten(JobId),
    /// Events of the uploader were lost: what is known of jobs may be outdated.
    JobEventsMissed,
    /// Every job of a batch has ended.
    BatchDone,
    /// The state of watched folders, or the pictures that were missed in them.
    FoldersChanged,
    /// Uploads were paused or resumed.
    QueuePauseChanged,
    /// The text of the tray and dialogs is in another language.
    LanguageChanged,
    Drag(DragState),
    Notice(Notice),
    /// The user closed the window, and there is no tray to keep the app reachable.
    CloseRequested,
}

pub struct EventBus {
    sender: broadcast::Sender<Event>,
}

impl EventBus {
    pub fn new() -> EventBus {
        EventBus {
            sender: broadcast::Sender::new(CAPACITY),
        }
    }

    pub fn publish(&self, event: Event) {
        // An error says that there is no subscriber, as at startup.
        let _ = self.sender.send(event);
    }

    pub fn notify(&self, notice: Notice) {
        self.publish(Event::Notice(notice));
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }
}

/// Replaces a watched value. Receivers are only notified if it is another one; returns whether it is.
pub fn replace_if_changed<T: PartialEq>(sender: &watch::Sender<T>, value: T) -> bool {
    sender.send_if_modified(|current| {
        let changed = *current != value;
        *current = value;
        changed
    })
}
