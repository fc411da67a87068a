//! Tasks: background work that the library still owes.
//!
//! A task is a row, written in the transaction of what it follows from, so whoever dies with work undone
//! still owes it, and the next one to serve the folder goes on. It goes when it is done, when its image
//! goes, and when it has proved impossible. Who works on tasks and when is not decided here: the one
//! process that serves takes them from the table one at a time, when it has nothing better to do.

use std::thread::Thread;
use std::time::Duration;

use imaging::{Stop, Transform};

use crate::catalogue::{Write, params};
use crate::error::{Error, Result};
use crate::held::held;
use crate::images::{self, Image};
use crate::{ImageId, Library, Timestamp};

/// What is tried so often without an end is given up.
const MOST_TRIES: u32 = 8;
/// The pause before the third try; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(60);

/// An original is whole in memory while sizes are made of it. A larger one than this is read for somebody
/// who asks, and for nobody else.
const LARGEST: u64 = 32 << 20;

/// One piece of work.
#[derive(Debug)]
pub struct Task {
    id: i64,
    kind: Kind,
    image: Image,
    /// How often it was begun before.
    tries: u32,
    due_at: Timestamp,
}

/// What is to be made. A new kind is a word here and what it makes in `Task::transforms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The offered widths that are smaller than the picture.
    Widths,
}

/// What there is to do now.
#[derive(Debug)]
pub enum Owed {
    Nothing,
    /// Nothing before so long.
    Later(Duration),
    Now(Task),
}

/// How a piece of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    Done,
    /// It was told to stop, and stays owed.
    GaveWay,
    /// It failed in a way that may pass, and will be tried again.
    PutOff,
    /// It cannot be done, or nobody needs it any more: it is owed no longer.
    Dropped,
}

impl Library {
    /// The next task. Reading it promises nothing: it stays owed until `work_on` has settled it.
    pub fn next_task(&self) -> Result<Owed> {
        loop {
            let Some((id, kind, image, tries, due_at)) = self.catalogue().read(|read| {
                read.one(
                    "SELECT id, kind, image, tries, due_at FROM tasks ORDER BY due_at, id LIMIT 1",
                    [],
                    |row| {
                        let kind: String = row.get(1)?;
                        let image: ImageId = row.get(2)?;
                        Ok((row.get(0)?, kind, image, row.get(3)?, row.get(4)?))
                    },
                )
            })?
            else {
                return Ok(Owed::Nothing);
            };
            let due_at: Timestamp = due_at;
            let now = self.now();
            if due_at > now {
                let micros = due_at.micros().saturating_sub(now.micros());
                return Ok(Owed::Later(Duration::from_micros(micros.unsigned_abs())));
            }
            let known = Kind::from_name(&kind);
            let image = self.catalogue().read(|read| images::by_id(read, &image))?;
            if let (Some(kind), Some(image)) = (known, image) {
                return Ok(Owed::Now(Task {
                    id,
                    kind,
                    image,
                    tries,
                    due_at,
                }));
            }
            // A newer version's kind, or an image that went between the two looks and took the row along.
            if self.forget(id)? {
                tracing::warn!(kind, "a task that this version does not know was dropped");
            }
        }
    }

    /// Does what is owed, as far as nobody has done it yet. `stop` lets it give way.
    ///
    /// # Errors
    /// If the database cannot be written; the task itself ends in one of the ways of [`Worked`].
    pub fn work_on(&self, task: &Task, stop: &dyn Stop) -> Result<Worked> {
        if !self.begin(task)? {
            return Ok(Worked::Dropped);
        }
        let error = match self.make_ahead(&task.image, &task.transforms(), stop) {
            Ok(()) => {
                self.forget(task.id)?;
                return Ok(Worked::Done);
            }
            Err(error) => error,
        };
        let (image, tries) = (&task.image.id, task.tries + 1);
        match error {
            Error::Image(imaging::Error::Stopped) => {
                self.begun(task, task.tries, task.due_at)?;
                Ok(Worked::GaveWay)
            }
            // Its row went with the image.
            Error::NotFound => Ok(Worked::Dropped),
            Error::Image(error) => {
                tracing::info!(%image, %error, "an image's sizes cannot be made ahead");
                self.forget(task.id)?;
                Ok(Worked::Dropped)
            }
            error if tries >= MOST_TRIES => {
                tracing::warn!(%image, %error, tries, "an image's sizes are not made ahead any more");
                self.forget(task.id)?;
                Ok(Worked::Dropped)
            }
            error => {
                tracing::warn!(%image, %error, tries, "an image's sizes are made ahead later");
                self.begun(task, tries, self.now().plus(pause(tries)))?;
                Ok(Worked::PutOff)
            }
        }
    }

    /// Names the thread that works on tasks: it is unparked whenever this handle has written a new one.
    pub fn wake_for_tasks(&self, worker: Thread) {
        *held(self.tasks_worker()) = Some(worker);
    }

    pub(crate) fn wake_worker(&self) {
        if let Some(worker) = &*held(self.tasks_worker()) {
            worker.unpark();
        }
    }

    /// Counts the try before it begins: whatever ends this process in its middle counts too. `false` if
    /// the task is gone, or has ended so many processes that it is better dropped.
    fn begin(&self, task: &Task) -> Result<bool> {
        if task.tries >= MOST_TRIES {
            tracing::warn!(image = %task.image.id, tries = task.tries, "an image's sizes are not made ahead: it never came to an end");
            self.forget(task.id)?;
            return Ok(false);
        }
        let tries = task.tries + 1;
        self.begun(task, tries, self.now().plus(pause(tries - 1)))
    }

    fn begun(&self, task: &Task, tries: u32, due_at: Timestamp) -> Result<bool> {
        self.catalogue().write(|write| {
            let rows = write.execute(
                "UPDATE tasks SET tries = ?2, due_at = ?3 WHERE id = ?1",
                params![task.id, tries, due_at],
            )?;
            Ok(rows > 0)
        })
    }

    fn forget(&self, id: i64) -> Result<bool> {
        self.catalogue()
            .write(|write| Ok(write.execute("DELETE FROM tasks WHERE id = ?1", params![id])? > 0))
    }
}

impl Task {
    /// The most memory in bytes that it takes.
    pub fn estimate(&self, library: &Library) -> u64 {
        library.estimate(&self.image, &self.transforms())
    }

    /// Largest first, so that each may be made from one before it.
    fn transforms(&self) -> Vec<Transform> {
        match self.kind {
            Kind::Widths => {
                let widths: Vec<u32> = self.image.widths().collect();
                widths.into_iter().rev().map(Transform::to_width).collect()
            }
        }
    }
}

impl Kind {
    const ALL: [Kind; 1] = [Kind::Widths];

    fn name(self) -> &'static str {
        match self {
            Kind::Widths => "widths",
        }
    }

    fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How long after the `tries`th try the next one comes. A single death is no reason to wait: it may well
/// have been ours to stop.
fn pause(tries: u32) -> Duration {
    match tries {
        0 => Duration::ZERO,
        tries => PAUSE * 2u32.saturating_pow(tries - 1),
    }
}

/// Writes down what an image that was just added is owed.
pub(crate) fn promise(write: &Write<'_>, image: &Image) -> Result<()> {
    let wanted = image.widths().next().is_some() && image.bytes <= LARGEST;
    if !wanted || !image.info.format.decodes() {
        return Ok(());
    }
    write.execute(
        "INSERT INTO tasks (kind, image, tries, due_at) VALUES (?1, ?2, 0, ?3)",
        params![Kind::Widths.name(), image.id, image.created_at],
    )?;
    Ok(())
}
