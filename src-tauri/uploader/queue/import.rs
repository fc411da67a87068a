//! From what was given to a picture that can be sent: the bytes as they are at this moment, looked at and kept.
//! Everything here blocks.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use imaging::{Format, Limits, Output, Transform};

use crate::prepare::file_names::Facts;
use crate::queue::job::{Change, JobState, Sent, Wishes};
use crate::queue::journal::{Book, Kept};
use crate::queue::picture;
use crate::queue::record::{Fixed, Held, NewJob, Origin, Record, Thumbnail};
use crate::queue::spool::Spool;
use crate::{Clock, Failure, Ids, Picture, Preparation, Source, Target, digest, fetch};

/// Larger files are not copied but read where they are, and have to stay as they are until they are sent. Every
/// screenshot, and what a browser puts into a temporary folder, is far smaller.
pub(crate) const COPY_AT_MOST: u64 = 64 * 1024 * 1024;
/// Pixels on the longer side.
const THUMBNAIL: u32 = 224;

/// A job for each source, in their order. Bytes that are in no file are put into the spool first; a source of which
/// nothing can be made is a job that has failed.
pub(crate) fn jobs(
    sources: Vec<Source>,
    wishes: &Wishes,
    spool: &Spool,
    ids: &dyn Ids,
) -> Result<Vec<NewJob>, Failure> {
    let mut jobs = Vec::with_capacity(sources.len());
    for source in sources {
        match job(source, wishes, spool, ids.idempotency()) {
            Ok(job) => jobs.push(job),
            Err(failure) => {
                jobs.iter()
                    .for_each(|job: &NewJob| spool.discard(&job.idempotency));
                return Err(failure);
            }
        }
    }
    Ok(jobs)
}

fn job(
    source: Source,
    wishes: &Wishes,
    spool: &Spool,
    idempotency: String,
) -> Result<NewJob, Failure> {
    let queued = |origin, name| NewJob {
        idempotency: idempotency.clone(),
        origin,
        name,
        bytes: 0,
        state: JobState::Queued,
        wishes: wishes.clone(),
        afterwards: None,
    };
    Ok(match source {
        Source::File(path) => {
            let name = picture::file_name(&path);
            // The program's folder may change before the file is read.
            let path = std::path::absolute(&path).unwrap_or(path);
            queued(Origin::File(path), name)
        }
        Source::Bytes { name, bytes } => {
            spool.keep(&idempotency, &bytes)?;
            NewJob {
                bytes: bytes.len() as u64,
                ..queued(Origin::Bytes, name)
            }
        }
        Source::Web(address) if fetch::is_data_url(&address) => match fetch::data_url(&address) {
            Ok(bytes) => {
                spool.keep(&idempotency, &bytes)?;
                NewJob {
                    bytes: bytes.len() as u64,
                    ..queued(Origin::Bytes, "picture".to_owned())
                }
            }
            Err(failure) => NewJob {
                state: JobState::Failed { failure },
                ..queued(Origin::Bytes, "picture".to_owned())
            },
        },
        Source::Web(address) => {
            let name = url::Url::parse(&address)
                .map_or_else(|_| address.clone(), |url| fetch::web_name(&url));
            queued(Origin::Web(address), name)
        }
    })
}

/// Looks at a job's picture and keeps it, or fails the job with the reason.
pub(crate) fn take_in(book: &Book, record: &Record) -> Result<(), Failure> {
    match snapshot(book, record)
        .and_then(|(picture, held)| checked(picture).map(|picture| (picture, held)))
    {
        Ok((picture, held)) => keep(book, record, &picture, held),
        Err(failure) => {
            // Bytes that are nowhere else stay until the row is forgotten.
            if record.origin != Origin::Bytes {
                book.spool.discard(&record.idempotency);
            }
            book.change(record.job.id, Change::Fail(failure)).map(drop)
        }
    }
}

/// What came from the web is in the spool; it had whatever name its address ends with.
pub(crate) fn take_in_fetched(
    book: &Book,
    record: &Record,
    name: &str,
    host: &str,
) -> Result<(), Failure> {
    match Picture::look(&book.spool.copy(&record.idempotency), name).and_then(checked) {
        Ok(picture) => keep(book, record, &picture, Held::Copy)
            .and_then(|()| book.change(record.job.id, Change::Queue).map(drop)),
        Err(failure) => {
            book.spool.discard(&record.idempotency);
            let failure = match failure {
                Failure::NotAPicture | Failure::EmptyFile => Failure::WebNotAPicture {
                    host: host.to_owned(),
                },
                other => other,
            };
            book.change(record.job.id, Change::Fail(failure)).map(drop)
        }
    }
}

/// The picture, where its bytes are, and when their file was changed last.
fn snapshot(book: &Book, record: &Record) -> Result<(Picture, Held), Failure> {
    let copy = book.spool.copy(&record.idempotency);
    let name = &record.job.name;
    let Origin::File(path) = &record.origin else {
        return Ok((Picture::look(&copy, name)?, Held::Copy));
    };
    let metadata = picture::regular_file(path)?;
    // A large file that is no picture is not copied to find that out.
    Picture::look(path, name)?;
    if metadata.len() <= COPY_AT_MOST
        && book
            .spool
            .snapshot(&record.idempotency, path, COPY_AT_MOST)?
            .is_some()
    {
        return Ok((Picture::look(&copy, name)?, Held::Copy));
    }
    Ok((
        Picture::look(path, name)?,
        Held::Reference {
            modified: modified(&metadata),
        },
    ))
}

fn checked(picture: Picture) -> Result<Picture, Failure> {
    picture.check()?;
    Ok(picture)
}

fn keep(book: &Book, record: &Record, picture: &Picture, held: Held) -> Result<(), Failure> {
    let name = match record.origin {
        Origin::File(_) => picture.name.clone(),
        Origin::Bytes | Origin::Web(_) => with_ending(&picture.name, picture.info.format),
    };
    let size = (picture.info.width, picture.info.height);
    let kept = Kept {
        digest: match digest::of_file(&picture.path) {
            Ok(digest) => digest,
            Err(failure) => return book.change(record.job.id, Change::Fail(failure)).map(drop),
        },
        modified: None,
        held,
    };
    if !book.hold(record.job.id, &name, picture.bytes, size, kept)? {
        // Forgotten meanwhile.
        book.spool.discard(&record.idempotency);
    }
    Ok(())
}

/// Names from the web may lack an ending, or have one that says nothing about the picture.
fn with_ending(name: &str, format: Format) -> String {
    let ending = Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str())
        .map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some(
            "jpg" | "jpeg" | "jpe" | "png" | "gif" | "webp" | "bmp" | "tif" | "tiff" | "avif"
            | "ico",
        ) => name.to_owned(),
        _ => format!("{name}.{}", format.extension()),
    }
}

/// The bytes by which a job's picture is known again.
pub(crate) fn digest(book: &Book, record: &Record) -> Result<String, Failure> {
    match &record.digest {
        Some(digest) => Ok(digest.clone()),
        // It was taken in by an earlier version of this program.
        None => digest::of_file(&place(book, record)?),
    }
}

/// How a job's picture is prepared for a target.
pub(crate) fn preparation<'a>(record: &'a Record, target: &'a Target) -> &'a Preparation {
    record.wishes.prepare.as_ref().unwrap_or(&target.prepare)
}

/// A picture as it is about to be sent, and the digest of that.
pub(crate) struct Ready {
    pub picture: Picture,
    pub fixed: Fixed,
    pub digest: String,
}

/// Prepares a job's picture, or finds it prepared: a repetition has to be the same, byte for byte and in its name.
pub(crate) fn prepared(
    book: &Book,
    clock: &dyn Clock,
    record: &Record,
    target: &Target,
) -> Result<Ready, Failure> {
    let source = ready(book, record)?;
    let preparation = preparation(record, target);
    let into = book.spool.prepared(&record.idempotency);
    let same = |fixed: &&Fixed| {
        fixed.target == target.id && fixed.preparation == *preparation && {
            let length = into.metadata().map(|metadata| metadata.len()).ok();
            !fixed.changed || length == Some(fixed.sent.bytes)
        }
    };
    let fixed = match record.fixed.as_ref().filter(same) {
        Some(fixed) => fixed.clone(),
        None => prepare(book, clock, record, target, &source)?,
    };
    let path = if fixed.changed { &into } else { &source.path };
    Ok(Ready {
        digest: match fixed.changed {
            true => digest::of_file(path)?,
            false => digest(book, record)?,
        },
        picture: Picture::look(path, &fixed.sent.name)?,
        fixed,
    })
}

fn prepare(
    book: &Book,
    clock: &dyn Clock,
    record: &Record,
    target: &Target,
    source: &Picture,
) -> Result<Fixed, Failure> {
    let preparation = preparation(record, target);
    let counts = preparation.name.as_ref().is_some_and(|name| name.counts());
    let added: jiff::Timestamp = record.job.added_at.parse().unwrap_or_else(|_| clock.now());
    let facts = Facts {
        name: source.name.clone(),
        at: added.to_zoned(clock.zone()).datetime(),
        digest: digest(book, record)?,
        counter: if counts { book.count(&target.id)? } else { 0 },
        width: source.info.width,
        height: source.info.height,
    };
    let name = preparation.name(&source.info, &facts);
    let (changed, metadata) = book.spool.prepare(&record.idempotency, |into| {
        let prepared = preparation.apply(source, into)?;
        Ok((prepared.changed, prepared.metadata))
    })?;
    let sent = match changed {
        true => Picture::look(&book.spool.prepared(&record.idempotency), &name)?,
        false => source.clone(),
    };
    let fixed = Fixed {
        target: target.id.clone(),
        preparation: preparation.clone(),
        round: record.fixed.as_ref().map_or(0, |before| before.round + 1),
        changed,
        sent: Sent {
            name,
            width: sent.info.width,
            height: sent.info.height,
            bytes: sent.bytes,
            metadata,
        },
    };
    book.fix(record.job.id, &fixed)?;
    Ok(fixed)
}

/// The picture of a job that has been checked.
fn ready(book: &Book, record: &Record) -> Result<Picture, Failure> {
    let path = place(book, record)?;
    let picture = Picture::look(&path, &record.job.name)?;
    match picture.bytes == record.job.bytes {
        true => Ok(picture),
        false => Err(Failure::FileChanged),
    }
}

/// Where the picture's bytes can be looked at, if they are still anywhere: the copy, else the file as it is now.
pub(crate) fn at_hand(book: &Book, record: &Record) -> Option<PathBuf> {
    let source = match &record.origin {
        Origin::File(path) => Some(path.clone()),
        Origin::Bytes | Origin::Web(_) => None,
    };
    let copy = place(book, record).ok();
    copy.into_iter().chain(source).find(|path| path.is_file())
}

fn place(book: &Book, record: &Record) -> Result<PathBuf, Failure> {
    match (&record.held, &record.origin) {
        (Some(Held::Reference { modified: then }), Origin::File(path)) => {
            let metadata = picture::regular_file(path)?;
            match modified(&metadata) == *then && metadata.len() == record.job.bytes {
                true => Ok(path.clone()),
                false => Err(Failure::FileChanged),
            }
        }
        _ => Ok(book.spool.copy(&record.idempotency)),
    }
}

fn modified(metadata: &Metadata) -> i64 {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or_default()
}

/// Makes a job's thumbnail. A picture without one is sent all the same.
pub(crate) fn make_thumbnail(book: &Book, record: &Record) -> Result<(), Failure> {
    let made = thumbnail(book, record)
        .inspect_err(|reason| {
            tracing::info!(job = record.job.id.0, reason, "no thumbnail was made")
        })
        .is_ok();
    book.set_thumbnail(
        record.job.id,
        if made {
            Thumbnail::Made
        } else {
            Thumbnail::None
        },
    )
}

fn thumbnail(book: &Book, record: &Record) -> Result<(), String> {
    let path = place(book, record).map_err(|failure| failure.to_string())?;
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    // WebP keeps transparency and is small; photographs stay what they are.
    let format = match Format::sniff(&bytes[..bytes.len().min(4096)]) {
        Some(Format::Jpeg) => Format::Jpeg,
        _ => Format::WebP,
    };
    let transform = Transform {
        height: Some(THUMBNAIL),
        format: Output::Is(format),
        ..Transform::to_width(THUMBNAIL)
    };
    let rendered = imaging::render(&bytes, &transform, &Limits::default(), &imaging::Never)
        .map_err(|error| error.to_string())?;
    book.spool
        .keep_thumbnail(record.job.id, &rendered.bytes)
        .map_err(|error| error.to_string())
}
