//! Links on the clipboard: after a batch, when a Copy button asks, and anew when a switch changes.

use std::sync::PoisonError;

use uploader::clipboard_policy::{ClipboardAction, UploadSource};
use uploader::links::{self, LinkContext, LinkFormat, LinkSelection};
use uploader::{Job, JobId};

use crate::context::AppContext;
use crate::events::Notice;
use crate::settings::{CopyFormat, CopySelection, CopySettings};
use crate::shell::clipboard::{ClipboardGeneration, ClipboardText};
use crate::uploads::intake;
use crate::view::row::Link;

/// Which of a picture's links a button means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkChoice {
    All,
    Original,
    Size(u32),
}

impl LinkChoice {
    pub fn parse(text: &str) -> Option<LinkChoice> {
        match text {
            "all" => Some(LinkChoice::All),
            "original" => Some(LinkChoice::Original),
            width => width.parse().ok().map(LinkChoice::Size),
        }
    }

    /// The one that the switch says.
    pub fn from_settings(copy: &CopySettings) -> LinkChoice {
        match copy.what {
            CopySelection::All => LinkChoice::All,
            CopySelection::Original => LinkChoice::Original,
            CopySelection::Size => LinkChoice::Size(copy.size),
        }
    }

    fn selection(self) -> LinkSelection {
        match self {
            LinkChoice::All => LinkSelection::All,
            LinkChoice::Original => LinkSelection::Original,
            LinkChoice::Size(width) => LinkSelection::Size(width),
        }
    }

    /// The link itself, among those that a picture has.
    pub fn find_link(self, links: Vec<Link>) -> Option<Link> {
        let label = match self {
            LinkChoice::All | LinkChoice::Original => "original".to_owned(),
            LinkChoice::Size(width) => width.to_string(),
        };
        links.into_iter().find(|link| link.label == label)
    }
}

/// All of a batch is settled: the links of those that made it, in order, as the switches say, or the folder that they
/// were found in. Whether they are copied is as the user has said for the way that they came, and what the user has
/// copied since the batch began stays where it is.
pub async fn finish_batch(app: &AppContext, jobs: &[JobId]) {
    // Also where nothing is to be copied: nobody asks for these again.
    let PendingCopy {
        generation: since,
        selection: what,
    } = take_pending_copy(app, jobs);
    let jobs = find_jobs(app, jobs);
    // Of a test nothing is said here, and nothing of what was forgotten meanwhile.
    if jobs.iter().all(|job| job.way == Some(UploadSource::Trial)) {
        return;
    }
    let all = jobs.len();
    let done = retain_uploaded(jobs);
    let failed = all - done.len();
    let Some(first) = done.first() else {
        app.show_notice(Notice::new("failed").with_field("failed", failed));
        return;
    };
    let settings = app.settings.get();
    let way = first.way.unwrap_or(UploadSource::Dropped);
    let touched = app.clipboard.has_changed_since(since).await;
    let manner = settings.courtesy.decide(way, touched);
    let (usual, how) = link_style(app, first);
    let written = render_links(app, &done, (what.unwrap_or(usual), how));
    match manner {
        // An editor has its links, and says so itself.
        ClipboardAction::Leave if way == UploadSource::Editor => {}
        ClipboardAction::Leave => app.show_notice(
            Notice::new("uploaded")
                .with_field("count", done.len())
                .with_field("failed", failed),
        ),
        ClipboardAction::Offer => {
            app.show_notice(Notice::new("clipboard_kept").with_field("count", done.len()))
        }
        // Something may have been copied at this very moment.
        ClipboardAction::Copy => match app
            .clipboard
            .write_if_unchanged(written.content, since)
            .await
        {
            Ok(true) => record_copied(app, &done, written.link_count, &written.format, failed),
            Ok(false) => {
                app.show_notice(Notice::new("clipboard_kept").with_field("count", done.len()))
            }
            Err(refused) => notify_clipboard_failure(app, &refused),
        },
    }
}

/// How a picture was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct PendingCopy {
    /// When: what is copied after that stays.
    pub generation: ClipboardGeneration,
    /// Which of its links are wanted, where that is not what the switch says.
    pub selection: Option<LinkSelection>,
}

impl From<ClipboardGeneration> for PendingCopy {
    fn from(moment: ClipboardGeneration) -> PendingCopy {
        PendingCopy {
            generation: moment,
            selection: None,
        }
    }
}

/// Remembers how somebody gave these.
pub fn remember_pending_copies(app: &AppContext, jobs: &[JobId], given: PendingCopy) {
    let mut begun = app
        .pending_copies
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for id in jobs {
        begun.insert(*id, given);
    }
}

/// How the last of these was given. What was given before the app was started is as old as that.
fn take_pending_copy(app: &AppContext, jobs: &[JobId]) -> PendingCopy {
    let mut begun = app
        .pending_copies
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let given = jobs.iter().filter_map(|id| begun.remove(id));
    given
        .max_by_key(|given| given.generation)
        .unwrap_or_default()
}

/// As the switches say, unless the folder that it was found in says otherwise.
fn link_style(app: &AppContext, job: &Job) -> (LinkSelection, LinkFormat) {
    let settings = app.settings.get();
    let folder = job.folder.as_ref().and_then(|id| {
        let folders = settings.folders.iter();
        folders
            .filter(|folder| folder.id == *id)
            .find_map(|folder| folder.links.clone())
    });
    folder.unwrap_or_else(|| default_link_style(app))
}

/// A Copy button. What is copied is the button's, how it is written is the switch's unless the button says that, too.
/// Says whether it was copied; if not, a notice has said why.
pub async fn copy_job_links(
    app: &AppContext,
    id: JobId,
    label: LinkChoice,
    how: Option<CopyFormat>,
) -> bool {
    let done = find_uploaded_jobs(app, &[id]);
    if done.is_empty() {
        app.show_notice(Notice::new("nothing_to_copy"));
        return false;
    }
    let settings = app.settings.get();
    let chosen = CopySettings {
        how: how.unwrap_or(settings.copy.how),
        ..settings.copy
    };
    let how = chosen.format(&settings.template);
    let written = render_links(app, &done, (label.selection(), how));
    match app.clipboard.write(written.content).await {
        Ok(()) => {
            record_copied(app, &done, written.link_count, &written.format, 0);
            true
        }
        Err(refused) => {
            notify_clipboard_failure(app, &refused);
            false
        }
    }
}

/// A switch was changed: what we copied last is written anew, unless it was replaced meanwhile.
pub async fn rewrite_last(app: &AppContext) {
    let done = last_copied_jobs(app);
    if done.is_empty() {
        return;
    }
    let written = render_links(app, &done, default_link_style(app));
    match app.clipboard.rewrite(written.content).await {
        Ok(true) => app.show_notice(copied_notice(
            done.len(),
            written.link_count,
            &written.format,
            0,
        )),
        Ok(false) => {}
        Err(refused) => notify_clipboard_failure(app, &refused),
    }
}

pub fn is_last_copied(app: &AppContext, id: JobId) -> bool {
    app.last_copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(&id)
}

/// What was copied last is put on the clipboard once more, whatever is there now: the user asks for it.
pub async fn recopy_last(app: &AppContext) {
    let done = last_copied_jobs(app);
    if done.is_empty() {
        return;
    }
    let written = render_links(app, &done, default_link_style(app));
    if let Err(refused) = app.clipboard.write(written.content).await {
        notify_clipboard_failure(app, &refused);
    }
}

/// The last pictures that have links, newest first, with their names.
pub fn recent_uploads(app: &AppContext, count: usize) -> Vec<(JobId, String)> {
    // Those that failed or wait stand between them.
    let jobs = app.uploader.jobs(count * 8, None).unwrap_or_default();
    let there = jobs
        .into_iter()
        .filter(|job| job.state.upload_result().is_some());
    there.map(|job| (job.id, job.name)).take(count).collect()
}

/// Those whose links were copied last, as far as they still have any.
fn last_copied_jobs(app: &AppContext) -> Vec<Job> {
    let copied = app
        .last_copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    find_uploaded_jobs(app, &copied)
}

/// The first picture of those whose links were copied last.
pub fn first_copied_job(app: &AppContext) -> Option<JobId> {
    let copied = app
        .last_copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    copied.first().copied()
}

/// Those of the jobs that have links, in the order given.
fn find_uploaded_jobs(app: &AppContext, jobs: &[JobId]) -> Vec<Job> {
    retain_uploaded(find_jobs(app, jobs))
}

/// Those of the jobs that there are.
fn find_jobs(app: &AppContext, jobs: &[JobId]) -> Vec<Job> {
    let found = jobs.iter().map(|id| app.uploader.job(*id).ok().flatten());
    found.flatten().collect()
}

fn retain_uploaded(mut jobs: Vec<Job>) -> Vec<Job> {
    jobs.retain(|job| job.state.upload_result().is_some());
    jobs
}

/// It is on the clipboard: the rows and the user are told.
fn record_copied(app: &AppContext, done: &[Job], links: usize, how: &LinkFormat, failed: usize) {
    set_last_copied(app, done.iter().map(|job| job.id).collect());
    app.show_notice(copied_notice(done.len(), links, how, failed));
}

fn default_link_style(app: &AppContext) -> (LinkSelection, LinkFormat) {
    let settings = app.settings.get();
    (
        settings.copy.selection(),
        settings.copy.format(&settings.template),
    )
}

struct RenderedLinks {
    content: ClipboardText,
    /// How many links it holds.
    link_count: usize,
    format: LinkFormat,
}

fn render_links(
    app: &AppContext,
    done: &[Job],
    (what, how): (LinkSelection, LinkFormat),
) -> RenderedLinks {
    let base = app.status.link_base();
    let pictures: Vec<_> = done
        .iter()
        .filter_map(|job| {
            let (name, width, height) = job.name_and_size();
            let uploaded = job.state.upload_result()?.to_absolute(&base);
            Some(LinkContext::new(name, width, height, &uploaded).with_alt(job.alt.clone()))
        })
        .collect();
    let links = pictures.iter().map(|picture| match (what, &how) {
        // One picture that offers all its sizes to the browser.
        (_, LinkFormat::Srcset | LinkFormat::Picture | LinkFormat::Template(_)) => 1,
        (LinkSelection::All, _) => 1 + picture.sizes.len(),
        (LinkSelection::Original | LinkSelection::Size(_), _) => 1,
    });
    RenderedLinks {
        link_count: links.sum(),
        content: ClipboardText {
            text: links::write_all_links(&pictures, what, &how),
            html: app
                .settings
                .get()
                .html
                .then(|| links::html_flavour(&pictures, what)),
        },
        format: how,
    }
}

/// Remembers whose links are on the clipboard and tells the rows that gained or lost it.
fn set_last_copied(app: &AppContext, now: Vec<JobId>) {
    let before = {
        let mut copied = app
            .last_copied
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *copied, now.clone())
    };
    let lost = before.into_iter().filter(|id| !now.contains(id));
    intake::emit_rows(app, lost.chain(now.iter().copied()));
}

fn copied_notice(pictures: usize, links: usize, how: &LinkFormat, failed: usize) -> Notice {
    Notice::new("copied")
        .with_field("pictures", pictures)
        .with_field("links", links)
        .with_field("how", format_name(how))
        .with_field("failed", failed)
}

pub fn notify_clipboard_failure(
    app: &AppContext,
    refused: &crate::shell::clipboard::ClipboardError,
) {
    tracing::warn!(%refused, "links were not copied");
    app.show_notice(Notice::new("clipboard_failed"));
}

fn format_name(how: &LinkFormat) -> &'static str {
    match how {
        LinkFormat::Url => "url",
        LinkFormat::Markdown => "markdown",
        LinkFormat::Html => "html",
        LinkFormat::Bbcode => "bbcode",
        LinkFormat::Srcset => "srcset",
        LinkFormat::Picture => "picture",
        LinkFormat::Template(_) => "template",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_parsed_as_one_link_choice() {
        assert_eq!(LinkChoice::parse("all"), Some(LinkChoice::All));
        assert_eq!(LinkChoice::parse("800"), Some(LinkChoice::Size(800)));
        assert_eq!(LinkChoice::parse("/etc/passwd"), None);
    }
}
