//! Tasks: background work that the library still owes.
//!
//! A task is a row, written in the transaction of what it follows from, so whoever dies with work undone
//! still owes it, and the next one to serve the folder goes on. It goes when it is done, when its image
//! goes, and when it has proved impossible. Who works on tasks and when is not decided here: the one
//! process that serves takes them from the table one at a time, when it has nothing better to do.

use std::thread::Thread;
use std::time::Duration;

use imaging::{CancelToken, Transform};

use crate::error::{Error, Result};
use crate::images::image::Image;
use crate::images::rows;
use crate::mutex::lock;
use crate::storage::db::{ReadTx, Row, Sql, WriteTx, params};
use crate::{ImageId, Library, Settings, Timestamp};

/// What is tried so often without an end is given up.
const MAX_ATTEMPTS: u32 = 8;
/// The pause before the third try; it doubles with each further one.
const FIRST_RETRY_DELAY: Duration = Duration::from_secs(60);

/// Reductions are there within a minute, so after this long they wait for nobody.
const URGENT_AFTER: Duration = Duration::from_secs(20);

/// An original is whole in memory while sizes are made of it. A larger one than this is read for somebody
/// who asks, and for nobody else.
const MAX_ORIGINAL_BYTES: u64 = 32 << 20;

/// One piece of work.
#[derive(Debug)]
pub struct RenderTask {
    id: i64,
    kind: TaskKind,
    image: Image,
    /// How often it was begun before.
    attempts: u32,
    due_at: Timestamp,
    extra_sizes: Vec<Transform>,
    /// Whether offered widths are rendered ahead at all.
    prepare_sizes: bool,
}

/// What is to be made. A new kind is a word here and what it makes in `Task::transforms`.
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

/// What there is to do now.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum NextTask {
    Empty,
    /// Nothing before so long.
    NotBefore(Duration),
    Ready(RenderTask),
}

/// How a piece of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOutcome {
    Done,
    /// It was told to stop, and stays owed.
    Cancelled,
    /// It failed in a way that may pass, and will be tried again.
    Postponed,
    /// It cannot be done, or nobody needs it any more: it is owed no longer.
    Dropped,
}

impl Library {
    /// The next task. Reading it promises nothing: it stays owed until `work_on` has settled it.
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
                tracing::warn!(kind, "a task that this version does not know was dropped");
            }
        }
    }

    /// Does what is owed, as far as nobody has done it yet. `stop` lets it give way.
    ///
    /// # Errors
    /// If the database cannot be written; the task itself ends in one of the ways of [`Worked`].
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
                tracing::info!(%image, %error, "an image is deleted: it cannot be reduced");
                self.remove_broken_image(&task.image)?;
                Ok(TaskOutcome::Dropped)
            }
            Error::Image(error) => {
                tracing::info!(%image, %error, "an image's sizes cannot be made ahead");
                self.delete_task(task.id)?;
                Ok(TaskOutcome::Dropped)
            }
            error if tries >= MAX_ATTEMPTS => {
                tracing::warn!(%image, %error, tries, "an image's sizes are not made ahead any more");
                self.delete_task(task.id)?;
                Ok(TaskOutcome::Dropped)
            }
            error => {
                tracing::warn!(%image, %error, tries, "an image's sizes are made ahead later");
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

    /// Names the thread that works on tasks: it is unparked whenever this handle has written a new one.
    pub fn set_render_worker(&self, worker: Thread) {
        *lock(self.render_worker()) = Some(worker);
    }

    pub(crate) fn wake_render_worker(&self) {
        if let Some(worker) = &*lock(self.render_worker()) {
            worker.unpark();
        }
    }

    /// Counts the try before it begins: whatever ends this process in its middle counts too. `false` if
    /// the task is gone, or has ended so many processes that it is better dropped.
    fn begin_attempt(&self, task: &RenderTask) -> Result<bool> {
        if task.attempts >= MAX_ATTEMPTS {
            tracing::warn!(image = %task.image.id, tries = task.attempts, "an image's sizes are not made ahead: it never came to an end");
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
    /// How long it may still wait for its betters. Nothing but reductions is promised within a time.
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

/// The row that comes next. Reductions that are due go before widths, which nobody was promised.
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

/// How long after the `tries`th try the next one comes. A single death is no reason to wait: it may well
/// have been ours to stop.
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
