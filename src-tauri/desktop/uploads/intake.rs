//! Between the uploader and the page: sources go in, rows come out. What happens to them meanwhile
//! is told by `news`.

use uploader::clipboard_policy::UploadSource;
use uploader::links::LinkSelection;
use uploader::{Failure, Job, JobId, Source, Target, UploadOptions};

use crate::context::AppContext;
use crate::events::{Notice, PageEvent};
use crate::targets;
use crate::uploads::copy_links;
use crate::uploads::copy_links::PendingCopy;
use crate::view::row::Row;

/// How pictures were given in one gesture.
pub struct ImportOptions {
    pub source: UploadSource,
    /// Another target than the usual one, by its id.
    pub target_id: Option<String>,
    /// Which links are copied, where that is not what the switch says.
    pub selection: Option<LinkSelection>,
}

impl ImportOptions {
    /// As usual.
    pub fn new(way: UploadSource) -> ImportOptions {
        ImportOptions {
            source: way,
            target_id: None,
            selection: None,
        }
    }
}

/// Takes pictures in that came this way; refused ones become rows too, so the only failure is not being able to write.
pub async fn import_pictures(app: &AppContext, sources: Vec<Source>, given: ImportOptions) {
    if sources.is_empty() {
        return;
    }
    app.keychain.request_unlock();
    let moment = app.clipboard.current_generation().await;
    let wishes = UploadOptions {
        way: Some(given.source),
        target: given.target_id,
        ..UploadOptions::default()
    };
    match app.uploader.enqueue_with(sources, wishes).await {
        Ok(jobs) => {
            let begun = PendingCopy {
                generation: moment,
                selection: given.selection,
            };
            copy_links::remember_pending_copies(app, &jobs, begun);
        }
        Err(failure) => {
            tracing::error!(%failure, "pictures could not be taken in");
            app.show_notice(Notice::new("queue_failed").with_field("reason", failure.to_string()));
        }
    }
}

/// Newest first.
pub fn load_rows(
    app: &AppContext,
    limit: usize,
    before: Option<JobId>,
) -> Result<Vec<Row>, Failure> {
    let jobs = app.uploader.jobs(limit, before)?;
    let targets = targets::list_targets(app);
    Ok(jobs
        .iter()
        .map(|job| build_row(app, job, &targets))
        .collect())
}

/// `targets`: all that there are, read once for many rows.
pub fn build_row(app: &AppContext, job: &Job, targets: &[Target]) -> Row {
    let target = job.target.as_ref();
    let target = target.and_then(|id| targets.iter().find(|target| target.id == *id));
    Row::from_job(
        job,
        &app.status.link_base(),
        copy_links::is_last_copied(app, job.id),
        target,
    )
}

/// Tells the page about jobs as they are now.
pub fn emit_rows(app: &AppContext, ids: impl IntoIterator<Item = JobId>) {
    let targets = targets::list_targets(app);
    let mut rows = Vec::new();
    for id in ids {
        match app.uploader.job(id) {
            Ok(Some(job)) => rows.push(build_row(app, &job, &targets)),
            Ok(None) => {}
            Err(failure) => tracing::warn!(%failure, "a row could not be read"),
        }
    }
    if !rows.is_empty() {
        app.emit(PageEvent::Rows(rows));
    }
}
