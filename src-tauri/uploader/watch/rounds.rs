//! The watching thread: hears news, remembers which files are on their way, and takes each in when its time has come.
//!
//! All that it knows is of now; what has to be known after a crash is in the store. A folder is first looked through,
//! then watched, then looked through again, so that nothing falls between the two.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::eyes::{Eyes, ONE_BY_ONE, TELLS_CLOSING};
use super::file::File;
use super::filter::Filter;
use super::inbox::{Command, Inbox, Sight};
use super::scan::{self, Scan};
use super::settle::{self, Settled};
use super::{Folder, FolderState, Pace};
use crate::queue::book::Book;
use crate::queue::record::Origin;
use crate::queue::store::seen::Look;
use crate::queue::{Event, JobId};
use crate::{Failure, Ids};

/// What others may ask of the watching thread without waiting for it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub states: Vec<(String, FolderState)>,
    /// What appeared while the program was off.
    pub missed: HashMap<String, Vec<PathBuf>>,
}

pub(crate) struct Watchman {
    book: Arc<Book>,
    ids: Arc<dyn Ids>,
    pace: Pace,
    /// Folders of the program itself.
    own: Vec<PathBuf>,
    inbox: Arc<Inbox>,
    eyes: Eyes,
    folders: Vec<Watched>,
    files: HashMap<PathBuf, File>,
    /// Until when all watching is paused; without an end, until it is resumed.
    paused: Option<Option<Instant>>,
    shown: Arc<Mutex<Shown>>,
    /// Calls the worker: there may be something to send.
    nudge: Box<dyn Fn() + Send>,
}

/// A folder, and how far its watching has come.
struct Watched {
    folder: Folder,
    filter: Filter,
    state: FolderState,
    /// It, and nothing that a link leads to, once it is there.
    root: PathBuf,
    identity: Option<(u64, u64)>,
    /// Those inside that are watched for themselves.
    watched: HashSet<PathBuf>,
    seen: HashMap<PathBuf, Look>,
    missed: HashMap<PathBuf, Look>,
    /// It has been watched in this run already: what is new has appeared while the program ran.
    begun: bool,
    due: Instant,
    rescan: Instant,
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

    fn set_folders(&mut self, folders: Vec<Folder>) {
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
    fn adopt(&mut self) {
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
    fn close(&mut self, at: usize, state: FolderState) {
        let watched = &mut self.folders[at];
        for folder in watched.watched.drain() {
            self.eyes.unwatch(&folder);
        }
        watched.identity = None;
        self.set_state(at, state);
    }

    fn set_state(&mut self, at: usize, state: FolderState) {
        let watched = &mut self.folders[at];
        if watched.state != state {
            watched.state = state.clone();
            let folder = watched.folder.id.clone();
            self.show();
            self.book.announce(Event::Folder { folder, state });
        }
    }

    fn show(&self) {
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

    /// An error where there will be no news of it; the reason is a sentence.
    fn watch_all(&mut self, at: usize, folders: Vec<PathBuf>) {
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

    fn look_after_folders(&mut self) {
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

    fn look_whether_there(&mut self, at: usize) {
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
    fn arm(&mut self, at: usize, root: PathBuf, identity: (u64, u64)) {
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
    fn rescan(&mut self, at: usize) {
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

    /// The files of a scan that are news.
    fn take_up(&mut self, at: usize, found: &Scan) {
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
            && settle::begins_like_a_picture(path) == Some(true)
        {
            file.job = report(settle::expect(&self.book, &*self.ids, folder, path));
        }
    }

    fn drop_file(&mut self, path: &Path) {
        if let Some(File { job: Some(job), .. }) = self.files.remove(path) {
            self.give_up(job);
        }
    }

    /// A file has gone before it was whole: so does its row.
    fn give_up(&self, job: JobId) {
        let Some(Some(record)) = report(self.book.record(job)) else {
            return;
        };
        if settle::expected(&record.job.state) {
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
        let settled = settle::settle(
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

impl Watched {
    fn new(folder: Folder) -> Watched {
        let now = Instant::now();
        let (filter, state) = match Filter::of(&folder) {
            Ok(filter) => (filter, FolderState::Off),
            Err(bad) => (
                Filter::nothing(),
                FolderState::Failed {
                    reason: bad.to_string(),
                },
            ),
        };
        let failed = matches!(state, FolderState::Failed { .. });
        Watched {
            root: folder.path.clone(),
            folder: Folder {
                on: folder.on && !failed,
                ..folder
            },
            filter,
            state,
            identity: None,
            watched: HashSet::new(),
            seen: HashMap::new(),
            missed: HashMap::new(),
            begun: false,
            due: now,
            rescan: now + Duration::from_secs(1),
        }
    }

    /// Whether a path is one that this folder is asked about.
    fn holds(&self, path: &Path) -> bool {
        self.identity.is_some()
            && path.starts_with(&self.root)
            && (self.folder.deep || path == self.root || path.parent() == Some(&self.root))
    }

    fn seen_is_gone(&mut self, path: &Path, book: &Book) {
        if self.seen.remove(path).is_some() {
            report(book.unsee(&self.folder.id, [path]));
        }
        self.missed.remove(path);
    }
}

/// A store that does not do its work holds nothing up: the next look comes to the same.
fn report<T>(outcome: Result<T, Failure>) -> Option<T> {
    outcome
        .inspect_err(
            |failure| tracing::error!(%failure, "the watched folders' book cannot be kept"),
        )
        .ok()
}
