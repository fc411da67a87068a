//! The uploader's news, passed on to the page; and when a batch is done, its links go to the
//! clipboard. A drop of five hundred pictures makes thousands of news within seconds, more than a
//! page can draw, so they are told together, and of several about one picture only the last.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use uploader::{BatchId, Event, Job, JobId, JobState, WaitsFor};

use crate::context::Vitrine;
use crate::shell::tray;
use crate::uploads::{copy_links, intake};
use crate::{events, targets};

/// Between two times that the page is told. The first news after a pause are told at once.
const PAUSE: Duration = Duration::from_millis(50);
/// The same while many rows change at once: for each time the page draws its list anew, and leaves what it drew before
/// to WebKit's collector, which takes its time.
const LONG_PAUSE: Duration = Duration::from_millis(300);
const MANY: usize = 8;

/// Passes the news on for as long as the app lives.
pub async fn pass_on(app: Arc<Vitrine>) {
    let mut news = app.uploader.events();
    loop {
        let mut gathered = Gathered::default();
        match news.recv().await {
            Ok(event) => gathered.add(event),
            Err(RecvError::Lagged(missed)) => gathered.missed += missed,
            Err(RecvError::Closed) => return,
        }
        loop {
            match news.try_recv() {
                Ok(event) => gathered.add(event),
                Err(TryRecvError::Lagged(missed)) => gathered.missed += missed,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let pause = gathered.pause();
        tell(&app, gathered).await;
        tokio::time::sleep(pause).await;
    }
}

async fn tell(app: &Vitrine, gathered: Gathered) {
    if !gathered.found.is_empty() {
        let moment = app.clipboard.look().await;
        copy_links::begin(app, &gathered.found, moment.into());
    }
    if !gathered.jobs.is_empty() {
        let targets = targets::all(app);
        let rows = gathered
            .jobs
            .iter()
            .map(|job| intake::row(app, job, &targets));
        app.tell(events::Event::Rows(rows.collect()));
    }
    for (id, sent, total) in gathered.progress {
        app.tell(events::Event::Progress { id, sent, total });
    }
    for id in gathered.forgotten {
        app.tell(events::Event::Forgotten { id });
    }
    if gathered.folders {
        app.tell_state();
    }
    if gathered.missed > 0 {
        tracing::warn!(
            gathered.missed,
            "news of uploads came faster than they were passed on"
        );
        app.tell(events::Event::Missed);
    }
    if !gathered.done.is_empty() {
        tray::tell(app);
    }
    for (_, jobs) in gathered.done {
        copy_links::batch_done(app, &jobs).await;
    }
}

/// What has happened since the page was last told, in the order in which it may be told: a job's
/// state comes before how far it is, and what is forgotten comes after everything about it.
#[derive(Default)]
struct Gathered {
    jobs: Vec<Job>,
    progress: Vec<(JobId, u64, u64)>,
    forgotten: Vec<JobId>,
    done: Vec<(BatchId, Vec<JobId>)>,
    /// In watched folders: nobody did anything for them in the app.
    found: Vec<JobId>,
    /// Something of the watched folders.
    folders: bool,
    missed: u64,
}

impl Gathered {
    fn pause(&self) -> Duration {
        match self.jobs.len() > MANY {
            true => LONG_PAUSE,
            false => PAUSE,
        }
    }

    fn add(&mut self, event: Event) {
        match event {
            Event::Job(job) => {
                let waits = JobState::Waiting { on: WaitsFor::File };
                if job.state == waits && !self.found.contains(&job.id) {
                    self.found.push(job.id);
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
            Event::Forgotten(id) => {
                self.jobs.retain(|job| job.id != id);
                self.progress.retain(|(known, ..)| *known != id);
                self.forgotten.push(id);
            }
            // A retry can end a batch twice: what counts is how it ended.
            Event::BatchDone { batch, jobs } => {
                self.done.retain(|(known, _)| *known != batch);
                self.done.push((batch, jobs));
            }
            Event::Folder { .. } | Event::Missed { .. } => self.folders = true,
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

    fn gathered(news: impl IntoIterator<Item = Event>) -> Gathered {
        let mut gathered = Gathered::default();
        news.into_iter().for_each(|event| gathered.add(event));
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
    fn of_several_news_about_a_picture_the_last_is_told() {
        let sending = JobState::Sending { sent: 0, total: 9 };
        let told = gathered([
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
    fn progress_does_not_outlive_the_state_it_was_made_in() {
        let told = gathered([progress(1, 3), job(1, JobState::Queued)]);
        assert_eq!(told.progress, []);
    }

    #[test]
    fn nothing_but_its_end_is_told_of_a_forgotten_picture() {
        let told = gathered([
            job(1, JobState::Queued),
            progress(1, 3),
            Event::Forgotten(JobId(1)),
        ]);
        assert!(told.jobs.is_empty() && told.progress.is_empty());
        assert_eq!(told.forgotten, [JobId(1)]);
    }
}
