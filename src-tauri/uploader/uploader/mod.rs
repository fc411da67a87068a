//! The one handle: what is given to it is on disk before anything else happens, and goes on by itself from there.

mod folders;
mod queries;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, oneshot, watch};
use tokio::task::JoinHandle;

use crate::queue::import;
use crate::queue::job::{Change, WaitReason};
use crate::queue::journal::JobJournal;
use crate::targets::self_test::TestResult;
use crate::targets::{Reply, self_test};
use crate::watch::{EventInbox, FolderStatus, FolderWatcher};
use crate::worker::Worker;
use crate::{
    Clock, Event, Failure, HttpClients, Job, JobId, Network, ProxyRequest, Secrets, Settings,
    Source, Target, UploadOptions,
};

/// What the watching thread gets to put a picture down that it is looking at.
const WATCHER_STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// A queue of pictures in a folder of its own: `uploads.db`, `spool/`, `thumbnails/`. One process has it open at a time.
/// Its clones are the same queue; when the last of them is dropped, work ends where it is.
#[derive(Clone)]
pub struct Uploader {
    worker: Arc<Worker>,
    background: Arc<BackgroundTasks>,
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
        let journal = Arc::new(JobJournal::open(
            folder,
            settings.clock.clone(),
            settings.ids.clone(),
        )?);
        let connections = HttpClients::new(&settings.network)?;
        let worker = Arc::new(Worker::new(journal, secrets, settings, connections)?);
        let (stop, stopped) = watch::channel(None);
        let worker_task = tokio::spawn(worker.clone().run(stopped));
        let (inbox, folder_status) = (Arc::new(EventInbox::default()), Arc::default());
        let own_folders = [vec![folder.to_owned()], worker.settings.own_folders.clone()].concat();
        let worker_to_wake = worker.clone();
        let watcher = FolderWatcher::new(
            worker.journal.clone(),
            worker.settings.ids.clone(),
            worker.settings.watch_timings,
            own_folders,
            inbox.clone(),
            Arc::clone(&folder_status),
            Box::new(move || worker_to_wake.rescan()),
        );
        let (report_end, watching) = oneshot::channel();
        std::thread::Builder::new()
            .name("watching".into())
            .spawn(move || {
                watcher.run();
                // Nobody may be waiting for that.
                let _ = report_end.send(());
            })
            .map_err(|error| Failure::from_write_error(&error))?;
        Ok(Uploader {
            worker,
            background: Arc::new(BackgroundTasks {
                inbox,
                folder_status,
                watcher_done: Mutex::new(Some(watching)),
                stop,
                worker_task: Mutex::new(Some(worker_task)),
            }),
        })
    }

    /// Where pictures go from now on. Until there is a target they wait.
    pub fn set_target(&self, target: Target) {
        self.worker.set_target(target);
    }

    /// All targets that there are, and the id of the usual one. What is under way to one that is not among them ends by
    /// itself; what waits for it goes on waiting.
    pub fn set_targets(&self, targets: Vec<Target>, default_id: Option<String>) {
        self.worker.set_targets(targets, default_id);
    }

    pub(crate) fn http_clients(&self) -> HttpClients {
        self.worker.http_clients()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.worker.settings.clock.clone()
    }

    /// Reaches targets otherwise from now on.
    pub fn set_network(&self, network: &Network) -> Result<(), Failure> {
        self.worker.set_http_clients(HttpClients::new(network)?);
        Ok(())
    }

    /// Sends a tiny picture to a target and takes it away again.
    pub async fn test_target(&self, target: &Target, secret: &str) -> Result<TestResult, Failure> {
        self_test::test_target(&self.worker.http_clients(), target, secret).await
    }

    /// [`Uploader::enqueue_with`] without any wishes.
    pub async fn enqueue(&self, sources: Vec<Source>) -> Result<Vec<JobId>, Failure> {
        self.enqueue_with(sources, UploadOptions::default()).await
    }

    /// Takes in what was given in one gesture. When this returns, each source is a job on the disk, in the same order;
    /// whether it is a picture is found out afterwards, so one that is not stops no other. An error means that nothing
    /// was taken in.
    pub async fn enqueue_with(
        &self,
        sources: Vec<Source>,
        options: UploadOptions,
    ) -> Result<Vec<JobId>, Failure> {
        let ids = self.worker.settings.ids.clone();
        let added = self.worker.run_blocking(move |journal| {
            let jobs = import::new_jobs(sources, &options, &journal.spool, &*ids)?;
            journal.add_batch(&jobs).inspect_err(|_| {
                jobs.iter()
                    .for_each(|job| journal.spool.discard_copies(&job.idempotency_key))
            })
        });
        let added = added.await?;
        self.worker.rescan();
        Ok(added)
    }

    /// Newest first; `before` pages on.
    pub fn jobs(&self, limit: usize, before: Option<JobId>) -> Result<Vec<Job>, Failure> {
        self.worker.journal.jobs(limit, before)
    }

    pub fn job(&self, id: JobId) -> Result<Option<Job>, Failure> {
        Ok(self.worker.journal.record(id)?.map(|record| record.job))
    }

    /// Tries a job again at once that has failed or is offline. Does nothing to any other.
    pub async fn retry(&self, id: JobId) -> Result<(), Failure> {
        if self
            .worker
            .run_blocking(move |journal| journal.retry(id))
            .await?
        {
            self.worker.end_cooldowns();
        }
        Ok(())
    }

    /// Gives a job up, wherever it is, and forgets it. What was uploaded stays where it is.
    pub async fn forget(&self, id: JobId) -> Result<(), Failure> {
        self.worker.abort_job(id);
        self.worker
            .run_blocking(move |journal| journal.forget(id))
            .await?;
        Ok(())
    }

    /// Stops a job for now, wherever it is; [`Uploader::release`] goes on with it.
    pub async fn hold(&self, id: JobId) -> Result<(), Failure> {
        self.interrupt_job(id, Change::Wait(WaitReason::User)).await
    }

    /// The user says yes to a job that was stopped, or that asks first.
    pub async fn release(&self, id: JobId) -> Result<(), Failure> {
        self.worker
            .run_blocking(move |journal| journal.release_job(id))
            .await?;
        self.worker.rescan();
        Ok(())
    }

    /// Gives a job up, but not its row: it can be tried again.
    pub async fn cancel(&self, id: JobId) -> Result<(), Failure> {
        self.interrupt_job(id, Change::Fail(Failure::Cancelled))
            .await
    }

    async fn interrupt_job(&self, id: JobId, change: Change) -> Result<(), Failure> {
        // What the job becomes is written first: what is cut off has its last word thrown away.
        self.worker
            .run_blocking(move |journal| journal.apply_change(id, change))
            .await?;
        self.worker.abort_upload(id);
        self.worker.rescan();
        Ok(())
    }

    /// Uploads a picture that is there once more, as a picture of its own.
    pub async fn upload_again(&self, id: JobId) -> Result<(), Failure> {
        self.worker
            .run_blocking(move |journal| journal.upload_again(id))
            .await?;
        self.worker.end_cooldowns();
        Ok(())
    }

    /// Sends a picture smaller that its target refused as too large. Does nothing to any other.
    pub async fn send_smaller(&self, id: JobId) -> Result<(), Failure> {
        let default_preparation = self.worker.target_of_job(id)?.prepare;
        self.worker
            .run_blocking(move |journal| journal.send_smaller(id, default_preparation))
            .await?;
        self.worker.end_cooldowns();
        Ok(())
    }

    /// Begins to send nothing more, over restarts too, until [`Uploader::resume`]; what is being sent goes on.
    pub async fn pause(&self) -> Result<(), Failure> {
        self.worker.set_paused(true).await
    }

    pub async fn resume(&self) -> Result<(), Failure> {
        self.worker.set_paused(false).await
    }

    pub fn is_paused(&self) -> bool {
        self.worker.is_paused()
    }

    /// Takes a picture away from the server it was uploaded to, unless the user thinks better of it within `undo`.
    /// Its row goes with it; one that could not be deleted says why.
    pub async fn delete(&self, id: JobId, undo_window: Duration) -> Result<(), Failure> {
        let target = self.worker.target_of_job(id)?;
        self.worker
            .run_blocking(move |journal| journal.schedule_delete(id, undo_window, &target))
            .await?;
        self.worker.rescan();
        Ok(())
    }

    /// The same at once, and gives what came of it.
    pub async fn delete_now(&self, id: JobId) -> Result<(), Failure> {
        self.worker.delete_now(id).await
    }

    /// The user thinks better of it. False if it is too late.
    pub async fn undo_delete(&self, id: JobId) -> Result<bool, Failure> {
        self.worker
            .run_blocking(move |journal| journal.undo_delete(id))
            .await
    }

    /// The keychain is unlocked, the network is back, the computer woke up: whatever waits tries again at once.
    pub fn wake(&self) {
        self.worker.wake();
    }

    /// A file with a picture of at most 224 by 224 pixels, JPEG or WebP; none until it is made.
    pub fn thumbnail(&self, id: JobId) -> Option<PathBuf> {
        self.worker.journal.thumbnail(id)
    }

    /// News from now on. A listener that falls far behind is told so by the channel and reads the rows again.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.worker.journal.events()
    }

    /// Starts nothing more and gives what is under way this long; the rest goes on at the next start.
    pub async fn stop(&self, within: Duration) {
        self.background.inbox.update(|news| news.is_stopped = true);
        self.background.stop.send_replace(Some(within));
        let running = self
            .background
            .worker_task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(running) = running
            && let Err(error) = running.await
        {
            tracing::error!(%error, "the queue's worker had ended already");
        }
        let watching = self
            .background
            .watcher_done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(watching) = watching {
            // A disk that does not answer must not keep the program.
            let _ = tokio::time::timeout(within.max(WATCHER_STOP_TIMEOUT), watching).await;
        }
    }
}

/// The worker's task, which ends with the last handle.
struct BackgroundTasks {
    inbox: Arc<EventInbox>,
    folder_status: Arc<Mutex<FolderStatus>>,
    /// Says when the watching thread has ended.
    watcher_done: Mutex<Option<oneshot::Receiver<()>>>,
    stop: watch::Sender<Option<Duration>>,
    worker_task: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for BackgroundTasks {
    fn drop(&mut self) {
        self.inbox.update(|news| news.is_stopped = true);
        if let Some(running) = self
            .worker_task
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
        {
            running.abort();
        }
    }
}

impl Uploader {
    /// Forwards a request to this computer's server and returns its response, of at most 64 MB.
    pub async fn forward_request(
        &self,
        request: ProxyRequest,
        key: &str,
    ) -> Result<Reply, Failure> {
        self.http_clients().forward_request(request, key).await
    }
}
