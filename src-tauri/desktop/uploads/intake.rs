//! Between the uploader and the page: sources go in, rows come out. What happens to them meanwhile
//! is told by `news`.

use uploader::clipboard_policy::Way;
use uploader::links::What;
use uploader::{Failure, Job, JobId, Source, Target, Wishes};

use crate::context::Vitrine;
use crate::events::{Event, Notice};
use crate::targets;
use crate::uploads::copy_links;
use crate::uploads::copy_links::Begun;
use crate::view::row::Row;

/// How pictures were given in one gesture.
pub struct Given {
    pub way: Way,
    /// Another target than the usual one, by its id.
    pub target: Option<String>,
    /// Which links are copied, where that is not what the switch says.
    pub what: Option<What>,
}

impl Given {
    /// As usual.
    pub fn by(way: Way) -> Given {
        Given {
            way,
            target: None,
            what: None,
        }
    }
}

/// Takes pictures in that came this way; refused ones become rows too, so the only failure is not being able to write.
pub async fn take_in(app: &Vitrine, sources: Vec<Source>, given: Given) {
    if sources.is_empty() {
        return;
    }
    app.keychain.want();
    let moment = app.clipboard.look().await;
    let wishes = Wishes {
        way: Some(given.way),
        target: given.target,
        ..Wishes::default()
    };
    match app.uploader.enqueue_with(sources, wishes).await {
        Ok(jobs) => {
            let begun = Begun {
                moment,
                what: given.what,
            };
            copy_links::begin(app, &jobs, begun);
        }
        Err(failure) => {
            tracing::error!(%failure, "pictures could not be taken in");
            app.notice(Notice::of("queue_failed").with("reason", failure.to_string()));
        }
    }
}

/// Newest first.
pub fn rows(app: &Vitrine, limit: usize, before: Option<JobId>) -> Result<Vec<Row>, Failure> {
    let jobs = app.uploader.jobs(limit, before)?;
    let targets = targets::all(app);
    Ok(jobs.iter().map(|job| row(app, job, &targets)).collect())
}

/// `targets`: all that there are, read once for many rows.
pub fn row(app: &Vitrine, job: &Job, targets: &[Target]) -> Row {
    let target = job.target.as_ref();
    let target = target.and_then(|id| targets.iter().find(|target| target.id == *id));
    Row::of(
        job,
        &app.status.base(),
        copy_links::is_copied(app, job.id),
        target,
    )
}

/// Tells the page about jobs as they are now.
pub fn tell_rows(app: &Vitrine, ids: impl IntoIterator<Item = JobId>) {
    let targets = targets::all(app);
    let mut rows = Vec::new();
    for id in ids {
        match app.uploader.job(id) {
            Ok(Some(job)) => rows.push(row(app, &job, &targets)),
            Ok(None) => {}
            Err(failure) => tracing::warn!(%failure, "a row could not be read"),
        }
    }
    if !rows.is_empty() {
        app.tell(Event::Rows(rows));
    }
}
