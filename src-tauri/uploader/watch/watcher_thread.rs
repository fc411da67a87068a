//! The watching thread: hears news, remembers which files are on their way, and takes each in when its time has come.
//!
//! All that it knows is of now; what has to be known after a crash is in the store. A folder is first looked through,
//! then watched, then looked through again, so that nothing falls between the two.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::event_inbox::{Command, EventInbox, FileEvent};
use super::fs_watcher::{FsWatcher, REPORTS_CLOSE};
use super::ingest_file;
use super::ingest_file::IngestOutcome;
use super::pending_file::PendingFile;
use super::scan::{self, FolderScan};
use super::watched_folder::{FolderWatch, log_failure};
use super::{FolderState, WatchTimings};
use crate::Ids;
use crate::queue::job::JobId;
use crate::queue::journal::JobJournal;
use crate::queue::store::seen_files::FileStamp;

/// What others may ask of the watching thread without waiting for it.
#[derive(Debug, Default)]
pub(crate) struct FolderStatus {
    pub states: Vec<(String, FolderState)>,
    /// What appeared while the program was off.
    pub missed_files: HashMap<String, Vec<PathBuf>>,
}

pub(crate) struct FolderWatcher {
    pub(super) journal: Arc<JobJournal>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) timings: WatchTimings,
    /// Folders of the program itself.
    pub(super) own_folders: Vec<PathBuf>,
    pub(super) inbox: Arc<EventInbox>,
    pub(super) fs_watcher: FsWatcher,
    pub(super) folders: Vec<FolderWatch>,
    pub(super) files: HashMap<PathBuf, PendingFile>,
    /// Until when all watching is paused; without an end, until it is resumed.
    pub(super) paused_until: Option<Option<Instant>>,
    pub(super) status: Arc<Mutex<FolderStatus>>,
    /// Calls the worker: there may be something to send.
    pub(super) wake_worker: Box<dyn Fn() + Send>,
}

impl FolderWatcher {
    pub fn new(
        journal: Arc<JobJournal>,
        ids: Arc<dyn Ids>,
        timings: WatchTimings,
        own_folders: Vec<PathBuf>,
        inbox: Arc<EventInbox>,
        status: Arc<Mutex<FolderStatus>>,
        wake_worker: Box<dyn Fn() + Send>,
    ) -> FolderWatcher {
        FolderWatcher {
            journal,
            ids,
            timings,
            own_folders: own_folders
                .into_iter()
                .map(|path| path.canonicalize().unwrap_or(path))
                .collect(),
            fs_watcher: FsWatcher::new(inbox.clone()),
            inbox,
            folders: Vec::new(),
            files: HashMap::new(),
            paused_until: None,
            status,
            wake_worker,
        }
    }

    /// Until the inbox says that it is over.
    pub fn run(mut self) {
        loop {
            let news = self.inbox.wait(self.next_wake());
            if news.is_stopped {
                return;
            }
            for command in news.commands {
                self.run_command(command);
            }
            if self
                .paused_until
                .is_some_and(|until| until.is_some_and(|until| until <= Instant::now()))
            {
                self.run_command(Command::Resume);
            }
            if news.needs_rescan {
                self.assume_missed_events();
            }
            for (path, sight) in news.file_events {
                self.apply_event(&path, sight);
            }
            self.check_folders();
            self.check_files();
        }
    }

    /// When there is something to do although there are no news.
    fn next_wake(&self) -> Option<Instant> {
        let folders = self
            .folders
            .iter()
            .filter(|watched| self.paused_until.is_none() && watched.folder.on)
            .map(|watched| watched.next_check.min(watched.next_rescan));
        let files = self
            .files
            .values()
            .filter(|_| self.paused_until.is_none())
            .map(PendingFile::next_check);
        folders
            .chain(files)
            .chain(self.paused_until.flatten())
            .min()
    }

    fn run_command(&mut self, command: Command) {
        match command {
            Command::SetFolders(folders) => self.set_folders(folders),
            Command::Pause(until) => {
                self.paused_until = Some(until);
                for at in 0..self.folders.len() {
                    self.stop_watching(at, FolderState::Paused);
                    // What appears from now on is as if the program were off.
                    self.folders[at].was_watched = false;
                }
            }
            Command::Resume => {
                self.paused_until = None;
                for watched in &mut self.folders {
                    watched.next_check = Instant::now();
                }
            }
            Command::UploadMissed(id) => {
                let now = Instant::now();
                if let Some(watched) = self.folders.iter_mut().find(|one| one.folder.id == id) {
                    for (path, _) in watched.missed_files.drain() {
                        let file = PendingFile::new(&id, now, &self.timings);
                        self.files.entry(path).or_insert(file);
                    }
                }
                self.publish_status();
            }
            Command::DismissMissed(id) => {
                if let Some(watched) = self.folders.iter_mut().find(|one| one.folder.id == id) {
                    let missed = std::mem::take(&mut watched.missed_files);
                    let dismissed = missed.iter().map(|(path, look)| (path.as_path(), *look));
                    log_failure(self.journal.mark_seen(&id, dismissed));
                    watched.seen_files.extend(missed);
                }
                self.publish_status();
            }
        }
    }

    /// News may have been lost: everything is looked through, and nothing is known of any writer.
    fn assume_missed_events(&mut self) {
        let now = Instant::now();
        for watched in &mut self.folders {
            watched.next_rescan = now;
        }
        for file in self.files.values_mut() {
            file.forget_writer(now, &self.timings);
        }
    }

    fn apply_event(&mut self, path: &Path, event: FileEvent) {
        if self.paused_until.is_some() {
            return;
        }
        // The innermost of the folders that it is in.
        let Some(at) = (0..self.folders.len())
            .filter(|at| self.folders[*at].contains(path))
            .max_by_key(|at| self.folders[*at].root.as_os_str().len())
        else {
            return;
        };
        let now = Instant::now();
        if path == self.folders[at].root {
            self.folders[at].next_check = now;
            return;
        }
        if event.was_removed {
            self.folders[at].forget_file(path, &self.journal);
            self.untrack_file(path);
            return;
        }
        let Ok(metadata) = path.symlink_metadata() else {
            return;
        };
        if metadata.is_dir() {
            self.watch_new_folder(at, path);
            return;
        }
        if !metadata.is_file() || !self.folders[at].filter.matches_file(path) {
            return;
        }
        let reports_close = REPORTS_CLOSE && self.folders[at].state == FolderState::Watching;
        self.track_file(at, path, scan::file_stamp(&metadata));
        if let Some(file) = self.files.get_mut(path) {
            match event.was_closed {
                true => file.record_close(now, &self.timings),
                false => file.record_write(reports_close, now, &self.timings),
            }
        }
    }

    /// A folder has appeared inside one that is watched with all in it.
    fn watch_new_folder(&mut self, index: usize, path: &Path) {
        let watched = &self.folders[index];
        let root = watched.root.clone();
        if !watched.folder.deep
            || !scan::is_scannable(path, &root, &watched.filter, &self.own_folders)
        {
            return;
        }
        // Watched first: what appears while it is looked through is heard of.
        let inside = scan::scan_subfolder(path, &root, &watched.filter, &self.own_folders);
        self.watch_directories(index, inside.folders.clone());
        let inside =
            scan::scan_subfolder(path, &root, &self.folders[index].filter, &self.own_folders);
        self.watch_directories(index, inside.folders.clone());
        self.track_scanned_files(index, &inside);
    }

    /// The files of a scan that are news.
    pub(super) fn track_scanned_files(&mut self, index: usize, scanned: &FolderScan) {
        for (path, look) in &scanned.files {
            self.track_file(index, path, *look);
        }
    }

    /// A file is there; from now on it is on its way, unless it is no news.
    fn track_file(&mut self, index: usize, path: &Path, stamp: FileStamp) {
        let watched = &self.folders[index];
        let is_unchanged = watched.seen_files.get(path) == Some(&stamp)
            || watched.missed_files.get(path) == Some(&stamp);
        if is_unchanged {
            if !self.files.contains_key(path) {
                return;
            }
        } else if !self.files.contains_key(path) {
            let file = PendingFile::new(&watched.folder.id, Instant::now(), &self.timings);
            self.files.insert(path.to_owned(), file);
        }
        self.ensure_job(index, path);
    }

    /// The user sees that it is waited for as soon as it is known to be a picture.
    fn ensure_job(&mut self, index: usize, path: &Path) {
        let folder = &self.folders[index].folder;
        if let Some(file) = self.files.get_mut(path)
            && file.job.is_none()
            && ingest_file::starts_like_picture(path) == Some(true)
        {
            file.job = log_failure(ingest_file::add_expected_job(
                &self.journal,
                &*self.ids,
                folder,
                path,
            ));
        }
    }

    pub(super) fn untrack_file(&mut self, path: &Path) {
        if let Some(PendingFile { job: Some(job), .. }) = self.files.remove(path) {
            self.forget_expected_job(job);
        }
    }

    /// A file has gone before it was whole: so does its row.
    fn forget_expected_job(&self, job: JobId) {
        let Some(Some(record)) = log_failure(self.journal.record(job)) else {
            return;
        };
        if ingest_file::is_expected(&record.job.state) {
            log_failure(self.journal.forget(job));
        }
    }

    fn check_files(&mut self) {
        if self.paused_until.is_some() {
            return;
        }
        let now = Instant::now();
        let mut due: Vec<(Instant, PathBuf)> = self
            .files
            .iter()
            .filter(|(_, file)| file.next_check() <= now)
            .map(|(path, file)| (file.next_check(), path.clone()))
            .collect();
        due.sort();
        for (_, path) in due {
            self.check_file(&path);
        }
    }

    fn check_file(&mut self, path: &Path) {
        let Some(file) = self.files.get_mut(path) else {
            return;
        };
        let at = self
            .folders
            .iter()
            .position(|one| one.folder.id == file.folder);
        let Some(at) = at.filter(|at| self.folders[*at].identity.is_some()) else {
            // Its folder is away, and comes back with it or without.
            file.schedule_retry(Instant::now(), &self.timings);
            return;
        };
        let watched = &mut self.folders[at];
        let Ok(metadata) = path.symlink_metadata() else {
            watched.next_check = Instant::now();
            self.untrack_file(path);
            return;
        };
        let stamp = scan::file_stamp(&metadata);
        if !metadata.is_file() || watched.seen_files.get(path) == Some(&stamp) {
            // What was written to it is what it was before.
            self.untrack_file(path);
            return;
        }
        if !file.observe(stamp, Instant::now(), &self.timings) {
            self.ensure_job(at, path);
            return;
        }
        let outcome = ingest_file::ingest(
            &self.journal,
            &*self.ids,
            &watched.folder,
            &watched.root,
            path,
            &mut file.job,
        );
        match outcome {
            Ok(IngestOutcome::Missing) => self.untrack_file(path),
            Ok(IngestOutcome::Ignored(look)) => {
                log_failure(self.journal.mark_seen(&watched.folder.id, [(path, look)]));
                watched.seen_files.insert(path.to_owned(), look);
                self.untrack_file(path);
            }
            Ok(IngestOutcome::Ingested(look)) => {
                watched.seen_files.insert(path.to_owned(), look);
                self.files.remove(path);
                (self.wake_worker)();
            }
            Ok(IngestOutcome::Incomplete) => file.schedule_retry(Instant::now(), &self.timings),
            Err(failure) => {
                tracing::error!(%failure, "a picture in a watched folder could not be taken in yet");
                file.schedule_retry(Instant::now(), &self.timings);
            }
        }
    }
}
