//! From what was given to a picture that can be sent: the bytes as they are at this moment, looked at and kept.
//! Everything here blocks.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use imaging::{Format, Limits, OutputFormat, Transform};

use crate::prepare::file_names::NameContext;
use crate::queue::job::{Change, JobState, SentPicture, UploadOptions};
use crate::queue::journal::{JobJournal, VerifiedBytes};
use crate::queue::picture;
use crate::queue::record::{NewJob, Origin, PreparedUpload, Record, StoredBytes, Thumbnail};
use crate::queue::spool::Spool;
use crate::{Clock, Failure, Ids, Picture, Preparation, Source, Target, digest, fetch};

/// Larger files are not copied but read where they are, and have to stay as they are until they are sent. Every
/// screenshot, and what a browser puts into a temporary folder, is far smaller.
pub(crate) const MAX_COPY_BYTES: u64 = 64 * 1024 * 1024;
/// Pixels on the longer side.
const THUMBNAIL_SIZE: u32 = 224;

/// A job for each source, in their order. Bytes that are in no file are put into the spool first; a source of which
/// nothing can be made is a job that has failed.
pub(crate) fn new_jobs(
    sources: Vec<Source>,
    options: &UploadOptions,
    spool: &Spool,
    ids: &dyn Ids,
) -> Result<Vec<NewJob>, Failure> {
    let mut jobs = Vec::with_capacity(sources.len());
    for source in sources {
        match new_job(source, options, spool, ids.idempotency_key()) {
            Ok(job) => jobs.push(job),
            Err(failure) => {
                jobs.iter()
                    .for_each(|job: &NewJob| spool.discard_copies(&job.idempotency_key));
                return Err(failure);
            }
        }
    }
    Ok(jobs)
}

fn new_job(
    source: Source,
    options: &UploadOptions,
    spool: &Spool,
    idempotency_key: String,
) -> Result<NewJob, Failure> {
    let queued_job = |origin, name| NewJob {
        idempotency_key: idempotency_key.clone(),
        origin,
        name,
        bytes: 0,
        state: JobState::Queued,
        options: options.clone(),
        post_upload: None,
    };
    Ok(match source {
        Source::File(path) => {
            let name = picture::file_name(&path);
            // The program's folder may change before the file is read.
            let path = std::path::absolute(&path).unwrap_or(path);
            queued_job(Origin::File(path), name)
        }
        Source::Bytes { name, bytes } => {
            spool.write_copy(&idempotency_key, &bytes)?;
            NewJob {
                bytes: bytes.len() as u64,
                ..queued_job(Origin::Bytes, name)
            }
        }
        Source::Web(address) if fetch::is_data_url(&address) => {
            match fetch::decode_data_url(&address) {
                Ok(bytes) => {
                    spool.write_copy(&idempotency_key, &bytes)?;
                    NewJob {
                        bytes: bytes.len() as u64,
                        ..queued_job(Origin::Bytes, "picture".to_owned())
                    }
                }
                Err(failure) => NewJob {
                    state: JobState::Failed { failure },
                    ..queued_job(Origin::Bytes, "picture".to_owned())
                },
            }
        }
        Source::Web(address) => {
            let name = url::Url::parse(&address)
                .map_or_else(|_| address.clone(), |url| fetch::file_name_from_url(&url));
            queued_job(Origin::Web(address), name)
        }
    })
}

/// Looks at a job's picture and keeps it, or fails the job with the reason.
pub(crate) fn import_picture(journal: &JobJournal, record: &Record) -> Result<(), Failure> {
    match snapshot_source(journal, record)
        .and_then(|(picture, held)| verify_picture(picture).map(|picture| (picture, held)))
    {
        Ok((picture, stored_bytes)) => save_bytes(journal, record, &picture, stored_bytes),
        Err(failure) => {
            // Bytes that are nowhere else stay until the row is forgotten.
            if record.origin != Origin::Bytes {
                journal.spool.discard_copies(&record.idempotency_key);
            }
            journal
                .apply_change(record.job.id, Change::Fail(failure))
                .map(drop)
        }
    }
}

/// What came from the web is in the spool; it had whatever name its address ends with.
pub(crate) fn import_fetched_picture(
    journal: &JobJournal,
    record: &Record,
    name: &str,
    host: &str,
) -> Result<(), Failure> {
    match Picture::inspect(&journal.spool.copy_path(&record.idempotency_key), name)
        .and_then(verify_picture)
    {
        Ok(picture) => save_bytes(journal, record, &picture, StoredBytes::Copy)
            .and_then(|()| journal.apply_change(record.job.id, Change::Queue).map(drop)),
        Err(failure) => {
            journal.spool.discard_copies(&record.idempotency_key);
            let failure = match failure {
                Failure::NotAPicture | Failure::EmptyFile => Failure::WebNotAPicture {
                    host: host.to_owned(),
                },
                other => other,
            };
            journal
                .apply_change(record.job.id, Change::Fail(failure))
                .map(drop)
        }
    }
}

/// The picture, where its bytes are, and when their file was changed last.
fn snapshot_source(
    journal: &JobJournal,
    record: &Record,
) -> Result<(Picture, StoredBytes), Failure> {
    let copy = journal.spool.copy_path(&record.idempotency_key);
    let name = &record.job.name;
    let Origin::File(path) = &record.origin else {
        return Ok((Picture::inspect(&copy, name)?, StoredBytes::Copy));
    };
    let metadata = picture::regular_file_metadata(path)?;
    // A large file that is no picture is not copied to find that out.
    Picture::inspect(path, name)?;
    if metadata.len() <= MAX_COPY_BYTES
        && journal
            .spool
            .snapshot_file(&record.idempotency_key, path, MAX_COPY_BYTES)?
            .is_some()
    {
        return Ok((Picture::inspect(&copy, name)?, StoredBytes::Copy));
    }
    Ok((
        Picture::inspect(path, name)?,
        StoredBytes::Reference {
            modified: modified_nanos(&metadata),
        },
    ))
}

fn verify_picture(picture: Picture) -> Result<Picture, Failure> {
    picture.verify()?;
    Ok(picture)
}

fn save_bytes(
    journal: &JobJournal,
    record: &Record,
    picture: &Picture,
    stored_bytes: StoredBytes,
) -> Result<(), Failure> {
    let name = match record.origin {
        Origin::File(_) => picture.name.clone(),
        Origin::Bytes | Origin::Web(_) => with_extension(&picture.name, picture.info.format),
    };
    let size = (picture.info.width, picture.info.height);
    let verified_bytes = VerifiedBytes {
        digest: match digest::hash_file(&picture.path) {
            Ok(digest) => digest,
            Err(failure) => {
                return journal
                    .apply_change(record.job.id, Change::Fail(failure))
                    .map(drop);
            }
        },
        modified: None,
        stored_bytes,
    };
    if !journal.set_bytes(record.job.id, &name, picture.bytes, size, verified_bytes)? {
        // Forgotten meanwhile.
        journal.spool.discard_copies(&record.idempotency_key);
    }
    Ok(())
}

/// Names from the web may lack an ending, or have one that says nothing about the picture.
fn with_extension(name: &str, format: Format) -> String {
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
pub(crate) fn source_digest(journal: &JobJournal, record: &Record) -> Result<String, Failure> {
    match &record.digest {
        Some(digest) => Ok(digest.clone()),
        // It was taken in by an earlier version of this program.
        None => digest::hash_file(&bytes_path(journal, record)?),
    }
}

/// How a job's picture is prepared for a target.
pub(crate) fn effective_preparation<'a>(record: &'a Record, target: &'a Target) -> &'a Preparation {
    record.options.prepare.as_ref().unwrap_or(&target.prepare)
}

/// A picture as it is about to be sent, and the digest of that.
pub(crate) struct ReadyPicture {
    pub picture: Picture,
    pub prepared: PreparedUpload,
    pub digest: String,
}

/// Prepares a job's picture, or finds it prepared: a repetition has to be the same, byte for byte and in its name.
pub(crate) fn prepare_for_target(
    journal: &JobJournal,
    clock: &dyn Clock,
    record: &Record,
    target: &Target,
) -> Result<ReadyPicture, Failure> {
    let source = open_source(journal, record)?;
    let preparation = effective_preparation(record, target);
    let into = journal.spool.prepared_path(&record.idempotency_key);
    let is_current = |fixed: &&PreparedUpload| {
        fixed.target == target.id && fixed.preparation == *preparation && {
            let length = into.metadata().map(|metadata| metadata.len()).ok();
            !fixed.changed || length == Some(fixed.sent.bytes)
        }
    };
    let prepared = match record.prepared.as_ref().filter(is_current) {
        Some(fixed) => fixed.clone(),
        None => run_preparation(journal, clock, record, target, &source)?,
    };
    let path = if prepared.changed {
        &into
    } else {
        &source.path
    };
    Ok(ReadyPicture {
        digest: match prepared.changed {
            true => digest::hash_file(path)?,
            false => source_digest(journal, record)?,
        },
        picture: Picture::inspect(path, &prepared.sent.name)?,
        prepared,
    })
}

fn run_preparation(
    journal: &JobJournal,
    clock: &dyn Clock,
    record: &Record,
    target: &Target,
    source: &Picture,
) -> Result<PreparedUpload, Failure> {
    let preparation = effective_preparation(record, target);
    let has_counter = preparation
        .name
        .as_ref()
        .is_some_and(|name| name.has_counter());
    let added: jiff::Timestamp = record.job.added_at.parse().unwrap_or_else(|_| clock.now());
    let facts = NameContext {
        name: source.name.clone(),
        added_at: added.to_zoned(clock.time_zone()).datetime(),
        digest: source_digest(journal, record)?,
        counter: if has_counter {
            journal.next_counter(&target.id)?
        } else {
            0
        },
        width: source.info.width,
        height: source.info.height,
    };
    let name = preparation.output_name(&source.info, &facts);
    let (changed, metadata) = journal
        .spool
        .write_prepared(&record.idempotency_key, |into| {
            let prepared = preparation.apply(source, into)?;
            Ok((prepared.changed, prepared.metadata))
        })?;
    let sent = match changed {
        true => Picture::inspect(&journal.spool.prepared_path(&record.idempotency_key), &name)?,
        false => source.clone(),
    };
    let prepared = PreparedUpload {
        target: target.id.clone(),
        preparation: preparation.clone(),
        round: record
            .prepared
            .as_ref()
            .map_or(0, |before| before.round + 1),
        changed,
        sent: SentPicture {
            name,
            width: sent.info.width,
            height: sent.info.height,
            bytes: sent.bytes,
            metadata,
        },
    };
    journal.set_prepared(record.job.id, &prepared)?;
    Ok(prepared)
}

/// The picture of a job that has been checked.
fn open_source(journal: &JobJournal, record: &Record) -> Result<Picture, Failure> {
    let path = bytes_path(journal, record)?;
    let picture = Picture::inspect(&path, &record.job.name)?;
    match picture.bytes == record.job.bytes {
        true => Ok(picture),
        false => Err(Failure::FileChanged),
    }
}

/// Where the picture's bytes can be looked at, if they are still anywhere: the copy, else the file as it is now.
pub(crate) fn find_bytes(journal: &JobJournal, record: &Record) -> Option<PathBuf> {
    let source = match &record.origin {
        Origin::File(path) => Some(path.clone()),
        Origin::Bytes | Origin::Web(_) => None,
    };
    let copy = bytes_path(journal, record).ok();
    copy.into_iter().chain(source).find(|path| path.is_file())
}

fn bytes_path(journal: &JobJournal, record: &Record) -> Result<PathBuf, Failure> {
    match (&record.stored_bytes, &record.origin) {
        (Some(StoredBytes::Reference { modified: then }), Origin::File(path)) => {
            let metadata = picture::regular_file_metadata(path)?;
            match modified_nanos(&metadata) == *then && metadata.len() == record.job.bytes {
                true => Ok(path.clone()),
                false => Err(Failure::FileChanged),
            }
        }
        _ => Ok(journal.spool.copy_path(&record.idempotency_key)),
    }
}

fn modified_nanos(metadata: &Metadata) -> i64 {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or_default()
}

/// Makes a job's thumbnail. A picture without one is sent all the same.
pub(crate) fn make_thumbnail(journal: &JobJournal, record: &Record) -> Result<(), Failure> {
    let is_made = render_thumbnail(journal, record)
        .inspect_err(|reason| {
            tracing::info!(job = record.job.id.0, reason, "no thumbnail was made")
        })
        .is_ok();
    journal.set_thumbnail(
        record.job.id,
        if is_made {
            Thumbnail::Available
        } else {
            Thumbnail::None
        },
    )
}

fn render_thumbnail(journal: &JobJournal, record: &Record) -> Result<(), String> {
    let path = bytes_path(journal, record).map_err(|failure| failure.to_string())?;
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    // WebP keeps transparency and is small; photographs stay what they are.
    let format = match Format::sniff(&bytes[..bytes.len().min(4096)]) {
        Some(Format::Jpeg) => Format::Jpeg,
        _ => Format::WebP,
    };
    let transform = Transform {
        height: Some(THUMBNAIL_SIZE),
        format: OutputFormat::Fixed(format),
        ..Transform::to_width(THUMBNAIL_SIZE)
    };
    let rendered = imaging::render(
        &bytes,
        &transform,
        &Limits::default(),
        &imaging::NeverCancelled,
    )
    .map_err(|error| error.to_string())?;
    journal
        .spool
        .write_thumbnail(record.job.id, &rendered.bytes)
        .map_err(|error| error.to_string())
}
