//! The uploader's news, passed on to the page; and when a batch is done, its links go to the
//! clipboard. A drop of five hundred pictures makes thousands of news within seconds, more than a
//! page can draw, so they are told together, and of several about one picture only the last.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use uploader::{BatchId, Event, Job, JobId, JobState, WaitReason};

use crate::context::AppContext;
use crate::shell::tray;
use crate::uploads::{copy_links, intake};
use crate::{events, targets};

/// Between two times that the page is told. The first news after a pause are told at once.
const MIN_INTERVAL: Duration = Duration::from_millis(50);
/// The same while many rows change at once: for each time the page draws its list anew, and leaves what it drew before
/// to WebKit's collector, which takes its time.
const BUSY_INTERVAL: Duration = Duration::from_millis(300);
const BUSY_ROW_COUNT: usize = 8;

/// Passes the news on for as long as the app lives.
pub async fn forward_events(app: Arc<AppContext>) {
    let mut news = app.uploader.events();
    loop {
        let mut gathered = EventBatch::default();
        match news.recv().await {
            Ok(event) => gathered.add_event(event),
            Err(RecvError::Lagged(missed)) => gathered.missed += missed,
            Err(RecvError::Closed) => return,
        }
        loop {
            match news.try_recv() {
                Ok(event) => gathered.add_event(event),
                Err(TryRecvError::Lagged(missed)) => gathered.missed += missed,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let pause = gathered.next_interval();
        emit_batch(&app, gathered).await;
        tokio::time::sleep(pause).await;
    }
}

async fn emit_batch(app: &AppContext, gathered: EventBatch) {
    if !gathered.found_jobs.is_empty() {
        let moment = app.clipboard.current_generation().await;
        copy_links::remember_pending_copies(app, &gathered.found_jobs, moment.into());
    }
    if !gathered.jobs.is_empty() {
        let targets = targets::list_targets(app);
        let rows = gathered
            .jobs
            .iter()
            .map(|job| intake::build_row(app, job, &targets));
        app.emit(events::PageEvent::Rows(rows.collect()));
    }
    for (id, sent, total) in gathered.progress {
        app.emit(events::PageEvent::Progress { id, sent, total });
    }
    for id in gathered.forgotten_jobs {
        app.emit(events::PageEvent::JobForgotten { id });
    }
    if gathered.folders_changed {
        app.emit_state();
    }
    if gathered.missed > 0 {
        tracing::warn!(
            gathered.missed,
            "news of uploads came faster than they were passed on"
        );
        app.emit(events::PageEvent::EventsMissed);
    }
    if !gathered.done_batches.is_empty() {
        tray::schedule_rebuild(app);
    }
    for (_, jobs) in gathered.done_batches {
        copy_links::finish_batch(app, &jobs).await;
    }
}

/// What has happened since the page was last told, in the order in which it may be told: a job's
/// state comes before how far it is, and what is forgotten comes after everything about it.
#[derive(Default)]
struct EventBatch {
    jobs: Vec<Job>,
    progress: Vec<(JobId, u64, u64)>,
    forgotten_jobs: Vec<JobId>,
    done_batches: Vec<(BatchId, Vec<JobId>)>,
    /// In watched folders: nobody did anything for them in the app.
    found_jobs: Vec<JobId>,
    /// Something of the watched folders.
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
                // How far it was before says nothing about a later state.
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
            // A retry can end a batch twice: what counts is how it ended.
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
        let told = collect_events([
            job(1, JobState::Queued),
            job(2, JobState::Queued),
            job(1, sending.clone()),
            progress(1, 3),
            progress(1, 6),
        ]);
        let jobs: Vec<_> = told.jobs.iter().map(|job| (job.id.0, &job.state)).collect();
        assert_eq!(jobs, [(1, &sending), (2, &JobState::Queued)]);
        assert_eq!(told.progress, [(JobId(1), 6, 9)]);
    }

    #[test]
    fn a_new_job_state_discards_older_progress() {
        let told = collect_events([progress(1, 3), job(1, JobState::Queued)]);
        assert_eq!(told.progress, []);
    }

    #[test]
    fn a_forgotten_job_emits_only_its_removal() {
        let told = collect_events([
            job(1, JobState::Queued),
            progress(1, 3),
            Event::JobForgotten(JobId(1)),
        ]);
        assert!(told.jobs.is_empty() && told.progress.is_empty());
        assert_eq!(told.forgotten_jobs, [JobId(1)]);
    }
}
