//! Between the uploader and the page: sources go in, rows come out. What happens to them meanwhile
//! is told by `news`.

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
    app.clipboard.look();
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

pub fn row(app: &Vitrine, job: &Job) -> Row {
    Row::of(job, &app.status.base(), copying::is_copied(app, job.id))
}

/// Tells the page about jobs as they are now.
pub fn tell_rows(app: &Vitrine, ids: impl IntoIterator<Item = JobId>) {
    let mut rows = Vec::new();
    for id in ids {
        match app.uploader.job(id) {
            Ok(Some(job)) => rows.push(row(app, &job)),
            Ok(None) => {}
            Err(failure) => tracing::warn!(%failure, "a row could not be read"),
        }
    }
    if !rows.is_empty() {
        app.tell(Event::Rows(rows));
    }
}
