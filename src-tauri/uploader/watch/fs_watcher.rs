//! The system's news of folders, as far as they mean anything here. The only file that knows `notify`.

use std::path::Path;
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::event_inbox::{EventInbox, PendingEvents};

/// Whether the system says when a file is closed by who wrote it.
pub(super) const REPORTS_CLOSE: bool = cfg!(target_os = "linux");
/// Whether each folder has to be watched for itself.
pub(super) const WATCHES_EACH_FOLDER: bool = cfg!(target_os = "linux");

pub(super) struct FsWatcher {
    /// None where the system gives none; the reason is a sentence.
    watcher: Result<RecommendedWatcher, String>,
}

impl FsWatcher {
    pub fn new(inbox: Arc<EventInbox>) -> FsWatcher {
        let on_event = move |event: notify::Result<Event>| {
            inbox.update(|news| match event {
                Ok(event) => record_event(&event, news),
                Err(error) => {
                    tracing::warn!(%error, "news of watched folders were lost");
                    news.needs_rescan = true;
                }
            });
        };
        let config = Config::default().with_follow_symlinks(false);
        FsWatcher {
            watcher: RecommendedWatcher::new(on_event, config)
                .map_err(|error| error_sentence(&error)),
        }
    }

    /// An error is a sentence: why there will be no news of this folder.
    pub fn watch(&mut self, folder: &Path, deep: bool) -> Result<(), String> {
        let watcher = self.watcher.as_mut().map_err(|reason| reason.clone())?;
        let recursion = match deep && !WATCHES_EACH_FOLDER {
            true => RecursiveMode::Recursive,
            false => RecursiveMode::NonRecursive,
        };
        watcher
            .watch(folder, recursion)
            .map_err(|error| error_sentence(&error))
    }

    pub fn unwatch(&mut self, folder: &Path) {
        if let Ok(watcher) = &mut self.watcher {
            // One that is gone is not watched any more anyway.
            let _ = watcher.unwatch(folder);
        }
    }
}

fn record_event(event: &Event, events: &mut PendingEvents) {
    if event.need_rescan() {
        events.needs_rescan = true;
    }
    let mut record = |path: &Path, closed: bool, gone: bool| {
        let sight = events.file_events.entry(path.to_owned()).or_default();
        (sight.was_closed, sight.was_removed) = (closed, gone);
    };
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
            event
                .paths
                .iter()
                .for_each(|path| record(path, true, false));
        }
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => {
            event
                .paths
                .iter()
                .for_each(|path| record(path, false, true));
        }
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
            if let [from, to] = event.paths.as_slice() {
                record(from, false, true);
                record(to, true, false);
            }
        }
        // Reading a file is none of its writer's doing: our own looks are heard, too.
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => {}
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => {
            event
                .paths
                .iter()
                .for_each(|path| record(path, false, false));
        }
    }
}

fn error_sentence(error: &notify::Error) -> String {
    let out_of = |what: &str| {
        format!(
            "The system allows no more watched folders, so this one is looked through every few seconds. Raise \
             {what} with sysctl, and start again."
        )
    };
    match &error.kind {
        ErrorKind::MaxFilesWatch => out_of("fs.inotify.max_user_watches"),
        ErrorKind::Io(io) if io.raw_os_error() == Some(EMFILE) => {
            out_of("fs.inotify.max_user_instances")
        }
        _ => format!(
            "The system gives no news of this folder ({error}), so it is looked through every few seconds."
        ),
    }
}

/// `EMFILE`, which is what a further instance of inotify is refused with.
const EMFILE: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::event_inbox::FileEvent;

    fn record_events(kinds: &[EventKind]) -> PendingEvents {
        let mut news = PendingEvents::default();
        for kind in kinds {
            record_event(&Event::new(*kind).add_path("/f/a.png".into()), &mut news);
        }
        news
    }

    #[test]
    fn the_last_event_of_a_file_counts() {
        let create = EventKind::Create(notify::event::CreateKind::File);
        let write = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let gone = EventKind::Remove(notify::event::RemoveKind::File);
        let sight = |kinds: &[EventKind]| record_events(kinds).file_events[Path::new("/f/a.png")];
        let (closed, touched) = (
            FileEvent {
                was_closed: true,
                was_removed: false,
            },
            FileEvent::default(),
        );
        assert_eq!(sight(&[create, write, close]), closed);
        assert_eq!(sight(&[create, write, close, write]), touched);
        assert!(sight(&[create, write, gone]).was_removed);
        assert_eq!(sight(&[gone, create]), touched);
    }

    #[test]
    fn reading_a_file_is_not_an_event() {
        let open = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let read = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let touch = EventKind::Modify(ModifyKind::Metadata(notify::event::MetadataKind::Any));
        assert!(record_events(&[open, read, touch]).file_events.is_empty());
    }

    #[test]
    fn an_overflow_asks_for_a_rescan() {
        let mut news = PendingEvents::default();
        let event = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        record_event(&event, &mut news);
        assert!(news.needs_rescan);
    }

    #[test]
    fn limits_are_named_by_their_sysctl() {
        let watches = notify::Error::new(ErrorKind::MaxFilesWatch);
        assert!(error_sentence(&watches).contains("fs.inotify.max_user_watches"));
        let instances = notify::Error::io(std::io::Error::from_raw_os_error(EMFILE));
        assert!(error_sentence(&instances).contains("fs.inotify.max_user_instances"));
    }
}
