//! Links on the clipboard: after a batch, when a Copy button asks, and anew when a switch changes.

use std::sync::PoisonError;

use uploader::clipboard_policy::{Manner, Way};
use uploader::links::{self, How, Linked, What};
use uploader::{Job, JobId};

use crate::context::Vitrine;
use crate::events::Notice;
use crate::settings::{CopyChoice, CopyHow, CopyWhat};
use crate::shell::clipboard::{Content, Moment};
use crate::uploads::intake;
use crate::view::row::Link;

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

    /// The one that the switch says.
    pub fn chosen(copy: &CopyChoice) -> Label {
        match copy.what {
            CopyWhat::All => Label::All,
            CopyWhat::Original => Label::Original,
            CopyWhat::Size => Label::Size(copy.size),
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

/// All of a batch is settled: the links of those that made it, in order, as the switches say, or the folder that they
/// were found in. Whether they are copied is as the user has said for the way that they came, and what the user has
/// copied since the batch began stays where it is.
pub async fn batch_done(app: &Vitrine, jobs: &[JobId]) {
    // Also where nothing is to be copied: nobody asks for these again.
    let Begun {
        moment: since,
        what,
    } = begun(app, jobs);
    let jobs = known(app, jobs);
    // Of a test nothing is said here, and nothing of what was forgotten meanwhile.
    if jobs.iter().all(|job| job.way == Some(Way::Trial)) {
        return;
    }
    let all = jobs.len();
    let done = with_links(jobs);
    let failed = all - done.len();
    let Some(first) = done.first() else {
        app.notice(Notice::of("failed").with("failed", failed));
        return;
    };
    let settings = app.settings.get();
    let way = first.way.unwrap_or(Way::Dropped);
    let touched = app.clipboard.is_touched(since).await;
    let manner = settings.courtesy.manner(way, touched);
    let (usual, how) = written_how(app, first);
    let written = written(app, &done, (what.unwrap_or(usual), how));
    match manner {
        // An editor has its links, and says so itself.
        Manner::Leave if way == Way::Editor => {}
        Manner::Leave => app.notice(
            Notice::of("uploaded")
                .with("count", done.len())
                .with("failed", failed),
        ),
        Manner::Offer => app.notice(Notice::of("clipboard_kept").with("count", done.len())),
        // Something may have been copied at this very moment.
        Manner::Copy => match app.clipboard.offer(written.content, since).await {
            Ok(true) => copied(app, &done, written.links, &written.how, failed),
            Ok(false) => app.notice(Notice::of("clipboard_kept").with("count", done.len())),
            Err(refused) => clipboard_failed(app, &refused),
        },
    }
}

/// How a picture was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Begun {
    /// When: what is copied after that stays.
    pub moment: Moment,
    /// Which of its links are wanted, where that is not what the switch says.
    pub what: Option<What>,
}

impl From<Moment> for Begun {
    fn from(moment: Moment) -> Begun {
        Begun { moment, what: None }
    }
}

/// Remembers how somebody gave these.
pub fn begin(app: &Vitrine, jobs: &[JobId], given: Begun) {
    let mut begun = app.begun.lock().unwrap_or_else(PoisonError::into_inner);
    for id in jobs {
        begun.insert(*id, given);
    }
}

/// How the last of these was given. What was given before the app was started is as old as that.
fn begun(app: &Vitrine, jobs: &[JobId]) -> Begun {
    let mut begun = app.begun.lock().unwrap_or_else(PoisonError::into_inner);
    let given = jobs.iter().filter_map(|id| begun.remove(id));
    given.max_by_key(|given| given.moment).unwrap_or_default()
}

/// As the switches say, unless the folder that it was found in says otherwise.
fn written_how(app: &Vitrine, job: &Job) -> (What, How) {
    let settings = app.settings.get();
    let folder = job.folder.as_ref().and_then(|id| {
        let folders = settings.folders.iter();
        folders
            .filter(|folder| folder.id == *id)
            .find_map(|folder| folder.links.clone())
    });
    folder.unwrap_or_else(|| switches(app))
}

/// A Copy button. What is copied is the button's, how it is written is the switch's unless the button says that, too.
/// Says whether it was copied; if not, a notice has said why.
pub async fn one(app: &Vitrine, id: JobId, label: Label, how: Option<CopyHow>) -> bool {
    let done = uploaded(app, &[id]);
    if done.is_empty() {
        app.notice(Notice::of("nothing_to_copy"));
        return false;
    }
    let settings = app.settings.get();
    let chosen = CopyChoice {
        how: how.unwrap_or(settings.copy.how),
        ..settings.copy
    };
    let how = chosen.how(&settings.template);
    let written = written(app, &done, (label.what(), how));
    match app.clipboard.write(written.content).await {
        Ok(()) => {
            copied(app, &done, written.links, &written.how, 0);
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
    let done = copied_last(app);
    if done.is_empty() {
        return;
    }
    let written = written(app, &done, switches(app));
    match app.clipboard.rewrite(written.content).await {
        Ok(true) => app.notice(copied_notice(done.len(), written.links, &written.how, 0)),
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

/// What was copied last is put on the clipboard once more, whatever is there now: the user asks for it.
pub async fn once_more(app: &Vitrine) {
    let done = copied_last(app);
    if done.is_empty() {
        return;
    }
    let written = written(app, &done, switches(app));
    if let Err(refused) = app.clipboard.write(written.content).await {
        clipboard_failed(app, &refused);
    }
}

/// The last pictures that have links, newest first, with their names.
pub fn last_uploaded(app: &Vitrine, count: usize) -> Vec<(JobId, String)> {
    // Those that failed or wait stand between them.
    let jobs = app.uploader.jobs(count * 8, None).unwrap_or_default();
    let there = jobs
        .into_iter()
        .filter(|job| job.state.uploaded().is_some());
    there.map(|job| (job.id, job.name)).take(count).collect()
}

/// Those whose links were copied last, as far as they still have any.
fn copied_last(app: &Vitrine) -> Vec<Job> {
    let copied = app
        .copied
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    uploaded(app, &copied)
}

/// The first picture of those whose links were copied last.
pub fn first_copied(app: &Vitrine) -> Option<JobId> {
    let copied = app.copied.lock().unwrap_or_else(PoisonError::into_inner);
    copied.first().copied()
}

/// Those of the jobs that have links, in the order given.
fn uploaded(app: &Vitrine, jobs: &[JobId]) -> Vec<Job> {
    with_links(known(app, jobs))
}

/// Those of the jobs that there are.
fn known(app: &Vitrine, jobs: &[JobId]) -> Vec<Job> {
    let found = jobs.iter().map(|id| app.uploader.job(*id).ok().flatten());
    found.flatten().collect()
}

fn with_links(mut jobs: Vec<Job>) -> Vec<Job> {
    jobs.retain(|job| job.state.uploaded().is_some());
    jobs
}

/// It is on the clipboard: the rows and the user are told.
fn copied(app: &Vitrine, done: &[Job], links: usize, how: &How, failed: usize) {
    mark(app, done.iter().map(|job| job.id).collect());
    app.notice(copied_notice(done.len(), links, how, failed));
}

fn switches(app: &Vitrine) -> (What, How) {
    let settings = app.settings.get();
    (settings.copy.what(), settings.copy.how(&settings.template))
}

struct Written {
    content: Content,
    /// How many links it holds.
    links: usize,
    how: How,
}

fn written(app: &Vitrine, done: &[Job], (what, how): (What, How)) -> Written {
    let base = app.status.base();
    let pictures: Vec<_> = done
        .iter()
        .filter_map(|job| {
            let (name, width, height) = job.shown();
            let uploaded = job.state.uploaded()?.absolute(&base);
            Some(Linked::new(name, width, height, &uploaded).showing(job.alt.clone()))
        })
        .collect();
    let links = pictures.iter().map(|picture| match (what, &how) {
        // One picture that offers all its sizes to the browser.
        (_, How::Srcset | How::Picture | How::Template(_)) => 1,
        (What::All, _) => 1 + picture.sizes.len(),
        (What::Original | What::Size(_), _) => 1,
    });
    Written {
        links: links.sum(),
        content: Content {
            text: links::write_all(&pictures, what, &how),
            html: app
                .settings
                .get()
                .html
                .then(|| links::html_flavour(&pictures, what)),
        },
        how,
    }
}

/// Remembers whose links are on the clipboard and tells the rows that gained or lost it.
fn mark(app: &Vitrine, now: Vec<JobId>) {
    let before = {
        let mut copied = app.copied.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *copied, now.clone())
    };
    let lost = before.into_iter().filter(|id| !now.contains(id));
    intake::tell_rows(app, lost.chain(now.iter().copied()));
}

fn copied_notice(pictures: usize, links: usize, how: &How, failed: usize) -> Notice {
    Notice::of("copied")
        .with("pictures", pictures)
        .with("links", links)
        .with("how", name(how))
        .with("failed", failed)
}

pub fn clipboard_failed(app: &Vitrine, refused: &crate::shell::clipboard::Refused) {
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
