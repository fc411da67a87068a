//! A queue that lives as long as the call: the same engine as the app's, in a folder that goes away with it. A running
//! app's queue is neither read nor disturbed.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};
use uploader::{
    Event, Failure, Job, JobId, JobState, Network, Picture, Secrets, SecretsError, Settings,
    Source, Target, Uploader,
};

use crate::error::CliError;

pub struct UploadQueue {
    uploader: Uploader,
    folder: tempfile::TempDir,
}

/// The key that was given, for whatever target.
struct FixedSecret(String);

impl Secrets for FixedSecret {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(Some(self.0.clone()))
    }
}

impl UploadQueue {
    pub async fn open(
        target: &Target,
        key: String,
        network: Network,
    ) -> Result<UploadQueue, CliError> {
        let folder = tempfile::tempdir().map_err(|error| {
            CliError::failure(format!("there is no room for the queue: {error}"))
        })?;
        let settings = Settings {
            make_thumbnails: false,
            network,
            ..Settings::default()
        };
        let uploader = Uploader::open_with(
            &folder.path().join("queue"),
            Arc::new(FixedSecret(key)),
            settings,
        )
        .map_err(CliError::failure)?;
        uploader.set_target(target.clone());
        Ok(UploadQueue { uploader, folder })
    }

    /// Uploads the files and tells what came of each, in their order and as soon as that is known. What cannot be sent
    /// at the moment is tried again for as long as `wait` without anything getting through.
    pub async fn upload(
        self,
        files: &[PathBuf],
        wait: Duration,
        mut tell: impl FnMut(&Path, Result<Job, Failure>),
    ) -> Result<(), CliError> {
        let mut events = self.uploader.events();
        let sources = files
            .iter()
            .map(|file| match is_stdin(file) {
                true => self.spool_stdin(),
                false => Ok(Source::File(file.clone())),
            })
            .collect::<Vec<_>>();
        let taken = sources
            .iter()
            .filter_map(|source| source.clone().ok())
            .collect();
        let ids = self
            .uploader
            .enqueue(taken)
            .await
            .map_err(CliError::failure)?;
        let mut ids = ids.into_iter();
        let mut left: std::collections::VecDeque<(&PathBuf, Result<JobId, Failure>)> = files
            .iter()
            .zip(sources)
            .map(|(file, source)| {
                (
                    file,
                    source.and_then(|_| ids.next().ok_or(Failure::Internal)),
                )
            })
            .collect();

        let bar = UploadProgress::new();
        let mut deadline: Option<Instant> = None;
        let mut last_failure = None;
        while let Some((file, id)) = left.front() {
            let outcome = match id {
                Err(failure) => Some(Err(failure.clone())),
                Ok(id) => self.job_outcome(*id, deadline, last_failure.as_ref())?,
            };
            if let Some(outcome) = outcome {
                bar.suspend(|| tell(file, outcome));
                left.pop_front();
                continue;
            }
            tokio::select! {
                event = events.recv() => match event {
                    Ok(Event::Progress { id, sent, total }) => bar.set_progress(id, sent, total),
                    Ok(Event::Job(job)) => match job.state {
                        JobState::Offline { failure, .. } => {
                            deadline.get_or_insert_with(|| Instant::now() + wait);
                            last_failure = Some(failure);
                        }
                        state if state.upload_result().is_some() => deadline = None,
                        _ => {}
                    },
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(CliError::failure(Failure::Internal)),
                },
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {}
                _ = tokio::signal::ctrl_c() => return Err(CliError::failure("stopped.")),
            }
        }
        drop(bar);
        self.uploader.stop(Duration::ZERO).await;
        Ok(())
    }

    /// What came of a job, if that is known: it has ended, or its time has.
    fn job_outcome(
        &self,
        id: JobId,
        patience: Option<Instant>,
        why: Option<&Failure>,
    ) -> Result<Option<Result<Job, Failure>>, CliError> {
        let job = self.uploader.job(id).map_err(CliError::failure)?;
        let job = job.ok_or_else(|| CliError::failure(Failure::Internal))?;
        let over = patience.is_some_and(|until| until <= Instant::now());
        Ok(match &job.state {
            JobState::Failed { failure } => Some(Err(failure.clone())),
            state if state.upload_result().is_some() => Some(Ok(job)),
            JobState::Offline { failure, .. } if over => Some(Err(failure.clone())),
            // What the others were told is true of this one, too: it was not even tried.
            JobState::Queued if over => why.cloned().map(Err),
            _ => None,
        })
    }

    /// The picture that is piped in, as a file that goes away with the queue.
    fn spool_stdin(&self) -> Result<Source, Failure> {
        let unreadable = |error: io::Error| Failure::FileUnreadable {
            reason: format!("{error}."),
        };
        let piped = self.folder.path().join("stdin");
        let mut file = File::create(&piped).map_err(unreadable)?;
        io::copy(&mut io::stdin().lock(), &mut file).map_err(unreadable)?;
        drop(file);
        let format = Picture::open(&piped)?.info.format;
        let named = piped.with_extension(format.extension());
        fs::rename(&piped, &named).map_err(unreadable)?;
        Ok(Source::File(named))
    }
}

/// How far it is, where somebody looks at a terminal; nothing anywhere else.
struct UploadProgress {
    bar: ProgressBar,
    jobs: std::cell::RefCell<HashMap<JobId, (u64, u64)>>,
}

impl UploadProgress {
    fn new() -> UploadProgress {
        // Draws to stderr, and only if that is a terminal.
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes} · {bytes_per_sec}")
        {
            bar.set_style(style);
        }
        UploadProgress {
            bar,
            jobs: Default::default(),
        }
    }

    fn set_progress(&self, id: JobId, sent: u64, total: u64) {
        let mut jobs = self.jobs.borrow_mut();
        jobs.insert(id, (sent, total));
        self.bar
            .set_length(jobs.values().map(|(_, total)| total).sum());
        self.bar
            .set_position(jobs.values().map(|(sent, _)| sent).sum());
    }

    /// Takes the bar away while something is printed.
    fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for UploadProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Whether a file argument means the standard input.
pub(super) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}
