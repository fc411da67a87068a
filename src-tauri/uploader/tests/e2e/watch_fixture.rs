//! A folder that is watched, a queue, and a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use uploader::watch::{Afterwards, Folder, FolderState, Mode, Pace};
use uploader::{Event, Job, JobState, Settings, Uploader, WaitsFor};

use crate::fake_server::{Manners, Server, links};
use crate::harness::{Open, file, news, png, target};

/// As patient as usual, in a shorter time.
pub const PACE: Pace = Pace {
    quiet: Duration::from_millis(60),
    look: Duration::from_millis(40),
    looks: 3,
    again: Duration::from_millis(50),
    again_at_most: Duration::from_secs(2),
    presence: Duration::from_millis(100),
    rescan: Duration::from_secs(300),
    poll: Duration::from_millis(100),
};

pub fn watched(path: &Path) -> Folder {
    Folder {
        id: "shots".into(),
        path: path.to_owned(),
        on: true,
        mode: Mode::Upload,
        target: None,
        prepare: None,
        links: None,
        patterns: Vec::new(),
        deep: false,
        afterwards: Afterwards::Keep,
        poll: false,
    }
}

/// A server, a queue, and a folder that is watched.
pub struct World {
    pub server: Server,
    pub queue: tempfile::TempDir,
    pub folder: tempfile::TempDir,
    pub uploader: Uploader,
    pub events: Receiver<Event>,
}

impl World {
    /// `before` writes what lies there before watching begins.
    pub async fn new(before: impl FnOnce(&Path), change: impl FnOnce(Folder) -> Folder) -> World {
        let server = Server::start(|n| Manners::Answer(links(&format!("picture{n:04}")))).await;
        let (queue, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        before(folder.path());
        let (uploader, events) = open(queue.path(), &server);
        let mut world = World {
            server,
            queue,
            folder,
            uploader,
            events,
        };
        let watched = change(watched(world.folder.path()));
        world.watch(watched).await;
        world
    }

    pub async fn plain() -> World {
        World::new(|_| (), |folder| folder).await
    }

    pub async fn watch(&mut self, folder: Folder) {
        let polled = folder.poll;
        self.uploader.watch(vec![folder]);
        let wanted = match polled {
            true => FolderState::Polling { reason: None },
            false => FolderState::Watching,
        };
        self.folder_is(wanted).await;
    }

    pub async fn folder_is(&mut self, wanted: FolderState) {
        news(&mut self.events, |event| match event {
            Event::Folder { state, .. } => (state == wanted).then_some(()),
            _ => None,
        })
        .await;
    }

    /// The program ends and starts again.
    pub async fn restart(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.uploader.stop(Duration::ZERO).await;
        // The last handle has to go before the next one comes.
        let nowhere = tempfile::tempdir().unwrap();
        self.uploader = Uploader::open(nowhere.path(), Arc::new(Open)).unwrap();
        meanwhile(self.folder.path());
        (self.uploader, self.events) = open(self.queue.path(), &self.server);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next upload's bytes.
    pub async fn uploaded(&mut self) -> Vec<u8> {
        let heard = tokio::time::timeout(Duration::from_secs(30), self.server.heard.recv());
        heard
            .await
            .expect("nothing was uploaded")
            .unwrap()
            .picture()
            .to_vec()
    }

    /// A job that is like this, of the file of this name.
    pub async fn job(&mut self, name: &str, wanted: impl Fn(&Job) -> bool) -> Job {
        news(&mut self.events, |event| match event {
            Event::Job(job) if job.name == name && wanted(&job) => Some(job),
            _ => None,
        })
        .await
    }

    /// Everything that has happened so far has been dealt with once a picture that comes after it is there.
    pub async fn nothing_but(&mut self, uploads: usize) {
        file(self.folder.path(), "the last.png", &png(61, 7));
        self.job("the last.png", |job| job.state.ended()).await;
        assert_eq!(self.server.requests.load(Ordering::SeqCst), uploads + 1);
    }
}

pub fn open(queue: &Path, server: &Server) -> (Uploader, Receiver<Event>) {
    let settings = Settings {
        pace: PACE,
        ..Settings::default()
    };
    let uploader = Uploader::open_with(queue, Arc::new(Open), settings).unwrap();
    uploader.set_target(target(&server.base));
    let events = uploader.events();
    (uploader, events)
}

pub fn waits_for_the_file(job: &Job) -> bool {
    job.state == (JobState::Waiting { on: WaitsFor::File })
}

pub fn asks(job: &Job) -> bool {
    job.state == (JobState::Waiting { on: WaitsFor::User })
}
