//! Render tasks: sizes that are still to be rendered in the background.
//!
//! A task is a row, written in the transaction of its upload, so it survives a crash. It is deleted when it is done, when
//! its image is deleted, and when it has proved impossible. The process that serves the data folder decides when to run
//! tasks, one at a time.

use std::thread::Thread;
use std::time::Duration;

use imaging::{CancelToken, Transform};

use crate::error::{Error, Result};
use crate::images::image::Image;
use crate::images::rows;
use crate::mutex::lock;
use crate::storage::db::{ReadTx, Row, Sql, WriteTx, params};
use crate::{ImageId, Library, Settings, Timestamp};

/// A task is given up after this many attempts.
const MAX_ATTEMPTS: u32 = 8;
/// The pause before the third attempt; it doubles with each further one.
const FIRST_RETRY_DELAY: Duration = Duration::from_secs(60);

/// Extra sizes are promised within a minute, so after this long they are rendered even while requests wait.
const URGENT_AFTER: Duration = Duration::from_secs(20);

/// Sizes of larger originals are rendered on request only, because an original is in memory as a whole meanwhile.
const MAX_ORIGINAL_BYTES: u64 = 32 << 20;

/// One piece of work.
#[derive(Debug)]
pub struct RenderTask {
    id: i64,
    kind: TaskKind,
    image: Image,
    /// How many attempts were begun before.
    attempts: u32,
    due_at: Timestamp,
    extra_sizes: Vec<Transform>,
    /// Whether offered widths are rendered ahead at all.
    prepare_sizes: bool,
}

/// What a task renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TaskKind {
    /// The offered widths that are smaller than the picture.
    Widths,
    /// The sizes that the upload asked for, and the offered widths along with them. An image of which they cannot be
    /// made because it is broken is deleted.
    ExtraSizes,
}

/// Sizes of an upload that are rendered in any case.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExtraSizes {
    pub(crate) transforms: Vec<Transform>,
    /// How long after the upload.
    pub(crate) delay: Duration,
}

/// What to do next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum NextTask {
    Empty,
    /// Nothing before this time has passed.
    NotBefore(Duration),
    Ready(RenderTask),
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOutcome {
    Done,
    /// It was cancelled, and stays in the table.
    Cancelled,
    /// It failed for a reason that may pass, and will be tried again.
    Postponed,
    /// It is impossible or not needed any more, and was deleted.
    Dropped,
}

impl Library {
    /// The next task. It stays in the table until `run_render_task` has finished it.
    pub fn next_render_task(&self) -> Result<NextTask> {
        loop {
            let now = self.now();
            let Some(TaskRow {
                id,
                kind,
                image,
                attempts: tries,
                due_at,
                extra_sizes,
            }) = self.database().read(|read| find_next_row(read, now))?
            else {
                return Ok(NextTask::Empty);
            };
            if due_at > now {
                let micros = due_at.micros().saturating_sub(now.micros());
                return Ok(NextTask::NotBefore(Duration::from_micros(
                    micros.unsigned_abs(),
                )));
            }
            let known = TaskKind::from_name(&kind);
            let image = self
                .database()
                .read(|read| rows::find_by_id(read, &image))?;
            if let (Some(kind), Some(image)) = (known, image) {
                return Ok(NextTask::Ready(RenderTask {
                    id,
                    kind,
                    image,
                    attempts: tries,
                    due_at,
                    extra_sizes,
                    prepare_sizes: self.settings().prepare_sizes,
                }));
            }
            // A newer version's kind, or an image that went between the two looks and took the row along.
            if self.delete_task(id)? {
                tracing::warn!(
                    kind,
                    "dropped a render task that this version does not know"
                );
            }
        }
    }

    /// Renders what is missing of the task's sizes, unless `stop` cancels it.
    ///
    /// # Errors
    /// If the database cannot be written. Failures of the task itself are a [`TaskOutcome`].
    pub fn run_render_task(
        &self,
        task: &RenderTask,
        stop: &dyn CancelToken,
    ) -> Result<TaskOutcome> {
        if !self.begin_attempt(task)? {
            return Ok(TaskOutcome::Dropped);
        }
        let error = match self.render_missing(&task.image, &task.transforms(), stop) {
            Ok(()) => {
                self.delete_task(task.id)?;
                return Ok(TaskOutcome::Done);
            }
            Err(error) => error,
        };
        let (image, tries) = (&task.image.id, task.attempts + 1);
        match error {
            Error::Image(imaging::Error::Cancelled) => {
                self.update_attempt(task, task.attempts, task.due_at)?;
                Ok(TaskOutcome::Cancelled)
            }
            // Its row went with the image.
            Error::NotFound => Ok(TaskOutcome::Dropped),
            Error::Image(error @ imaging::Error::Broken(_))
                if task.kind == TaskKind::ExtraSizes =>
            {
                tracing::info!(%image, %error, "deleted an image: its sizes cannot be rendered");
                self.remove_broken_image(&task.image)?;
                Ok(TaskOutcome::Dropped)
            }
            Error::Image(error) => {
                tracing::info!(%image, %error, "could not render an image's sizes");
                self.delete_task(task.id)?;
                Ok(TaskOutcome::Dropped)
            }
            error if tries >= MAX_ATTEMPTS => {
                tracing::warn!(%image, %error, tries, "could not render an image's sizes, and gave up");
                self.delete_task(task.id)?;
                Ok(TaskOutcome::Dropped)
            }
            error => {
                tracing::warn!(%image, %error, tries, "could not render an image's sizes, and will try again");
                self.update_attempt(task, tries, self.now().plus(retry_delay(tries)))?;
                Ok(TaskOutcome::Postponed)
            }
        }
    }

    /// Whether sizes that the image's upload asked for are still to be rendered.
    pub fn has_pending_extra_sizes(&self, image: &Image) -> Result<bool> {
        self.database().read(|read| {
            read.exists(
                "SELECT 1 FROM tasks WHERE image = ?1 AND kind = ?2",
                params![image.id, TaskKind::ExtraSizes.name()],
            )
        })
    }

    /// Sets the thread that runs tasks: it is unparked whenever this handle has written a new one.
    pub fn set_render_worker(&self, worker: Thread) {
        *lock(self.render_worker()) = Some(worker);
    }

    pub(crate) fn wake_render_worker(&self) {
        if let Some(worker) = &*lock(self.render_worker()) {
            worker.unpark();
        }
    }

    /// Counts the attempt before it begins, so that a crash counts, too. `false` if the task is gone or is given up.
    fn begin_attempt(&self, task: &RenderTask) -> Result<bool> {
        if task.attempts >= MAX_ATTEMPTS {
            tracing::warn!(image = %task.image.id, tries = task.attempts, "gave up rendering an image's sizes: no attempt ended");
            self.delete_task(task.id)?;
            return Ok(false);
        }
        let tries = task.attempts + 1;
        self.update_attempt(task, tries, self.now().plus(retry_delay(tries - 1)))
    }

    fn update_attempt(&self, task: &RenderTask, tries: u32, due_at: Timestamp) -> Result<bool> {
        self.database().write(|write| {
            let rows = write.execute(
                "UPDATE tasks SET tries = ?2, due_at = ?3 WHERE id = ?1",
                params![task.id, tries, due_at],
            )?;
            Ok(rows > 0)
        })
    }

    fn delete_task(&self, id: i64) -> Result<bool> {
        self.database()
            .write(|write| Ok(write.execute("DELETE FROM tasks WHERE id = ?1", params![id])? > 0))
    }
}

impl RenderTask {
    /// How long it may still wait for requests; `None` if it has no deadline, as all tasks without extra sizes.
    pub fn time_until_urgent(&self, now: Timestamp) -> Option<Duration> {
        let end = self.due_at.plus(URGENT_AFTER).micros();
        let left = end.saturating_sub(now.micros()).max(0);
        (self.kind == TaskKind::ExtraSizes).then(|| Duration::from_micros(left.unsigned_abs()))
    }

    /// The most memory in bytes that it takes.
    pub fn estimate_memory(&self, library: &Library) -> u64 {
        library.estimate_memory(&self.image, &self.transforms())
    }

    fn transforms(&self) -> Vec<Transform> {
        let widths = self.image.offered_widths().map(Transform::to_width);
        // The setting may have changed since the task was written.
        let widths = widths.filter(|_| self.prepare_sizes);
        self.extra_sizes.iter().copied().chain(widths).collect()
    }
}

impl TaskKind {
    const ALL: [TaskKind; 2] = [TaskKind::Widths, TaskKind::ExtraSizes];

    fn name(self) -> &'static str {
        match self {
            TaskKind::Widths => "widths",
            TaskKind::ExtraSizes => "extra sizes",
        }
    }

    fn from_name(name: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A row of the table.
struct TaskRow {
    id: i64,
    kind: String,
    image: ImageId,
    attempts: u32,
    due_at: Timestamp,
    extra_sizes: Vec<Transform>,
}

/// The next row. Tasks with extra sizes come first once they are due.
fn find_next_row(read: &ReadTx<'_>, now: Timestamp) -> Result<Option<TaskRow>> {
    let row = |row: &Row<'_>| {
        Ok(TaskRow {
            id: row.get(0)?,
            kind: row.get(1)?,
            image: row.get(2)?,
            attempts: row.get(3)?,
            due_at: row.get(4)?,
            extra_sizes: row.get::<_, Sql<Vec<Transform>>>(5)?.0,
        })
    };
    let first = read.query_one(
        "SELECT id, kind, image, tries, due_at, extra_sizes FROM tasks WHERE kind = ?1 AND due_at <= ?2
         ORDER BY due_at, id LIMIT 1",
        params![TaskKind::ExtraSizes.name(), now],
        row,
    )?;
    match first {
        Some(first) => Ok(Some(first)),
        None => read.query_one(
            "SELECT id, kind, image, tries, due_at, extra_sizes FROM tasks ORDER BY due_at, id LIMIT 1",
            [],
            row,
        ),
    }
}

/// The pause after the `tries`th attempt. A single crash is no reason to wait: the process may have been stopped.
fn retry_delay(tries: u32) -> Duration {
    match tries {
        0 => Duration::ZERO,
        tries => FIRST_RETRY_DELAY * 2u32.saturating_pow(tries - 1),
    }
}

/// Writes the task of an image that was just added or got other bytes.
pub(crate) fn enqueue(
    write: &WriteTx<'_>,
    image: &Image,
    extra: &ExtraSizes,
    settings: &Settings,
) -> Result<()> {
    write.execute("DELETE FROM tasks WHERE image = ?1", params![image.id])?;
    let has_widths = image.offered_widths().next().is_some() && image.bytes <= MAX_ORIGINAL_BYTES;
    let (kind, delay) = if !extra.transforms.is_empty() {
        (TaskKind::ExtraSizes, extra.delay)
    } else if settings.prepare_sizes && has_widths && image.info.format.can_decode() {
        (TaskKind::Widths, Duration::ZERO)
    } else {
        return Ok(());
    };
    write.execute(
        "INSERT INTO tasks (kind, image, tries, due_at, extra_sizes) VALUES (?1, ?2, 0, ?3, ?4)",
        params![
            kind.name(),
            image.id,
            image.created_at.plus(delay),
            Sql(extra.transforms.as_slice())
        ],
    )?;
    Ok(())
}
