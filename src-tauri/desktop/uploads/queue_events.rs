//! Forwards the uploader's events to the event bus, and copies the links of finished batches. 500 dropped pictures cause
//! thousands of events within seconds, more than the page can draw, so events are forwarded in batches, which keep only
//! the last event about each job.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use uploader::{BatchId, Event, Job, JobId, JobState, WaitReason};

use crate::context::AppContext;
use crate::events;
use crate::uploads::copy_links::CopyLinks;

/// The time between two batches. The first event after a pause is forwarded at once.
const MIN_INTERVAL: Duration = Duration::from_millis(50);
/// The same while many rows change: the page draws its list again for each batch, and WebKit's garbage collector needs
/// its time.
const BUSY_INTERVAL: Duration = Duration::from_millis(300);
const BUSY_ROW_COUNT: usize = 8;

/// Runs for as long as the app.
pub async fn forward_events(context: Arc<AppContext>, copy_links: Arc<CopyLinks>) {
    let mut receiver = context.uploader.events();
    loop {
        let mut batch = EventBatch::default();
        match receiver.recv().await {
            Ok(event) => batch.add_event(event),
            Err(RecvError::Lagged(missed)) => batch.missed += missed,
            Err(RecvError::Closed) => return,
        }
        loop {
            match receiver.try_recv() {
                Ok(event) => batch.add_event(event),
                Err(TryRecvError::Lagged(missed)) => batch.missed += missed,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let interval = batch.next_interval();
        publish_batch(&context, &copy_links, batch).await;
        tokio::time::sleep(interval).await;
    }
}

async fn publish_batch(context: &AppContext, copy_links: &CopyLinks, batch: EventBatch) {
    if !batch.found_jobs.is_empty() {
        copy_links.note_request(batch.found_jobs).await;
    }
    let publish = |event| context.events.publish(event);
    if !batch.jobs.is_empty() {
        publish(events::Event::JobsChanged(Arc::new(batch.jobs)));
    }
    for (id, sent, total) in batch.progress {
        publish(events::Event::Progress { id, sent, total });
    }
    for id in batch.forgotten_jobs {
        publish(events::Event::JobForgotten(id));
    }
    if batch.folders_changed {
        publish(events::Event::FoldersChanged);
    }
    if batch.missed > 0 {
        tracing::warn!(batch.missed, "missed events of the uploader");
        publish(events::Event::JobEventsMissed);
    }
    if !batch.done_batches.is_empty() {
        publish(events::Event::BatchDone);
    }
    for (_, jobs) in batch.done_batches {
        copy_links.finish_batch(&jobs).await;
    }
}

/// Events since the last batch, in an order in which they can be forwarded: the state of a job before its progress, and
/// its removal after everything else.
#[derive(Default)]
struct EventBatch {
    jobs: Vec<Job>,
    progress: Vec<(JobId, u64, u64)>,
    forgotten_jobs: Vec<JobId>,
    done_batches: Vec<(BatchId, Vec<JobId>)>,
    /// Files that appeared in watched folders: no gesture in the app preceded them.
    found_jobs: Vec<JobId>,
    folders_changed: bool,
    missed: u64,
}

impl EventBatch {
    fn next_interval(&self) -> Duration {
        match self.jobs.len() > BUSY_ROW_COUNT {
            true => BUSY_INTERVAL,
            false => MIN_INTERVAL,
        }
    }

    fn add_event(&mut self, event: Event) {
        match event {
            Event::Job(job) => {
                let waits = JobState::Waiting {
                    on: WaitReason::File,
                };
                if job.state == waits && !self.found_jobs.contains(&job.id) {
                    self.found_jobs.push(job.id);
                }
                // Older progress does not apply to the new state.
                self.progress.retain(|(id, ..)| *id != job.id);
                match self.jobs.iter_mut().find(|known| known.id == job.id) {
                    Some(known) => *known = job,
                    None => self.jobs.push(job),
                }
            }
            Event::Progress { id, sent, total } => {
                self.progress.retain(|(known, ..)| *known != id);
                self.progress.push((id, sent, total));
            }
            Event::JobForgotten(id) => {
                self.jobs.retain(|job| job.id != id);
                self.progress.retain(|(known, ..)| *known != id);
                self.forgotten_jobs.push(id);
            }
            // A retry can end a batch twice; the last end counts.
            Event::BatchDone { batch, jobs } => {
                self.done_batches.retain(|(known, _)| *known != batch);
                self.done_batches.push((batch, jobs));
            }
            Event::FolderChanged { .. } | Event::FilesMissed { .. } => self.folders_changed = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use uploader::JobState;

    use super::*;

    fn job(id: i64, state: JobState) -> Event {
        Event::Job(Job {
            id: JobId(id),
            batch: BatchId(1),
            name: "a.png".to_owned(),
            bytes: 1,
            width: None,
            height: None,
            added_at: String::new(),
            target: None,
            state,
            has_thumbnail: false,
            sent: None,
            maybe_twice: false,
            folder: None,
            way: None,
            links: None,
            clipboard_generation: 0,
            has_file: false,
            alt: None,
            deleted_at: None,
            not_deleted: None,
        })
    }

    fn collect_events(news: impl IntoIterator<Item = Event>) -> EventBatch {
        let mut gathered = EventBatch::default();
        news.into_iter().for_each(|event| gathered.add_event(event));
        gathered
    }

    const fn progress(id: i64, sent: u64) -> Event {
        Event::Progress {
            id: JobId(id),
            sent,
            total: 9,
        }
    }

    #[test]
    fn only_the_last_event_about_a_job_is_kept() {
        let sending = JobState::Sending { sent: 0, total: 9 };
        let batch = collect_events([
            job(1, JobState::Queued),
            job(2, JobState::Queued),
            job(1, sending.clone()),
            progress(1, 3),
            progress(1, 6),
        ]);
        let jobs: Vec<_> = batch
            .jobs
            .iter()
            .map(|job| (job.id.0, &job.state))
            .collect();
        assert_eq!(jobs, [(1, &sending), (2, &JobState::Queued)]);
        assert_eq!(batch.progress, [(JobId(1), 6, 9)]);
    }

    #[test]
    fn a_new_job_state_discards_older_progress() {
        let batch = collect_events([progress(1, 3), job(1, JobState::Queued)]);
        assert_eq!(batch.progress, []);
    }

    #[test]
    fn a_forgotten_job_emits_only_its_removal() {
        let batch = collect_events([
            job(1, JobState::Queued),
            progress(1, 3),
            Event::JobForgotten(JobId(1)),
        ]);
        assert!(batch.jobs.is_empty() && batch.progress.is_empty());
        assert_eq!(batch.forgotten_jobs, [JobId(1)]);
    }
}
