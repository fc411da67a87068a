//! The system's news of folders, as far as they mean anything here. The only file that knows `notify`.

use std::path::Path;
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::event_inbox::{Inbox, News};

/// Whether the system says when a file is closed by who wrote it.
pub(super) const TELLS_CLOSING: bool = cfg!(target_os = "linux");
/// Whether each folder has to be watched for itself.
pub(super) const ONE_BY_ONE: bool = cfg!(target_os = "linux");

pub(super) struct Eyes {
    /// None where the system gives none; the reason is a sentence.
    watcher: Result<RecommendedWatcher, String>,
}

impl Eyes {
    pub fn open(inbox: Arc<Inbox>) -> Eyes {
        let told = move |event: notify::Result<Event>| {
            inbox.tell(|news| match event {
                Ok(event) => hear(&event, news),
                Err(error) => {
                    tracing::warn!(%error, "news of watched folders were lost");
                    news.rescan = true;
                }
            });
        };
        let config = Config::default().with_follow_symlinks(false);
        Eyes {
            watcher: RecommendedWatcher::new(told, config).map_err(|error| reason(&error)),
        }
    }

    /// An error is a sentence: why there will be no news of this folder.
    pub fn watch(&mut self, folder: &Path, deep: bool) -> Result<(), String> {
        let watcher = self.watcher.as_mut().map_err(|reason| reason.clone())?;
        let how = match deep && !ONE_BY_ONE {
            true => RecursiveMode::Recursive,
            false => RecursiveMode::NonRecursive,
        };
        watcher.watch(folder, how).map_err(|error| reason(&error))
    }

    pub fn unwatch(&mut self, folder: &Path) {
        if let Ok(watcher) = &mut self.watcher {
            // One that is gone is not watched any more anyway.
            let _ = watcher.unwatch(folder);
        }
    }
}

fn hear(event: &Event, news: &mut News) {
    if event.need_rescan() {
        news.rescan = true;
    }
    let mut see = |path: &Path, closed: bool, gone: bool| {
        let sight = news.sights.entry(path.to_owned()).or_default();
        (sight.closed, sight.gone) = (closed, gone);
    };
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
            event.paths.iter().for_each(|path| see(path, true, false));
        }
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => {
            event.paths.iter().for_each(|path| see(path, false, true));
        }
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
            if let [from, to] = event.paths.as_slice() {
                see(from, false, true);
                see(to, true, false);
            }
        }
        // Reading a file is none of its writer's doing: our own looks are heard, too.
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => {}
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => {
            event.paths.iter().for_each(|path| see(path, false, false));
        }
    }
}

fn reason(error: &notify::Error) -> String {
    let out_of = |what: &str| {
        format!(
            "The system allows no more watched folders, so this one is looked through every few seconds. Raise \
             {what} with sysctl, and start again."
        )
    };
    match &error.kind {
        ErrorKind::MaxFilesWatch => out_of("fs.inotify.max_user_watches"),
        ErrorKind::Io(io) if io.raw_os_error() == Some(TOO_MANY_OPEN) => {
            out_of("fs.inotify.max_user_instances")
        }
        _ => format!(
            "The system gives no news of this folder ({error}), so it is looked through every few seconds."
        ),
    }
}

/// `EMFILE`, which is what a further instance of inotify is refused with.
const TOO_MANY_OPEN: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::event_inbox::Sight;

    fn heard(kinds: &[EventKind]) -> News {
        let mut news = News::default();
        for kind in kinds {
            hear(&Event::new(*kind).add_path("/f/a.png".into()), &mut news);
        }
        news
    }

    #[test]
    fn the_last_that_happened_to_a_file_is_what_counts() {
        let create = EventKind::Create(notify::event::CreateKind::File);
        let write = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let gone = EventKind::Remove(notify::event::RemoveKind::File);
        let sight = |kinds: &[EventKind]| heard(kinds).sights[Path::new("/f/a.png")];
        let (closed, touched) = (
            Sight {
                closed: true,
                gone: false,
            },
            Sight::default(),
        );
        assert_eq!(sight(&[create, write, close]), closed);
        assert_eq!(sight(&[create, write, close, write]), touched);
        assert!(sight(&[create, write, gone]).gone);
        assert_eq!(sight(&[gone, create]), touched);
    }

    #[test]
    fn reading_a_file_is_no_news_of_it() {
        let open = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let read = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let touch = EventKind::Modify(ModifyKind::Metadata(notify::event::MetadataKind::Any));
        assert!(heard(&[open, read, touch]).sights.is_empty());
    }

    #[test]
    fn a_queue_that_ran_over_is_said_to_have() {
        let mut news = News::default();
        let event = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        hear(&event, &mut news);
        assert!(news.rescan);
    }

    #[test]
    fn limits_are_named_by_their_sysctl() {
        let watches = notify::Error::new(ErrorKind::MaxFilesWatch);
        assert!(reason(&watches).contains("fs.inotify.max_user_watches"));
        let instances = notify::Error::io(std::io::Error::from_raw_os_error(TOO_MANY_OPEN));
        assert!(reason(&instances).contains("fs.inotify.max_user_instances"));
    }
}
