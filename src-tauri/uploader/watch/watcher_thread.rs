//! The watching thread: hears news, remembers which files are on their way, and takes each in when its time has come.
//!
//! All that it knows is of now; what has to be known after a crash is in the store. A folder is first looked through,
//! then watched, then looked through again, so that nothing falls between the two.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::event_inbox::{Command, Inbox, Sight};
use super::fs_watcher::{Eyes, TELLS_CLOSING};
use super::ingest_file;
use super::ingest_file::Settled;
use super::pending_file::File;
use super::scan::{self, Scan};
use super::watched_folder::{Watched, report};
use super::{FolderState, Pace};
use crate::Ids;
use crate::queue::job::JobId;
use crate::queue::journal::Book;
use crate::queue::store::seen_files::Look;

/// What others may ask of the watching thread without waiting for it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub states: Vec<(String, FolderState)>,
    /// What appeared while the program was off.
    pub missed: HashMap<String, Vec<PathBuf>>,
}

pub(crate) struct Watchman {
    pub(super) book: Arc<Book>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) pace: Pace,
    /// Folders of the program itself.
    pub(super) own: Vec<PathBuf>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) eyes: Eyes,
    pub(super) folders: Vec<Watched>,
    pub(super) files: HashMap<PathBuf, File>,
    /// Until when all watching is paused; without an end, until it is resumed.
    pub(super) paused: Option<Option<Instant>>,
    pub(super) shown: Arc<Mutex<Shown>>,
    /// Calls the worker: there may be something to send.
    pub(super) nudge: Box<dyn Fn() + Send>,
}

impl Watchman {
    pub fn new(
        book: Arc<Book>,
        ids: Arc<dyn Ids>,
        pace: Pace,
        own: Vec<PathBuf>,
        inbox: Arc<Inbox>,
        shown: Arc<Mutex<Shown>>,
        nudge: Box<dyn Fn() + Send>,
    ) -> Watchman {
        Watchman {
            book,
            ids,
            pace,
            own: own
                .into_iter()
                .map(|path| path.canonicalize().unwrap_or(path))
                .collect(),
            eyes: Eyes::open(inbox.clone()),
            inbox,
            folders: Vec::new(),
            files: HashMap::new(),
            paused: None,
            shown,
            nudge,
        }
    }

    /// Until the inbox says that it is over.
    pub fn run(mut self) {
        loop {
            let news = self.inbox.wait(self.next());
            if news.over {
                return;
            }
            for command in news.commands {
                self.obey(command);
            }
            if self
                .paused
                .is_some_and(|until| until.is_some_and(|until| until <= Instant::now()))
            {
                self.obey(Command::Resume);
            }
            if news.rescan {
                self.lose_sight();
            }
            for (path, sight) in news.sights {
                self.see(&path, sight);
            }
            self.look_after_folders();
            self.look_after_files();
        }
    }

    /// When there is something to do although there are no news.
    fn next(&self) -> Option<Instant> {
        let folders = self
            .folders
            .iter()
            .filter(|watched| self.paused.is_none() && watched.folder.on)
            .map(|watched| watched.due.min(watched.rescan));
        let files = self
            .files
            .values()
            .filter(|_| self.paused.is_none())
            .map(File::due);
        folders.chain(files).chain(self.paused.flatten()).min()
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Folders(folders) => self.set_folders(folders),
            Command::Pause(until) => {
                self.paused = Some(until);
                for at in 0..self.folders.len() {
                    self.close(at, FolderState::Paused);
                    // What appears from now on is as if the program were off.
                    self.folders[at].begun = false;
                }
            }
            Command::Resume => {
                self.paused = None;
                for watched in &mut self.folders {
                    watched.due = Instant::now();
                }
            }
            Command::TakeMissed(id) => {
                let now = Instant::now();
                if let Some(watched) = self.folders.iter_mut().find(|one| one.folder.id == id) {
                    for (path, _) in watched.missed.drain() {
                        let file = File::found(&id, now, &self.pace);
                        self.files.entry(path).or_insert(file);
                    }
                }
                self.show();
            }
            Command::LeaveMissed(id) => {
                if let Some(watched) = self.folders.iter_mut().find(|one| one.folder.id == id) {
                    let missed = std::mem::take(&mut watched.missed);
                    let left = missed.iter().map(|(path, look)| (path.as_path(), *look));
                    report(self.book.see(&id, left));
                    watched.seen.extend(missed);
                }
                self.show();
            }
        }
    }

    /// News may have been lost: everything is looked through, and nothing is known of any writer.
    fn lose_sight(&mut self) {
        let now = Instant::now();
        for watched in &mut self.folders {
            watched.rescan = now;
        }
        for file in self.files.values_mut() {
            file.lost_sight(now, &self.pace);
        }
    }

    fn see(&mut self, path: &Path, sight: Sight) {
        if self.paused.is_some() {
            return;
        }
        // The innermost of the folders that it is in.
        let Some(at) = (0..self.folders.len())
            .filter(|at| self.folders[*at].holds(path))
            .max_by_key(|at| self.folders[*at].root.as_os_str().len())
        else {
            return;
        };
        let now = Instant::now();
        if path == self.folders[at].root {
            self.folders[at].due = now;
            return;
        }
        if sight.gone {
            self.folders[at].seen_is_gone(path, &self.book);
            self.drop_file(path);
            return;
        }
        let Ok(metadata) = path.symlink_metadata() else {
            return;
        };
        if metadata.is_dir() {
            self.enter(at, path);
            return;
        }
        if !metadata.is_file() || !self.folders[at].filter.takes_file(path) {
            return;
        }
        let tells = TELLS_CLOSING && self.folders[at].state == FolderState::Watching;
        self.watch_file(at, path, scan::look(&metadata));
        if let Some(file) = self.files.get_mut(path) {
            match sight.closed {
                true => file.closed(now, &self.pace),
                false => file.touched(tells, now, &self.pace),
            }
        }
    }

    /// A folder has appeared inside one that is watched with all in it.
    fn enter(&mut self, at: usize, path: &Path) {
        let watched = &self.folders[at];
        let root = watched.root.clone();
        if !watched.folder.deep || !scan::enters(path, &root, &watched.filter, &self.own) {
            return;
        }
        // Watched first: what appears while it is looked through is heard of.
        let inside = scan::scan_inside(path, &root, &watched.filter, &self.own);
        self.watch_all(at, inside.folders.clone());
        let inside = scan::scan_inside(path, &root, &self.folders[at].filter, &self.own);
        self.watch_all(at, inside.folders.clone());
        self.take_up(at, &inside);
    }

    /// The files of a scan that are news.
    pub(super) fn take_up(&mut self, at: usize, found: &Scan) {
        for (path, look) in &found.files {
            self.watch_file(at, path, *look);
        }
    }

    /// A file is there; from now on it is on its way, unless it is no news.
    fn watch_file(&mut self, at: usize, path: &Path, look: Look) {
        let watched = &self.folders[at];
        let known =
            watched.seen.get(path) == Some(&look) || watched.missed.get(path) == Some(&look);
        if known {
            if !self.files.contains_key(path) {
                return;
            }
        } else if !self.files.contains_key(path) {
            let file = File::found(&watched.folder.id, Instant::now(), &self.pace);
            self.files.insert(path.to_owned(), file);
        }
        self.give_row(at, path);
    }

    /// The user sees that it is waited for as soon as it is known to be a picture.
    fn give_row(&mut self, at: usize, path: &Path) {
        let folder = &self.folders[at].folder;
        if let Some(file) = self.files.get_mut(path)
            && file.job.is_none()
            && ingest_file::begins_like_a_picture(path) == Some(true)
        {
            file.job = report(ingest_file::expect(&self.book, &*self.ids, folder, path));
        }
    }

    pub(super) fn drop_file(&mut self, path: &Path) {
        if let Some(File { job: Some(job), .. }) = self.files.remove(path) {
            self.give_up(job);
        }
    }

    /// A file has gone before it was whole: so does its row.
    fn give_up(&self, job: JobId) {
        let Some(Some(record)) = report(self.book.record(job)) else {
            return;
        };
        if ingest_file::expected(&record.job.state) {
            report(self.book.forget(job));
        }
    }

    fn look_after_files(&mut self) {
        if self.paused.is_some() {
            return;
        }
        let now = Instant::now();
        let mut due: Vec<(Instant, PathBuf)> = self
            .files
            .iter()
            .filter(|(_, file)| file.due() <= now)
            .map(|(path, file)| (file.due(), path.clone()))
            .collect();
        due.sort();
        for (_, path) in due {
            self.look_after(&path);
        }
    }

    fn look_after(&mut self, path: &Path) {
        let Some(file) = self.files.get_mut(path) else {
            return;
        };
        let at = self
            .folders
            .iter()
            .position(|one| one.folder.id == file.folder);
        let Some(at) = at.filter(|at| self.folders[*at].identity.is_some()) else {
            // Its folder is away, and comes back with it or without.
            file.not_yet(Instant::now(), &self.pace);
            return;
        };
        let watched = &mut self.folders[at];
        let Ok(metadata) = path.symlink_metadata() else {
            watched.due = Instant::now();
            self.drop_file(path);
            return;
        };
        let look = scan::look(&metadata);
        if !metadata.is_file() || watched.seen.get(path) == Some(&look) {
            // What was written to it is what it was before.
            self.drop_file(path);
            return;
        }
        if !file.observe(look, Instant::now(), &self.pace) {
            self.give_row(at, path);
            return;
        }
        let settled = ingest_file::settle(
            &self.book,
            &*self.ids,
            &watched.folder,
            &watched.root,
            path,
            &mut file.job,
        );
        match settled {
            Ok(Settled::Gone) => self.drop_file(path),
            Ok(Settled::NoNews(look)) => {
                report(self.book.see(&watched.folder.id, [(path, look)]));
                watched.seen.insert(path.to_owned(), look);
                self.drop_file(path);
            }
            Ok(Settled::Taken(look)) => {
                watched.seen.insert(path.to_owned(), look);
                self.files.remove(path);
                (self.nudge)();
            }
            Ok(Settled::NotYet) => file.not_yet(Instant::now(), &self.pace),
            Err(failure) => {
                tracing::error!(%failure, "a picture in a watched folder could not be taken in yet");
                file.not_yet(Instant::now(), &self.pace);
            }
        }
    }
}
