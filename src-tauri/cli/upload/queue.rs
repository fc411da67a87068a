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

use crate::error::Trouble;

pub struct Queue {
    uploader: Uploader,
    folder: tempfile::TempDir,
}

/// The key that was given, for whatever target.
struct Given(String);

impl Secrets for Given {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(Some(self.0.clone()))
    }
}

impl Queue {
    pub async fn open(target: &Target, key: String, network: Network) -> Result<Queue, Trouble> {
        let folder = tempfile::tempdir()
            .map_err(|error| Trouble::failed(format!("there is no room for the queue: {error}")))?;
        let settings = Settings {
            thumbnails: false,
            network,
            ..Settings::default()
        };
        let uploader =
            Uploader::open_with(&folder.path().join("queue"), Arc::new(Given(key)), settings)
                .map_err(Trouble::failed)?;
        uploader.set_target(target.clone());
        Ok(Queue { uploader, folder })
    }

    /// Uploads the files and tells what came of each, in their order and as soon as that is known. What cannot be sent
    /// at the moment is tried again for as long as `wait` without anything getting through.
    pub async fn upload(
        self,
        files: &[PathBuf],
        wait: Duration,
        mut tell: impl FnMut(&Path, Result<Job, Failure>),
    ) -> Result<(), Trouble> {
        let mut events = self.uploader.events();
        let sources = files
            .iter()
            .map(|file| match super::is_stdin(file) {
                true => self.stdin(),
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
            .map_err(Trouble::failed)?;
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

        let bar = Bar::new();
        let mut patience: Option<Instant> = None;
        let mut why = None;
        while let Some((file, id)) = left.front() {
            let outcome = match id {
                Err(failure) => Some(Err(failure.clone())),
                Ok(id) => self.ended(*id, patience, why.as_ref())?,
            };
            if let Some(outcome) = outcome {
                bar.aside(|| tell(file, outcome));
                left.pop_front();
                continue;
            }
            tokio::select! {
                event = events.recv() => match event {
                    Ok(Event::Progress { id, sent, total }) => bar.show(id, sent, total),
                    Ok(Event::Job(job)) => match job.state {
                        JobState::Offline { failure, .. } => {
                            patience.get_or_insert_with(|| Instant::now() + wait);
                            why = Some(failure);
                        }
                        state if state.uploaded().is_some() => patience = None,
                        _ => {}
                    },
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(Trouble::failed(Failure::Internal)),
                },
                () = sleep_until(patience.unwrap_or_else(Instant::now)), if patience.is_some() => {}
                _ = tokio::signal::ctrl_c() => return Err(Trouble::failed("stopped.")),
            }
        }
        drop(bar);
        self.uploader.stop(Duration::ZERO).await;
        Ok(())
    }

    /// What came of a job, if that is known: it has ended, or its time has.
    fn ended(
        &self,
        id: JobId,
        patience: Option<Instant>,
        why: Option<&Failure>,
    ) -> Result<Option<Result<Job, Failure>>, Trouble> {
        let job = self.uploader.job(id).map_err(Trouble::failed)?;
        let job = job.ok_or_else(|| Trouble::failed(Failure::Internal))?;
        let over = patience.is_some_and(|until| until <= Instant::now());
        Ok(match &job.state {
            JobState::Failed { failure } => Some(Err(failure.clone())),
            state if state.uploaded().is_some() => Some(Ok(job)),
            JobState::Offline { failure, .. } if over => Some(Err(failure.clone())),
            // What the others were told is true of this one, too: it was not even tried.
            JobState::Queued if over => why.cloned().map(Err),
            _ => None,
        })
    }

    /// The picture that is piped in, as a file that goes away with the queue.
    fn stdin(&self) -> Result<Source, Failure> {
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
struct Bar {
    bar: ProgressBar,
    jobs: std::cell::RefCell<HashMap<JobId, (u64, u64)>>,
}

impl Bar {
    fn new() -> Bar {
        // Draws to stderr, and only if that is a terminal.
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes} · {bytes_per_sec}")
        {
            bar.set_style(style);
        }
        Bar {
            bar,
            jobs: Default::default(),
        }
    }

    fn show(&self, id: JobId, sent: u64, total: u64) {
        let mut jobs = self.jobs.borrow_mut();
        jobs.insert(id, (sent, total));
        self.bar
            .set_length(jobs.values().map(|(_, total)| total).sum());
        self.bar
            .set_position(jobs.values().map(|(sent, _)| sent).sum());
    }

    /// Takes the bar away while something is printed.
    fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
