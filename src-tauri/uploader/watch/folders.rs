//! The watching thread's care for folders: which there are, whether they are there, and what lies in them.

use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Instant;

use super::fs_watcher::ONE_BY_ONE;
use super::pending_file::File;
use super::scan;
use super::watched_folder::{Watched, report};
use super::watcher_thread::Watchman;
use super::{Folder, FolderState};
use crate::queue::job::Event;
use crate::queue::record::Origin;

impl Watchman {
    pub(super) fn set_folders(&mut self, folders: Vec<Folder>) {
        let gone: Vec<String> = self
            .folders
            .iter()
            .map(|watched| watched.folder.id.clone())
            .filter(|id| !folders.iter().any(|folder| folder.id == *id))
            .collect();
        for id in gone {
            if let Some(at) = self.folders.iter().position(|one| one.folder.id == id) {
                self.close(at, FolderState::Off);
                self.folders.remove(at);
            }
            let left: Vec<PathBuf> = self
                .files
                .iter()
                .filter(|(_, file)| file.folder == id)
                .map(|(path, _)| path.clone())
                .collect();
            left.iter().for_each(|path| self.drop_file(path));
            report(self.book.unwatch(&id));
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
                self.close(at, FolderState::Off);
                let moved = self.folders[at].folder.path != folder.path;
                self.folders.remove(at);
                if moved {
                    report(self.book.unwatch(&folder.id));
                }
            }
            self.folders.push(Watched::new(folder));
        }
        self.adopt();
        self.show();
    }

    /// Files that were on their way when the program ended last still are.
    pub(super) fn adopt(&mut self) {
        let now = Instant::now();
        let Some(expected) = report(self.book.expected()) else {
            return;
        };
        for record in expected {
            let (Origin::File(path), Some(id)) = (record.origin, record.job.folder) else {
                continue;
            };
            match self.folders.iter().any(|watched| watched.folder.id == id) {
                true => {
                    let file = File::found(&id, now, &self.pace);
                    self.files.entry(path).or_insert(file).job = Some(record.job.id);
                }
                false => {
                    report(self.book.forget(record.job.id));
                }
            }
        }
    }

    /// Stops watching a folder for now.
    pub(super) fn close(&mut self, at: usize, state: FolderState) {
        let watched = &mut self.folders[at];
        for folder in watched.watched.drain() {
            self.eyes.unwatch(&folder);
        }
        watched.identity = None;
        self.set_state(at, state);
    }

    pub(super) fn set_state(&mut self, at: usize, state: FolderState) {
        let watched = &mut self.folders[at];
        if watched.state != state {
            watched.state = state.clone();
            let folder = watched.folder.id.clone();
            self.show();
            self.book.announce(Event::Folder { folder, state });
        }
    }

    pub(super) fn show(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.states = self
            .folders
            .iter()
            .map(|watched| (watched.folder.id.clone(), watched.state.clone()))
            .collect();
        shown.missed = self
            .folders
            .iter()
            .filter(|watched| !watched.missed.is_empty())
            .map(|watched| {
                let mut paths: Vec<_> = watched.missed.keys().cloned().collect();
                paths.sort();
                (watched.folder.id.clone(), paths)
            })
            .collect();
    }

    pub(super) fn look_after_folders(&mut self) {
        for at in 0..self.folders.len() {
            let now = Instant::now();
            if self.paused.is_some() || !self.folders[at].folder.on {
                continue;
            }
            if self.folders[at].due <= now {
                self.look_whether_there(at);
                self.folders[at].due = Instant::now() + self.pace.presence;
            }
            if self.folders[at].rescan <= now && self.folders[at].identity.is_some() {
                self.rescan(at);
            }
        }
    }

    pub(super) fn look_whether_there(&mut self, at: usize) {
        let watched = &self.folders[at];
        let found = watched
            .folder
            .path
            .canonicalize()
            .and_then(|root| Ok((scan::identity(&root)?, root)));
        match found {
            Ok((identity, root)) => {
                if watched.identity != Some(identity) || watched.root != root {
                    self.arm(at, root, identity);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                let reason = "This account may not look into the folder.".to_owned();
                self.close(at, FolderState::Failed { reason });
            }
            Err(_) => self.close(at, FolderState::Away),
        }
    }

    /// A folder is there that was not, or is another.
    pub(super) fn arm(&mut self, at: usize, root: PathBuf, identity: (u64, u64)) {
        let before = self.folders[at].state.clone();
        self.close(at, before);
        let id = self.folders[at].folder.id.clone();
        let Some(seen) = report(self.book.seen(&id)) else {
            return;
        };
        let watched = &mut self.folders[at];
        watched.root = root;
        let first = scan::scan(
            &watched.root,
            watched.folder.deep,
            &watched.filter,
            &self.own,
        );
        let Ok(first) = first else {
            let reason = "The folder cannot be opened.".to_owned();
            self.set_state(at, FolderState::Failed { reason });
            return;
        };
        match seen {
            None => {
                // What is there before watching begins is none of ours.
                let files = first
                    .files
                    .iter()
                    .map(|(path, look)| (path.as_path(), *look));
                if report(self.book.see(&id, files)).is_none() {
                    return;
                }
                watched.seen = first.files;
            }
            Some(seen) => {
                watched.seen = seen;
                if !watched.begun {
                    let on_their_way = &self.files;
                    let new = first.files.iter().filter(|(path, look)| {
                        watched.seen.get(*path) != Some(*look) && !on_their_way.contains_key(*path)
                    });
                    watched.missed = new.map(|(path, look)| (path.clone(), *look)).collect();
                }
            }
        }
        watched.begun = true;
        watched.identity = Some(identity);
        let count = watched.missed.len();
        let polled = watched.folder.poll || scan::is_remote(&watched.root);
        let state = match polled {
            true => FolderState::Polling { reason: None },
            false => FolderState::Watching,
        };
        self.set_state(at, state);
        if !polled {
            self.watch_all(at, first.folders);
        }
        // What has appeared since the first look and before it was watched.
        self.rescan(at);
        self.show();
        if count > 0 {
            self.book.announce(Event::Missed { folder: id, count });
        }
    }

    /// Looks through all of a folder for what there were no news of.
    pub(super) fn rescan(&mut self, at: usize) {
        let watched = &mut self.folders[at];
        watched.rescan = Instant::now()
            + match watched.state {
                FolderState::Polling { .. } => self.pace.poll,
                _ => self.pace.rescan,
            };
        let found = scan::scan(
            &watched.root,
            watched.folder.deep,
            &watched.filter,
            &self.own,
        );
        let Ok(found) = found else {
            watched.due = Instant::now();
            return;
        };
        if watched.state == FolderState::Watching {
            self.watch_all(at, found.folders.clone());
        }
        self.take_up(at, &found);
        let watched = &mut self.folders[at];
        let gone: Vec<PathBuf> = watched
            .seen
            .keys()
            .filter(|path| !found.files.contains_key(*path))
            .cloned()
            .collect();
        if !gone.is_empty() {
            let id = watched.folder.id.clone();
            report(self.book.unsee(&id, gone.iter().map(PathBuf::as_path)));
            watched
                .seen
                .retain(|path, _| found.files.contains_key(path));
        }
        let id = watched.folder.id.clone();
        let vanished: Vec<PathBuf> = self
            .files
            .iter()
            .filter(|(path, file)| file.folder == id && !found.files.contains_key(*path))
            .map(|(path, _)| path.clone())
            .collect();
        vanished.iter().for_each(|path| self.drop_file(path));
    }

    /// An error where there will be no news of it; the reason is a sentence.
    pub(super) fn watch_all(&mut self, at: usize, folders: Vec<PathBuf>) {
        let watched = &mut self.folders[at];
        let mut trouble = None;
        for folder in folders {
            let first = folder == watched.root;
            if watched.watched.contains(&folder) || (!first && !ONE_BY_ONE) {
                continue;
            }
            match self.eyes.watch(&folder, watched.folder.deep) {
                Ok(()) => drop(watched.watched.insert(folder)),
                // One that has gone meanwhile needs no watching.
                Err(_) if !folder.exists() => {}
                Err(reason) => trouble = Some(reason),
            }
        }
        if let Some(reason) = trouble {
            let reason = Some(reason);
            self.set_state(at, FolderState::Polling { reason });
        }
    }
}
