//! What every story needs: pictures, keys, a target, and patience.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use tokio::sync::broadcast::Receiver;
use uploader::{Dialect, Event, Job, JobId, JobState, Secrets, SecretsError, Target};

pub const KEY: &str = "sk_story";

/// A picture that does not compress, so that its size is known well enough.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1_u32;
    let drawn = RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(seed >> 8) as u8, (seed >> 16) as u8, (seed >> 24) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

pub fn imgs_target(base: &str) -> Target {
    Target {
        id: "t".into(),
        name: "Story".into(),
        kind: Dialect::Imgs,
        base: base.into(),
        here: false,
        prepare: Default::default(),
    }
}

/// A keychain that always answers.
pub struct FixedSecrets;

impl Secrets for FixedSecrets {
    fn get(&self, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(Some(KEY.into()))
    }
}

/// Waits for news that satisfies `wanted`.
pub async fn wait_for_event<T>(
    events: &mut Receiver<Event>,
    mut matches: impl FnMut(Event) -> Option<T>,
) -> T {
    let waiting = async {
        loop {
            if let Some(found) = matches(events.recv().await.unwrap()) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting)
        .await
        .expect("the news never came")
}

pub async fn wait_for_state(
    events: &mut Receiver<Event>,
    id: JobId,
    matches: impl Fn(&JobState) -> bool,
) -> Job {
    wait_for_event(events, |event| match event {
        Event::Job(job) if job.id == id && matches(&job.state) => Some(job),
        _ => None,
    })
    .await
}

pub async fn wait_for_batch(events: &mut Receiver<Event>) -> Vec<JobId> {
    wait_for_event(events, |event| match event {
        Event::BatchDone { jobs, .. } => Some(jobs),
        _ => None,
    })
    .await
}
