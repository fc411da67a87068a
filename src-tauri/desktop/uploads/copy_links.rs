//! Copies links: after a batch, by a Copy button, and again when the copy settings change.

use std::sync::Arc;

use tokio::sync::watch;
use uploader::clipboard_policy::{ClipboardAction, UploadSource};
use uploader::links::{self, LinkContext, LinkFormat, LinkSelection};
use uploader::{Job, JobId};

use crate::context::AppContext;
use crate::events::Event;
use crate::network::link_base::LinkBase;
use crate::settings::{CopyFormat, CopySettings};
use crate::shell::clipboard::{ClipboardError, ClipboardText};
use crate::uploads::link_choice::LinkChoice;
use crate::view::notice::Notice;

pub struct CopyLinks {
    context: Arc<AppContext>,
    link_base: LinkBase,
    /// The jobs whose links were copied last.
    last_copied: watch::Sender<Arc<Vec<JobId>>>,
}

struct RenderedLinks {
    text: ClipboardText,
    link_count: usize,
    format: LinkFormat,
}

impl CopyLinks {
    pub fn new(context: Arc<AppContext>, link_base: LinkBase) -> CopyLinks {
        CopyLinks {
            context,
            link_base,
            last_copied: watch::Sender::default(),
        }
    }

    pub fn watch_last_copied(&self) -> watch::Receiver<Arc<Vec<JobId>>> {
        self.last_copied.subscribe()
    }

    /// Records that these uploads were requested now: what the user copies later is not replaced by their links.
    pub async fn note_request(&self, jobs: Vec<JobId>) {
        let generation = self.context.clipboard.current_generation().await;
        let stored = self
            .context
            .uploader
            .set_clipboard_generation(jobs, generation);
        if let Err(failure) = stored.await {
            tracing::warn!(%failure, "could not store when uploads were requested");
        }
    }

    /// Copies the links of a finished batch, if the clipboard policy says so for its source and the user has not copied
    /// anything since it was requested. The format is that of the settings, or of the watched folder.
    pub async fn finish_batch(&self, jobs: &[JobId]) {
        let jobs = self.find_jobs(jobs);
        // Self-tests need no links. All jobs may have been forgotten by now.
        if jobs.iter().all(|job| job.way == Some(UploadSource::Trial)) {
            return;
        }
        let requested = jobs.iter().max_by_key(|job| job.clipboard_generation);
        let (since, selection) =
            requested.map_or((0, None), |job| (job.clipboard_generation, job.links));
        let total = jobs.len();
        let uploaded = retain_uploaded(jobs);
        let failed = total - uploaded.len();
        let Some(first) = uploaded.first() else {
            self.notify(Notice::new("failed").with_field("failed", failed));
            return;
        };
        let source = first.way.unwrap_or(UploadSource::Dropped);
        let clipboard = &self.context.clipboard;
        let changed = clipboard.has_changed_since(since).await;
        let policy = self.context.settings.get().courtesy;
        let (default_selection, format) = self.link_style(first);
        let links = self.render_links(&uploaded, selection.unwrap_or(default_selection), format);
        let kept = Notice::new("clipboard_kept").with_field("count", uploaded.len());
        match policy.decide(source, changed) {
            // An editor received the links and shows a message itself.
            ClipboardAction::Leave if source == UploadSource::Editor => {}
            ClipboardAction::Leave => self.notify(
                Notice::new("uploaded")
                    .with_field("count", uploaded.len())
                    .with_field("failed", failed),
            ),
            ClipboardAction::Offer => self.notify(kept),
            // The user may have copied something at this very moment.
            ClipboardAction::Copy => match clipboard.write_if_unchanged(links.text, since).await {
                Ok(true) => {
                    self.set_last_copied(&uploaded);
                    self.notify_copied(&uploaded, links.link_count, &links.format, failed);
                }
                Ok(false) => self.notify(kept),
                Err(error) => self.notify_clipboard_failure(&error),
            },
        }
    }

    /// Copies the links of one job, in the format of the settings if there is no other. Returns whether they were
    /// copied; if not, a notice says why.
    pub async fn copy_job(
        &self,
        id: JobId,
        choice: LinkChoice,
        format: Option<CopyFormat>,
    ) -> bool {
        let uploaded = retain_uploaded(self.find_jobs(&[id]));
        if uploaded.is_empty() {
            self.notify(Notice::new("nothing_to_copy"));
            return false;
        }
        let settings = self.context.settings.get();
        let copy = CopySettings {
            how: format.unwrap_or(settings.copy.how),
            ..settings.copy
        };
        let format = copy.format(&settings.template);
        let links = self.render_links(&uploaded, choice.selection(), format);
        let is_copied = self.copy_text(links.text).await;
        if is_copied {
            self.set_last_copied(&uploaded);
            self.notify_copied(&uploaded, links.link_count, &links.format, 0);
        }
        is_copied
    }

    /// Copies text. Returns whether that worked; if not, a notice says so.
    pub async fn copy_text(&self, text: ClipboardText) -> bool {
        let written = self.context.clipboard.write(text).await;
        if let Err(error) = &written {
            self.notify_clipboard_failure(error);
        }
        written.is_ok()
    }

    /// Applies changed copy settings to the last copied links, if they are still on the clipboard.
    pub async fn rewrite_last(&self) {
        let Some((uploaded, links)) = self.render_last() else {
            return;
        };
        match self.context.clipboard.rewrite(links.text).await {
            Ok(true) => self.notify_copied(&uploaded, links.link_count, &links.format, 0),
            Ok(false) => {}
            Err(error) => self.notify_clipboard_failure(&error),
        }
    }

    /// Copies the last copied links again, whatever is on the clipboard.
    pub async fn recopy_last(&self) {
        if let Some((_, links)) = self.render_last() {
            self.copy_text(links.text).await;
        }
    }

    /// The ids and names of the last uploaded pictures, newest first.
    pub fn recent_uploads(&self, count: usize) -> Vec<(JobId, String)> {
        // There may be failed and waiting jobs between them.
        let jobs = self.context.uploader.jobs(count * 8, None);
        let jobs = jobs.unwrap_or_else(|failure| {
            tracing::warn!(%failure, "could not read the last uploads");
            Vec::new()
        });
        let uploaded = retain_uploaded(jobs).into_iter();
        uploaded.map(|job| (job.id, job.name)).take(count).collect()
    }

    /// The first of the jobs whose links were copied last.
    pub fn first_copied_job(&self) -> Option<JobId> {
        self.last_copied.borrow().first().copied()
    }

    fn render_last(&self) -> Option<(Vec<Job>, RenderedLinks)> {
        let last_copied = Arc::clone(&self.last_copied.borrow());
        let uploaded = retain_uploaded(self.find_jobs(&last_copied));
        let (selection, format) = self.default_link_style();
        let links = self.render_links(&uploaded, selection, format);
        (!uploaded.is_empty()).then_some((uploaded, links))
    }

    /// The selection and format of the watched folder, else of the settings.
    fn link_style(&self, job: &Job) -> (LinkSelection, LinkFormat) {
        let settings = self.context.settings.get();
        let folder = job.folder.as_ref().and_then(|id| {
            let mut folders = settings.folders.iter();
            folders.find(|folder| folder.id == *id)
        });
        folder
            .and_then(|folder| folder.links.clone())
            .unwrap_or_else(|| self.default_link_style())
    }

    fn default_link_style(&self) -> (LinkSelection, LinkFormat) {
        let settings = self.context.settings.get();
        let format = settings.copy.format(&settings.template);
        (settings.copy.selection(), format)
    }

    fn render_links(
        &self,
        jobs: &[Job],
        selection: LinkSelection,
        format: LinkFormat,
    ) -> RenderedLinks {
        let base = self.link_base.get();
        let pictures: Vec<_> = jobs
            .iter()
            .filter_map(|job| {
                let (name, width, height) = job.name_and_size();
                let uploaded = job.state.upload_result()?.to_absolute(&base);
                let context = LinkContext::new(name, width, height, &uploaded);
                Some(context.with_alt(job.alt.clone()))
            })
            .collect();
        let link_counts = pictures.iter().map(|picture| match (selection, &format) {
            // One element that contains all sizes.
            (_, LinkFormat::Srcset | LinkFormat::Picture | LinkFormat::Template(_)) => 1,
            (LinkSelection::All, _) => 1 + picture.sizes.len(),
            (LinkSelection::Original | LinkSelection::Size(_), _) => 1,
        });
        let with_html = self.context.settings.get().html;
        RenderedLinks {
            link_count: link_counts.sum(),
            text: ClipboardText {
                text: links::write_all_links(&pictures, selection, &format),
                html: with_html.then(|| links::html_flavour(&pictures, selection)),
            },
            format,
        }
    }

    fn find_jobs(&self, ids: &[JobId]) -> Vec<Job> {
        let found = ids.iter().filter_map(|id| {
            let job = self.context.uploader.job(*id);
            job.unwrap_or_else(|failure| {
                tracing::warn!(%failure, "could not read a job");
                None
            })
        });
        found.collect()
    }

    /// Records which links are on the clipboard, and publishes the jobs for which that changed.
    fn set_last_copied(&self, jobs: &[Job]) {
        let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
        let before = self.last_copied.send_replace(Arc::new(ids.clone()));
        let replaced: Vec<_> = before
            .iter()
            .copied()
            .filter(|id| !ids.contains(id))
            .collect();
        // Read again: they may have changed since, as by a thumbnail.
        let changed = self.find_jobs(&[replaced, ids].concat());
        self.context
            .events
            .publish(Event::JobsChanged(Arc::new(changed)));
    }

    fn notify(&self, notice: Notice) {
        self.context.events.notify(notice);
    }

    fn notify_copied(&self, jobs: &[Job], link_count: usize, format: &LinkFormat, failed: usize) {
        self.notify(
            Notice::new("copied")
                .with_field("pictures", jobs.len())
                .with_field("links", link_count)
                .with_field("how", format_name(format))
                .with_field("failed", failed),
        );
    }

    fn notify_clipboard_failure(&self, error: &ClipboardError) {
        tracing::warn!(%error, "could not copy links");
        self.notify(Notice::new("clipboard_failed"));
    }
}

fn retain_uploaded(mut jobs: Vec<Job>) -> Vec<Job> {
    jobs.retain(|job| job.state.upload_result().is_some());
    jobs
}

fn format_name(format: &LinkFormat) -> &'static str {
    match format {
        LinkFormat::Url => "url",
        LinkFormat::Markdown => "markdown",
        LinkFormat::Html => "html",
        LinkFormat::Bbcode => "bbcode",
        LinkFormat::Srcset => "srcset",
        LinkFormat::Picture => "picture",
        LinkFormat::Template(_) => "template",
    }
}
