//! Links on the clipboard: after a batch, when a Copy button asks, and anew when a switch changes.

use std::sync::PoisonError;

use uploader::links::{self, How, Linked, What};
use uploader::{Job, JobId};

use crate::events::Notice;
use crate::rows::Link;
use crate::uploads;
use crate::vitrine::Vitrine;

/// Which of a picture's links a button means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    All,
    Original,
    Size(u32),
}

impl Label {
    pub fn parse(text: &str) -> Option<Label> {
        match text {
            "all" => Some(Label::All),
            "original" => Some(Label::Original),
            width => width.parse().ok().map(Label::Size),
        }
    }

    fn what(self) -> What {
        match self {
            Label::All => What::All,
            Label::Original => What::Original,
            Label::Size(width) => What::Size(width),
        }
    }

    /// The link itself, among those that a picture has.
    pub fn pick(self, links: Vec<Link>) -> Option<Link> {
        let label = match self {
            Label::All | Label::Original => "original".to_owned(),
            Label::Size(width) => width.to_string(),
        };
        links.into_iter().find(|link| link.label == label)
    }
}

/// All of a batch is settled: the links of those that made it, in order, as the switches say. What
/// the user has copied since the batch began stays where it is.
pub async fn batch_done(app: &Vitrine, jobs: &[JobId]) {
    let copy = app.settings.get().copy;
    let done = uploaded(app, jobs);
    let failed = jobs.len() - done.len();
    if done.is_empty() {
        app.notice(Notice::of("failed").with("failed", failed));
        return;
    }
    let (text, links) = written(app, &done, copy.what(), &copy.how());
    match app.clipboard.offer(text).await {
        Ok(true) => copied(app, &done, links, &copy.how(), failed),
        Ok(false) => app.notice(Notice::of("clipboard_kept").with("count", done.len())),
        Err(refused) => clipboard_failed(app, &refused),
    }
}

/// A Copy button. What is copied is the button's, how it is written is the switch's. Says whether
/// it was copied; if not, a notice has said why.
pub async fn one(app: &Vitrine, id: JobId, label: Label) -> bool {
    let done = uploaded(app, &[id]);
    if done.is_empty() {
        app.notice(Notice::of("nothing_to_copy"));
        return false;
    }
    let how = app.settings.get().copy.how();
    let (text, links) = written(app, &done, label.what(), &how);
    match app.clipboard.write(text).await {
        Ok(()) => {
            copied(app, &done, links, &how, 0);
            true
        }
        Err(refused) => {
            clipboard_failed(app, &refused);
            false
        }
    }
}

/// A switch was changed: what we copied last is written anew, unless it was replaced meanwhile.
pub async fn again(app: &Vitrine) {
    let copied = app
        .copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let done = uploaded(app, &copied);
    if done.is_empty() {
        return;
    }
    let copy = app.settings.get().copy;
    let (text, links) = written(app, &done, copy.what(), &copy.how());
    match app.clipboard.rewrite(text).await {
        Ok(true) => app.notice(copied_notice(done.len(), links, &copy.how(), 0)),
        Ok(false) => {}
        Err(refused) => clipboard_failed(app, &refused),
    }
}

pub fn is_copied(app: &Vitrine, id: JobId) -> bool {
    app.copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(&id)
}

/// Those of the jobs that have links, in the order given.
fn uploaded(app: &Vitrine, jobs: &[JobId]) -> Vec<Job> {
    let found = jobs
        .iter()
        .filter_map(|id| app.uploader.job(*id).ok().flatten());
    found.filter(|job| job.state.uploaded().is_some()).collect()
}

/// It is on the clipboard: the rows and the user are told.
fn copied(app: &Vitrine, done: &[Job], links: usize, how: &How, failed: usize) {
    mark(app, done.iter().map(|job| job.id).collect());
    app.notice(copied_notice(done.len(), links, how, failed));
}

/// The text, and how many links it holds.
fn written(app: &Vitrine, done: &[Job], what: What, how: &How) -> (String, usize) {
    let base = app.status.base();
    let mut texts = Vec::new();
    let mut count = 0;
    for job in done {
        let Some(uploaded) = job.state.uploaded() else {
            continue;
        };
        let uploaded = uploaded.absolute(&base);
        count += match (what, how) {
            // One picture that offers all its sizes to the browser.
            (_, How::Srcset | How::Picture) => 1,
            (What::All, _) => 1 + uploaded.sizes.len(),
            (What::Original | What::Size(_), _) => 1,
        };
        let (name, width, height) = job.shown();
        let linked = Linked::new(name, width, height, &uploaded);
        texts.push(links::write(&linked, what, how));
    }
    (texts.join("\n"), count)
}

/// Remembers whose links are on the clipboard and tells the rows that gained or lost it.
fn mark(app: &Vitrine, now: Vec<JobId>) {
    let before = {
        let mut copied = app.copied.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *copied, now.clone())
    };
    let lost = before.into_iter().filter(|id| !now.contains(id));
    uploads::tell_rows(app, lost.chain(now.iter().copied()));
}

fn copied_notice(pictures: usize, links: usize, how: &How, failed: usize) -> Notice {
    Notice::of("copied")
        .with("pictures", pictures)
        .with("links", links)
        .with("how", name(how))
        .with("failed", failed)
}

fn clipboard_failed(app: &Vitrine, refused: &crate::clipboard::Refused) {
    tracing::warn!(%refused, "links were not copied");
    app.notice(Notice::of("clipboard_failed"));
}

fn name(how: &How) -> &'static str {
    match how {
        How::Url => "url",
        How::Markdown => "markdown",
        How::Html => "html",
        How::Bbcode => "bbcode",
        How::Srcset => "srcset",
        How::Picture => "picture",
        How::Template(_) => "template",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_one_link() {
        assert_eq!(Label::parse("all"), Some(Label::All));
        assert_eq!(Label::parse("800"), Some(Label::Size(800)));
        assert_eq!(Label::parse("/etc/passwd"), None);
    }
}
