//! Takes in one file whose time has come: its bytes as they are at this moment, if they are a whole picture. What is
//! judged is the copy that will be sent, so whatever happens to the file afterwards, nothing half-written goes out.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::Path;

use imaging::{Format, Limits};

use super::scan::look;
use super::{Afterwards, Folder, Mode};
use crate::clipboard_policy::Way;
use crate::queue::import::COPY_AT_MOST;
use crate::queue::job::{Change, JobId, JobState, WaitsFor, Wishes};
use crate::queue::journal::{Book, Kept};
use crate::queue::picture;
use crate::queue::record::{Held, NewJob, Origin};
use crate::queue::store::seen_files::Look;
use crate::{Failure, Ids, Picture, digest};

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// There is no such file, or none of ours.
    Gone,
    /// It is no picture, or one that cannot be sent and has been told so.
    NoNews(Look),
    Taken(Look),
    /// It is not whole.
    NotYet,
}

/// Whether a file begins like a picture; `None` while there is too little of it to tell.
pub(super) fn begins_like_a_picture(path: &Path) -> Option<bool> {
    let mut head = Vec::with_capacity(4096);
    open(path).ok()?.take(4096).read_to_end(&mut head).ok()?;
    match Format::sniff(&head) {
        Some(_) => Some(true),
        None if head.len() < ENOUGH => None,
        None => Some(false),
    }
}

/// With as many bytes all pictures but some SVGs are recognised.
const ENOUGH: usize = 64;

/// A row for a file that somebody is still writing.
pub(super) fn expect(
    book: &Book,
    ids: &dyn Ids,
    folder: &Folder,
    path: &Path,
) -> Result<JobId, Failure> {
    let job = NewJob {
        idempotency: ids.idempotency(),
        origin: Origin::File(path.to_owned()),
        name: picture::file_name(path),
        bytes: 0,
        state: JobState::Waiting { on: WaitsFor::File },
        wishes: Wishes {
            target: folder.target.clone(),
            prepare: folder.prepare.clone(),
            again: false,
            folder: Some(folder.id.clone()),
            way: Some(Way::Folder),
        },
        afterwards: Some(folder.afterwards.clone()).filter(|after| *after != Afterwards::Keep),
    };
    book.add(&[job])?.first().copied().ok_or(Failure::Internal)
}

/// Takes a file in, if it is a whole picture. An error is a disk or a store that does not do its work.
pub(super) fn settle(
    book: &Book,
    ids: &dyn Ids,
    folder: &Folder,
    root: &Path,
    path: &Path,
    job: &mut Option<JobId>,
) -> Result<Settled, Failure> {
    let Some((mut file, before)) = reach(path, root) else {
        return Ok(Settled::Gone);
    };
    if before.bytes == 0 {
        return Ok(Settled::NotYet);
    }
    match begins_like_a_picture(path) {
        Some(true) => {}
        Some(false) => return Ok(Settled::NoNews(before)),
        None => return Ok(Settled::NotYet),
    }
    let id = match *job {
        Some(id) => id,
        None => *job.insert(expect(book, ids, folder, path)?),
    };
    let Some(record) = book
        .record(id)?
        .filter(|record| expected(&record.job.state))
    else {
        // The user has given it up.
        return Ok(Settled::NoNews(before));
    };
    let key = &record.idempotency;
    let copied = folder.mode != Mode::Collect && before.bytes <= COPY_AT_MOST;
    if copied {
        book.spool.copy_of(key, &mut file)?;
    }
    let judged = if copied {
        book.spool.copy(key)
    } else {
        path.to_owned()
    };
    let picture = whole(&judged, &record.job.name);
    // A file that was written to meanwhile is not what has just been looked at.
    let after = reach(path, root).map(|(_, look)| look);
    if after != Some(before) || matches!(picture, Err(Unfit::NotYet)) {
        if copied {
            book.spool.discard(key);
        }
        return Ok(Settled::NotYet);
    }
    let picture = match picture {
        Ok(picture) => picture,
        Err(Unfit::For(failure)) => {
            book.spool.discard(key);
            book.see(&folder.id, [(path, before)])?;
            book.change(id, Change::Fail(failure))?;
            return Ok(Settled::NoNews(before));
        }
        Err(Unfit::NotYet) => return Ok(Settled::NotYet),
    };
    let digest = digest::of_file(&judged)?;
    book.see(&folder.id, [(path, before)])?;
    if book.is_own_output(&digest)? {
        tracing::info!("a picture that was made here is not taken in again");
        book.forget(id)?;
        return Ok(Settled::NoNews(before));
    }
    let held = match copied {
        true => Held::Copy,
        false => Held::Reference {
            modified: before.modified,
        },
    };
    let kept = Kept {
        held,
        digest,
        modified: Some(before.modified),
    };
    let size = (picture.info.width, picture.info.height);
    book.hold(id, &record.job.name, picture.bytes, size, kept)?;
    book.change(
        id,
        match folder.mode {
            Mode::Upload => Change::Queue,
            Mode::Ask | Mode::Collect => Change::Ask,
        },
    )?;
    Ok(Settled::Taken(before))
}

pub(super) fn expected(state: &JobState) -> bool {
    matches!(state, JobState::Waiting { on: WaitsFor::File })
}

/// The open file and how it looks, if it is a regular one that lies in the folder and not where a link leads.
fn reach(path: &Path, root: &Path) -> Option<(File, Look)> {
    let inside = fs::canonicalize(path.parent()?).ok()?.starts_with(root);
    let file = inside.then(|| open(path).ok())??;
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
    Some((file, look(&metadata)))
}

/// Opens a file itself and nothing that a link leads to; what is put in its place meanwhile, a pipe, cannot hold this up.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
}

/// Opens a file unless somebody has it open to write.
#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_SHARE_READ`
    const READERS_ONLY: u32 = 1;
    /// `FILE_FLAG_OPEN_REPARSE_POINT`
    const NOT_THROUGH_LINKS: u32 = 0x0020_0000;
    OpenOptions::new()
        .read(true)
        .share_mode(READERS_ONLY)
        .custom_flags(NOT_THROUGH_LINKS)
        .open(path)
}

/// Why a file is not taken in.
#[derive(Debug, PartialEq)]
enum Unfit {
    NotYet,
    /// However long it is waited for.
    For(Failure),
}

/// Decodes all of it: only that tells a picture that is whole from one whose last rows are still to come.
fn whole(path: &Path, name: &str) -> Result<Picture, Unfit> {
    let unfit = |failure: Failure| match failure {
        Failure::UnsupportedFormat { .. } | Failure::TooManyPixels { .. } => Unfit::For(failure),
        _ => Unfit::NotYet,
    };
    let picture = Picture::look(path, name).map_err(unfit)?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| {
            file.rewind()?;
            file.read_to_end(&mut bytes)
        })
        .map_err(|_| Unfit::NotYet)?;
    imaging::verify(&bytes, &Limits::default(), &imaging::Never)
        .map_err(|error| unfit(picture::refusal(error)))?;
    Ok(picture)
}
