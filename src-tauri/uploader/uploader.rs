//! The one handle: what is given to it is on disk before anything else happens, and goes on by itself from there.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use crate::intake;
use crate::queue::book::Book;
use crate::worker::Worker;
use crate::{
    Backoff, Clock, Event, Failure, Ids, Job, JobId, RandomIds, Secrets, SystemClock, Target,
};

/// What is given to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    /// A picture that is in no file, such as one from the clipboard.
    Bytes {
        name: String,
        bytes: Vec<u8>,
    },
    /// `http:`, `https:` or `data:`.
    Web(String),
}

impl Source {
    /// A "path" that was dropped on the window: browsers drop web addresses as if they were paths.
    pub fn dropped(path: PathBuf) -> Source {
        match path.to_str() {
            Some(text)
                if ["http://", "https://", "data:"].iter().any(|start| {
                    text.get(..start.len())
                        .is_some_and(|given| given.eq_ignore_ascii_case(start))
                }) =>
            {
                Source::Web(text.to_owned())
            }
            _ => Source::File(path),
        }
    }
}

/// How the queue works; the default is right for the app.
#[derive(Clone)]
pub struct Settings {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub backoff: Backoff,
    /// Pictures that are sent to one target at the same time.
    pub parallel: usize,
    /// Hosts (or `host:port`) that pictures are fetched from although their address is a private one.
    pub fetch_allow_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            backoff: Backoff::default(),
            parallel: 3,
            fetch_allow_hosts: Vec::new(),
        }
    }
}

/// A queue of pictures in a folder of its own: `uploads.db`, `spool/`, `thumbnails/`. One process has it open at a time.
/// Its clones are the same queue; when the last of them is dropped, work ends where it is.
#[derive(Clone)]
pub struct Uploader {
    worker: Arc<Worker>,
    alive: Arc<Alive>,
}

impl Uploader {
    /// Opens the queue and goes on with what was left; call it inside a tokio runtime. Reads a small file, so it is
    /// quick but blocks.
    pub fn open(folder: &Path, secrets: Arc<dyn Secrets>) -> Result<Uploader, Failure> {
        Uploader::open_with(folder, secrets, Settings::default())
    }

    pub fn open_with(
        folder: &Path,
        secrets: Arc<dyn Secrets>,
        settings: Settings,
    ) -> Result<Uploader, Failure> {
        let book = Arc::new(Book::open(
            folder,
            settings.clock.clone(),
            settings.ids.clone(),
        )?);
        let worker = Arc::new(Worker::new(book, secrets, settings));
        let (stop, stopped) = watch::channel(None);
        let running = tokio::spawn(worker.clone().run(stopped));
        Ok(Uploader {
            worker,
            alive: Arc::new(Alive {
                stop,
                running: Mutex::new(Some(running)),
            }),
        })
    }

    /// Where pictures go from now on. Until there is a target they wait.
    pub fn set_target(&self, target: Target) {
        self.worker.set_target(target);
    }

    /// Takes in what was given in one gesture. When this returns, each source is a job on the disk, in the same order;
    /// whether it is a picture is found out afterwards, so one that is not stops no other. An error means that nothing
    /// was taken in.
    pub async fn enqueue(&self, sources: Vec<Source>) -> Result<Vec<JobId>, Failure> {
        let ids = self.worker.settings.ids.clone();
        let added = self.worker.ask(move |book| {
            let jobs = intake::jobs(sources, &book.spool, &*ids)?;
            book.add(&jobs).inspect_err(|_| {
                jobs.iter()
                    .for_each(|job| book.spool.discard(&job.idempotency))
            })
        });
        let added = added.await?;
        self.worker.nudge();
        Ok(added)
    }

    /// Newest first; `before` pages on.
    pub fn jobs(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Job>, Failure> {
        self.worker.book.jobs(limit, before)
    }

    pub fn job(&self, id: JobId) -> Result<Option<Job>, Failure> {
        Ok(self.worker.book.record(id)?.map(|record| record.job))
    }

    /// Tries a job again at once that has failed or is offline. Does nothing to any other.
    pub async fn retry(&self, id: JobId) -> Result<(), Failure> {
        if self.worker.ask(move |book| book.retry(id)).await? {
            self.worker.rested();
        }
        Ok(())
    }

    /// Gives a job up, wherever it is, and forgets it. What was uploaded stays where it is.
    pub async fn forget(&self, id: JobId) -> Result<(), Failure> {
        self.worker.abandon(id);
        self.worker.ask(move |book| book.forget(id)).await?;
        Ok(())
    }

    /// The keychain is unlocked, the network is back, the computer woke up: whatever waits tries again at once.
    pub fn wake(&self) {
        self.worker.call();
    }

    /// A file with a picture of at most 224 by 224 pixels, JPEG or WebP; none until it is made.
    pub fn thumbnail(&self, id: JobId) -> Option<PathBuf> {
        self.worker.book.thumbnail(id)
    }

    /// News from now on. A listener that falls far behind is told so by the channel and reads the rows again.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.worker.book.events()
    }

    /// Starts nothing more and gives what is under way this long; the rest goes on at the next start.
    pub async fn stop(&self, within: Duration) {
        self.alive.stop.send_replace(Some(within));
        let running = self
            .alive
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(running) = running
            && let Err(error) = running.await
        {
            tracing::error!(%error, "the queue's worker had ended already");
        }
    }
}

/// The worker's task, which ends with the last handle.
struct Alive {
    stop: watch::Sender<Option<Duration>>,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        if let Some(running) = self
            .running
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
        {
            running.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_drop_is_told_from_files() {
        let cases = [
            ("https://example.com/a.png", true),
            ("HTTP://example.com/a.png", true),
            ("data:image/png;base64,AA==", true),
            ("/home/me/https://a.png", false),
            ("/home/me/a.png", false),
            ("data", false),
            ("é", false),
        ];
        for (path, web) in cases {
            assert_eq!(
                matches!(Source::dropped(path.into()), Source::Web(_)),
                web,
                "{path}"
            );
        }
    }
}
