//! The watching thread's care for folders: which there are, whether they are there, and what lies in them.

use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Instant;

use super::fs_watcher::WATCHES_EACH_FOLDER;
use super::pending_file::PendingFile;
use super::scan;
use super::watched_folder::{FolderWatch, log_failure};
use super::watcher_thread::FolderWatcher;
use super::{FolderState, WatchedFolder};
use crate::queue::job::Event;
use crate::queue::record::Origin;

impl FolderWatcher {
    pub(super) fn set_folders(&mut self, folders: Vec<WatchedFolder>) {
        let removed_ids: Vec<String> = self
            .folders
            .iter()
            .map(|watched| watched.folder.id.clone())
            .filter(|id| !folders.iter().any(|folder| folder.id == *id))
            .collect();
        for id in removed_ids {
            if let Some(at) = self.folders.iter().position(|one| one.folder.id == id) {
                self.stop_watching(at, FolderState::Off);
                self.folders.remove(at);
            }
            let orphaned_files: Vec<PathBuf> = self
                .files
                .iter()
                .filter(|(_, file)| file.folder == id)
                .map(|(path, _)| path.clone())
                .collect();
            orphaned_files
                .iter()
                .for_each(|path| self.untrack_file(path));
            log_failure(self.journal.forget_folder(&id));
        }
        for folder in folders {
            let at = self
                .folders
                .iter()
                .position(|one| one.folder.id == folder.id);
            if let Some(at) = at {
                if self.folders[at].folder == folder {
                    continue;
                }
                self.stop_watching(at, FolderState::Off);
                let has_moved = self.folders[at].folder.path != folder.path;
                self.folders.remove(at);
                if has_moved {
                    log_failure(self.journal.forget_folder(&folder.id));
                }
            }
            self.folders.push(FolderWatch::new(folder));
        }
        self.adopt_expected_files();
        self.publish_status();
    }

    /// Files that were on their way when the program ended last still are.
    pub(super) fn adopt_expected_files(&mut self) {
        let now = Instant::now();
        let Some(expected) = log_failure(self.journal.expected_files()) else {
            return;
        };
        for record in expected {
            let (Origin::File(path), Some(id)) = (record.origin, record.job.folder) else {
                continue;
            };
            match self.folders.iter().any(|watched| watched.folder.id == id) {
                true => {
                    let file = PendingFile::new(&id, now, &self.timings);
                    self.files.entry(path).or_insert(file).job = Some(record.job.id);
                }
                false => {
                    log_failure(self.journal.forget(record.job.id));
                }
            }
        }
    }

    /// Stops watching a folder for now.
    pub(super) fn stop_watching(&mut self, index: usize, state: FolderState) {
        let watched = &mut self.folders[index];
        for folder in watched.watched_dirs.drain() {
            self.fs_watcher.unwatch(&folder);
        }
        watched.identity = None;
        self.set_folder_state(index, state);
    }

    pub(super) fn set_folder_state(&mut self, index: usize, state: FolderState) {
        let watched = &mut self.folders[index];
        if watched.state != state {
            watched.state = state.clone();
            let folder = watched.folder.id.clone();
            self.publish_status();
            self.journal
                .publish_event(Event::FolderChanged { folder, state });
        }
    }

    pub(super) fn publish_status(&self) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.states = self
            .folders
            .iter()
            .map(|watched| (watched.folder.id.clone(), watched.state.clone()))
            .collect();
        status.missed_files = self
            .folders
            .iter()
            .filter(|watched| !watched.missed_files.is_empty())
            .map(|watched| {
                let mut paths: Vec<_> = watched.missed_files.keys().cloned().collect();
                paths.sort();
                (watched.folder.id.clone(), paths)
            })
            .collect();
    }

    pub(super) fn check_folders(&mut self) {
        for at in 0..self.folders.len() {
            let now = Instant::now();
            if self.paused_until.is_some() || !self.folders[at].folder.on {
                continue;
            }
            if self.folders[at].next_check <= now {
                self.check_presence(at);
                self.folders[at].next_check = Instant::now() + self.timings.presence_interval;
            }
            if self.folders[at].next_rescan <= now && self.folders[at].identity.is_some() {
                self.rescan_folder(at);
            }
        }
    }

    pub(super) fn check_presence(&mut self, index: usize) {
        let watched = &self.folders[index];
        let found = watched
            .folder
            .path
            .canonicalize()
            .and_then(|root| Ok((scan::identity(&root)?, root)));
        match found {
            Ok((identity, root)) => {
                if watched.identity != Some(identity) || watched.root != root {
                    self.start_watching(index, root, identity);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let reason = "This account may not look into the folder.".to_owned();
                self.stop_watching(index, FolderState::Failed { reason });
            }
            Err(_) => self.stop_watching(index, FolderState::Away),
        }
    }

    /// A folder is there that was not, or is another.
    pub(super) fn start_watching(&mut self, index: usize, root: PathBuf, identity: (u64, u64)) {
        let previous_state = self.folders[index].state.clone();
        self.stop_watching(index, previous_state);
        let id = self.folders[index].folder.id.clone();
        let Some(seen) = log_failure(self.journal.seen_files(&id)) else {
            return;
        };
        let watched = &mut self.folders[index];
        watched.root = root;
        let first = scan::scan_folder(
            &watched.root,
            watched.folder.deep,
            &watched.filter,
            &self.own_folders,
        );
        let Ok(first) = first else {
            let reason = "The folder cannot be opened.".to_owned();
            self.set_folder_state(index, FolderState::Failed { reason });
            return;
        };
        match seen {
            None => {
                // What is there before watching begins is none of ours.
                let files = first
                    .files
                    .iter()
                    .map(|(path, look)| (path.as_path(), *look));
                if log_failure(self.journal.mark_seen(&id, files)).is_none() {
                    return;
                }
                watched.seen_files = first.files;
            }
            Some(seen) => {
                watched.seen_files = seen;
                if !watched.was_watched {
                    let on_their_way = &self.files;
                    let new = first.files.iter().filter(|(path, look)| {
                        watched.seen_files.get(*path) != Some(*look)
                            && !on_their_way.contains_key(*path)
                    });
                    watched.missed_files = new.map(|(path, look)| (path.clone(), *look)).collect();
                }
            }
        }
        watched.was_watched = true;
        watched.identity = Some(identity);
        let count = watched.missed_files.len();
        let needs_polling = watched.folder.poll || scan::is_remote(&watched.root);
        let state = match needs_polling {
            true => FolderState::Polling { reason: None },
            false => FolderState::Watching,
        };
        self.set_folder_state(index, state);
        if !needs_polling {
            self.watch_directories(index, first.folders);
        }
        // What has appeared since the first look and before it was watched.
        self.rescan_folder(index);
        self.publish_status();
        if count > 0 {
            self.journal
                .publish_event(Event::FilesMissed { folder: id, count });
        }
    }

    /// Looks through all of a folder for what there were no news of.
    pub(super) fn rescan_folder(&mut self, index: usize) {
        let watched = &mut self.folders[index];
        watched.next_rescan = Instant::now()
            + match watched.state {
                FolderState::Polling { .. } => self.timings.poll_interval,
                _ => self.timings.rescan_interval,
            };
        let scanned = scan::scan_folder(
            &watched.root,
            watched.folder.deep,
            &watched.filter,
            &self.own_folders,
        );
        let Ok(found) = scanned else {
            watched.next_check = Instant::now();
            return;
        };
        if watched.state == FolderState::Watching {
            self.watch_directories(index, found.folders.clone());
        }
        self.track_scanned_files(index, &found);
        let watched = &mut self.folders[index];
        let gone: Vec<PathBuf> = watched
            .seen_files
            .keys()
            .filter(|path| !found.files.contains_key(*path))
            .cloned()
            .collect();
        if !gone.is_empty() {
            let id = watched.folder.id.clone();
            log_failure(
                self.journal
                    .forget_seen(&id, gone.iter().map(PathBuf::as_path)),
            );
            watched
                .seen_files
                .retain(|path, _| found.files.contains_key(path));
        }
        let id = watched.folder.id.clone();
        let vanished: Vec<PathBuf> = self
            .files
            .iter()
            .filter(|(path, file)| file.folder == id && !found.files.contains_key(*path))
            .map(|(path, _)| path.clone())
            .collect();
        vanished.iter().for_each(|path| self.untrack_file(path));
    }

    /// An error where there will be no news of it; the reason is a sentence.
    pub(super) fn watch_directories(&mut self, index: usize, folders: Vec<PathBuf>) {
        let watched = &mut self.folders[index];
        let mut failure_reason = None;
        for folder in folders {
            let first = folder == watched.root;
            if watched.watched_dirs.contains(&folder) || (!first && !WATCHES_EACH_FOLDER) {
                continue;
            }
            match self.fs_watcher.watch(&folder, watched.folder.deep) {
                Ok(()) => drop(watched.watched_dirs.insert(folder)),
                // One that has gone meanwhile needs no watching.
                Err(_) if !folder.exists() => {}
                Err(reason) => failure_reason = Some(reason),
            }
        }
        if let Some(reason) = failure_reason {
            let reason = Some(reason);
            self.set_folder_state(index, FolderState::Polling { reason });
        }
    }
}
