//! Between the uploader and the page: sources go in, rows come out, and when a batch is done its
//! links go to the clipboard.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use uploader::{Failure, Job, JobId, Source};

use crate::copying;
use crate::events::{Event, Notice};
use crate::rows::Row;
use crate::vitrine::Vitrine;

/// Takes pictures in; refused ones become rows too, so the only failure is not being able to write.
pub async fn take_in(app: &Vitrine, sources: Vec<Source>) {
    if sources.is_empty() {
        return;
    }
    app.keychain.want();
    if let Err(failure) = app.uploader.enqueue(sources).await {
        tracing::error!(%failure, "pictures could not be taken in");
        app.notice(Notice::of("queue_failed").with("reason", failure.to_string()));
    }
}

/// Newest first.
pub fn rows(app: &Vitrine, limit: usize, before: Option<JobId>) -> Result<Vec<Row>, Failure> {
    let jobs = app.uploader.jobs(limit, before)?;
    Ok(jobs.iter().map(|job| row(app, job)).collect())
}

fn row(app: &Vitrine, job: &Job) -> Row {
    Row::of(job, &app.status.base(), copying::is_copied(app, job.id))
}

/// Tells the page about a job as it is now.
pub fn tell_row(app: &Vitrine, id: JobId) {
    match app.uploader.job(id) {
        Ok(Some(job)) => app.tell(Event::Row(row(app, &job))),
        Ok(None) => {}
        Err(failure) => tracing::warn!(%failure, "a row could not be read"),
    }
}

/// Passes the uploader's news on for as long as the app lives.
pub async fn pass_on(app: Arc<Vitrine>) {
    let mut news = app.uploader.events();
    loop {
        match news.recv().await {
            Ok(uploader::Event::Job(job)) => app.tell(Event::Row(row(&app, &job))),
            Ok(uploader::Event::Progress { id, sent, total }) => {
                app.tell(Event::Progress { id, sent, total });
            }
            Ok(uploader::Event::Forgotten(id)) => app.tell(Event::Forgotten { id }),
            Ok(uploader::Event::BatchDone { jobs, .. }) => copying::batch_done(&app, &jobs).await,
            // The page reads its rows anew when it is told the state.
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(
                    missed,
                    "news of uploads came faster than the window took them"
                );
                app.tell_state();
            }
            Err(RecvError::Closed) => return,
        }
    }
}
