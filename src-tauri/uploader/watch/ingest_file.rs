//! Takes in one file whose time has come: its bytes as they are at this moment, if they are a whole picture. What is
//! judged is the copy that will be sent, so whatever happens to the file afterwards, nothing half-written goes out.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::Path;

use imaging::{Format, Limits};

use super::scan::file_stamp;
use super::{PostUploadAction, WatchMode, WatchedFolder};
use crate::clipboard_policy::UploadSource;
use crate::queue::import::MAX_COPY_BYTES;
use crate::queue::job::{Change, JobId, JobState, UploadOptions, WaitReason};
use crate::queue::journal::{JobJournal, VerifiedBytes};
use crate::queue::picture;
use crate::queue::record::{NewJob, Origin, StoredBytes};
use crate::queue::store::seen_files::FileStamp;
use crate::{Failure, Ids, Picture, digest};

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum IngestOutcome {
    /// There is no such file, or none of ours.
    Missing,
    /// It is no picture, or one that cannot be sent and has been told so.
    Ignored(FileStamp),
    Ingested(FileStamp),
    /// It is not whole.
    Incomplete,
}

/// Whether a file begins like a picture; `None` while there is too little of it to tell.
pub(super) fn starts_like_picture(path: &Path) -> Option<bool> {
    let mut head = Vec::with_capacity(4096);
    open(path).ok()?.take(4096).read_to_end(&mut head).ok()?;
    match Format::sniff(&head) {
        Some(_) => Some(true),
        None if head.len() < SNIFF_BYTES => None,
        None => Some(false),
    }
}

/// With as many bytes all pictures but some SVGs are recognised.
const SNIFF_BYTES: usize = 64;

/// A row for a file that somebody is still writing.
pub(super) fn add_expected_job(
    journal: &JobJournal,
    ids: &dyn Ids,
    folder: &WatchedFolder,
    path: &Path,
) -> Result<JobId, Failure> {
    let job = NewJob {
        idempotency_key: ids.idempotency_key(),
        origin: Origin::File(path.to_owned()),
        name: picture::file_name(path),
        bytes: 0,
        state: JobState::Waiting {
            on: WaitReason::File,
        },
        options: UploadOptions {
            target: folder.target.clone(),
            prepare: folder.prepare.clone(),
            again: false,
            folder: Some(folder.id.clone()),
            way: Some(UploadSource::Folder),
            ..UploadOptions::default()
        },
        post_upload: Some(folder.afterwards.clone())
            .filter(|after| *after != PostUploadAction::Keep),
    };
    journal
        .add_batch(&[job])?
        .first()
        .copied()
        .ok_or(Failure::Internal)
}

/// Takes a file in, if it is a whole picture. An error is a disk or a store that does not do its work.
pub(super) fn ingest(
    journal: &JobJournal,
    ids: &dyn Ids,
    folder: &WatchedFolder,
    root: &Path,
    path: &Path,
    job: &mut Option<JobId>,
) -> Result<IngestOutcome, Failure> {
    let Some((mut file, stamp_before)) = open_inside(path, root) else {
        return Ok(IngestOutcome::Missing);
    };
    if stamp_before.bytes == 0 {
        return Ok(IngestOutcome::Incomplete);
    }
    match starts_like_picture(path) {
        Some(true) => {}
        Some(false) => return Ok(IngestOutcome::Ignored(stamp_before)),
        None => return Ok(IngestOutcome::Incomplete),
    }
    let id = match *job {
        Some(id) => id,
        None => *job.insert(add_expected_job(journal, ids, folder, path)?),
    };
    let Some(record) = journal
        .record(id)?
        .filter(|record| is_expected(&record.job.state))
    else {
        // The user has given it up.
        return Ok(IngestOutcome::Ignored(stamp_before));
    };
    let key = &record.idempotency_key;
    let is_copied = folder.mode != WatchMode::Collect && stamp_before.bytes <= MAX_COPY_BYTES;
    if is_copied {
        journal.spool.copy_open_file(key, &mut file)?;
    }
    let picture_path = if is_copied {
        journal.spool.copy_path(key)
    } else {
        path.to_owned()
    };
    let picture = verify_whole_picture(&picture_path, &record.job.name);
    // A file that was written to meanwhile is not what has just been looked at.
    let stamp_after = open_inside(path, root).map(|(_, look)| look);
    if stamp_after != Some(stamp_before) || matches!(picture, Err(RejectReason::Incomplete)) {
        if is_copied {
            journal.spool.discard_copies(key);
        }
        return Ok(IngestOutcome::Incomplete);
    }
    let picture = match picture {
        Ok(picture) => picture,
        Err(RejectReason::Unsupported(failure)) => {
            journal.spool.discard_copies(key);
            journal.mark_seen(&folder.id, [(path, stamp_before)])?;
            journal.apply_change(id, Change::Fail(failure))?;
            return Ok(IngestOutcome::Ignored(stamp_before));
        }
        Err(RejectReason::Incomplete) => return Ok(IngestOutcome::Incomplete),
    };
    let digest = digest::hash_file(&picture_path)?;
    journal.mark_seen(&folder.id, [(path, stamp_before)])?;
    if journal.is_own_output(&digest)? {
        tracing::info!("a picture that was made here is not taken in again");
        journal.forget(id)?;
        return Ok(IngestOutcome::Ignored(stamp_before));
    }
    let stored_bytes = match is_copied {
        true => StoredBytes::Copy,
        false => StoredBytes::Reference {
            modified: stamp_before.modified,
        },
    };
    let verified_bytes = VerifiedBytes {
        stored_bytes,
        digest,
        modified: Some(stamp_before.modified),
    };
    let size = (picture.info.width, picture.info.height);
    journal.set_bytes(id, &record.job.name, picture.bytes, size, verified_bytes)?;
    journal.apply_change(
        id,
        match folder.mode {
            WatchMode::Upload => Change::Queue,
            WatchMode::Ask | WatchMode::Collect => Change::AskUser,
        },
    )?;
    Ok(IngestOutcome::Ingested(stamp_before))
}

pub(super) fn is_expected(state: &JobState) -> bool {
    matches!(
        state,
        JobState::Waiting {
            on: WaitReason::File
        }
    )
}

/// The open file and how it looks, if it is a regular one that lies in the folder and not where a link leads.
fn open_inside(path: &Path, root: &Path) -> Option<(File, FileStamp)> {
    let inside = fs::canonicalize(path.parent()?).ok()?.starts_with(root);
    let file = inside.then(|| open(path).ok())??;
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
    Some((file, file_stamp(&metadata)))
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
enum RejectReason {
    Incomplete,
    /// However long it is waited for.
    Unsupported(Failure),
}

/// Decodes all of it: only that tells a picture that is whole from one whose last rows are still to come.
fn verify_whole_picture(path: &Path, name: &str) -> Result<Picture, RejectReason> {
    let reject_reason = |failure: Failure| match failure {
        Failure::UnsupportedFormat { .. } | Failure::TooManyPixels { .. } => {
            RejectReason::Unsupported(failure)
        }
        _ => RejectReason::Incomplete,
    };
    let picture = Picture::inspect(path, name).map_err(reject_reason)?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| {
            file.rewind()?;
            file.read_to_end(&mut bytes)
        })
        .map_err(|_| RejectReason::Incomplete)?;
    imaging::verify(&bytes, &Limits::default(), &imaging::NeverCancelled)
        .map_err(|error| reject_reason(picture::failure_from_imaging(error)))?;
    Ok(picture)
}
