//! A folder that is watched, a queue, and a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use uploader::watch::{FolderState, WatchTimings, WatchedFolder};
use uploader::{Event, Job, JobState, Settings, Uploader, WaitReason};

use crate::fake_server::{Behaviour, FakeServer, imgs_response};
use crate::harness::{FixedSecrets, imgs_target, png, wait_for_event, write_file};

/// As patient as usual, in a shorter time.
pub const TIMINGS: WatchTimings = WatchTimings {
    quiet_period: Duration::from_millis(60),
    stable_interval: Duration::from_millis(40),
    stable_checks: 3,
    retry_delay: Duration::from_millis(50),
    max_retry_delay: Duration::from_secs(2),
    presence_interval: Duration::from_millis(100),
    rescan_interval: Duration::from_secs(300),
    poll_interval: Duration::from_millis(100),
};

pub fn watched_folder(path: &Path) -> WatchedFolder {
    WatchedFolder::new("shots", path)
}

/// A server, a queue, and a folder that is watched.
pub struct WatchFixture {
    pub server: FakeServer,
    pub queue: tempfile::TempDir,
    pub folder: tempfile::TempDir,
    pub uploader: Uploader,
    pub events: Receiver<Event>,
}

impl WatchFixture {
    /// `before` writes what lies there before watching begins.
    pub async fn new(
        before: impl FnOnce(&Path),
        change: impl FnOnce(WatchedFolder) -> WatchedFolder,
    ) -> WatchFixture {
        let server =
            FakeServer::start(|n| Behaviour::Answer(imgs_response(&format!("picture{n:04}"))))
                .await;
        let (queue, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        before(folder.path());
        let (uploader, events) = open_uploader(queue.path(), &server);
        let mut world = WatchFixture {
            server,
            queue,
            folder,
            uploader,
            events,
        };
        let watched = change(watched_folder(world.folder.path()));
        world.watch_folder(watched).await;
        world
    }

    pub async fn with_defaults() -> WatchFixture {
        WatchFixture::new(|_| (), |folder| folder).await
    }

    pub async fn watch_folder(&mut self, folder: WatchedFolder) {
        let polled = folder.poll;
        self.uploader.watch_folders(vec![folder]);
        let wanted = match polled {
            true => FolderState::Polling { reason: None },
            false => FolderState::Watching,
        };
        self.wait_for_folder_state(wanted).await;
    }

    pub async fn wait_for_folder_state(&mut self, expected: FolderState) {
        wait_for_event(&mut self.events, |event| match event {
            Event::FolderChanged { state, .. } => (state == expected).then_some(()),
            _ => None,
        })
        .await;
    }

    /// The program ends and starts again.
    pub async fn restart(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.uploader.stop(Duration::ZERO).await;
        // The last handle has to go before the next one comes.
        let nowhere = tempfile::tempdir().unwrap();
        self.uploader = Uploader::open(nowhere.path(), Arc::new(FixedSecrets)).unwrap();
        meanwhile(self.folder.path());
        (self.uploader, self.events) = open_uploader(self.queue.path(), &self.server);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next upload's bytes.
    pub async fn next_upload(&mut self) -> Vec<u8> {
        let heard = tokio::time::timeout(Duration::from_secs(30), self.server.received.recv());
        heard
            .await
            .expect("nothing was uploaded")
            .unwrap()
            .picture()
            .to_vec()
    }

    /// A job that is like this, of the file of this name.
    pub async fn wait_for_job(&mut self, name: &str, matches: impl Fn(&Job) -> bool) -> Job {
        wait_for_event(&mut self.events, |event| match event {
            Event::Job(job) if job.name == name && matches(&job) => Some(job),
            _ => None,
        })
        .await
    }

    /// Everything that has happened so far has been dealt with once a picture that comes after it is there.
    pub async fn assert_upload_count(&mut self, uploads: usize) {
        write_file(self.folder.path(), "the last.png", &png(61, 7));
        self.wait_for_job("the last.png", |job| job.state.has_ended())
            .await;
        assert_eq!(self.server.requests.load(Ordering::SeqCst), uploads + 1);
    }
}

pub fn open_uploader(queue: &Path, server: &FakeServer) -> (Uploader, Receiver<Event>) {
    let settings = Settings {
        watch_timings: TIMINGS,
        ..Settings::default()
    };
    let uploader = Uploader::open_with(queue, Arc::new(FixedSecrets), settings).unwrap();
    uploader.set_target(imgs_target(&server.base));
    let events = uploader.events();
    (uploader, events)
}

pub fn is_waiting_for_file(job: &Job) -> bool {
    job.state
        == (JobState::Waiting {
            on: WaitReason::File,
        })
}

pub fn is_waiting_for_user(job: &Job) -> bool {
    job.state
        == (JobState::Waiting {
            on: WaitReason::User,
        })
}
