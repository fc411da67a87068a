//! Tasks: background work that the library still owes.
//!
//! A task is a row, written in the transaction of what it follows from, so whoever dies with work undone
//! still owes it, and the next one to serve the folder goes on. It goes when it is done, when its image
//! goes, and when it has proved impossible. Who works on tasks and when is not decided here: the one
//! process that serves takes them from the table one at a time, when it has nothing better to do.

use std::thread::Thread;
use std::time::Duration;

use imaging::{Format, Output, Stop, Transform};

use crate::error::{Error, Result};
use crate::images::{self, Image};
use crate::mutex::held;
use crate::storage::db::{Read, Row, Write, params};
use crate::{Door, ImageId, Library, Settings, Timestamp};

/// What is tried so often without an end is given up.
const MOST_TRIES: u32 = 8;
/// The pause before the third try; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(60);

/// Reductions are there within a minute, so after this long they wait for nobody.
const PATIENCE: Duration = Duration::from_secs(20);

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
    /// Whether widths are made ahead at all.
    prepare_sizes: bool,
}

/// What is to be made. A new kind is a word here and what it makes in `Task::transforms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The offered widths that are smaller than the picture.
    Widths,
    /// What IMGSHARE promises of its uploads, and the offered widths along with it. An image that cannot be
    /// reduced is broken, and goes.
    Reductions,
}

/// One of the sizes that IMGSHARE has of every image: a JPEG, no side longer than the box's, never enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reduction {
    /// The word in its address.
    pub name: &'static str,
    width: u32,
    height: u32,
}

/// Largest first.
pub const REDUCTIONS: [Reduction; 3] = [
    Reduction {
        name: "xga",
        width: 1024,
        height: 768,
    },
    Reduction {
        name: "vga",
        width: 640,
        height: 480,
    },
    Reduction {
        name: "qvga",
        width: 320,
        height: 240,
    },
];

impl Reduction {
    pub fn transform(&self) -> Transform {
        Transform {
            width: Some(self.width),
            height: Some(self.height),
            format: Output::Is(Format::Jpeg),
            quality: Some(85),
            ..Transform::to_width(self.width)
        }
    }
}

/// What there is to do now.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
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
            let now = self.now();
            let Some(Promised {
                id,
                kind,
                image,
                tries,
                due_at,
            }) = self.catalogue().read(|read| promised(read, now))?
            else {
                return Ok(Owed::Nothing);
            };
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
                    prepare_sizes: self.settings().prepare_sizes,
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
            Error::Image(error @ imaging::Error::Broken(_)) if task.kind == Kind::Reductions => {
                tracing::info!(%image, %error, "an image is deleted: it cannot be reduced");
                self.remove_broken(&task.image)?;
                Ok(Worked::Dropped)
            }
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

    /// Whether the image's reductions are still to be made.
    pub fn owes_reductions(&self, image: &Image) -> Result<bool> {
        self.catalogue().read(|read| {
            read.exists(
                "SELECT 1 FROM tasks WHERE image = ?1 AND kind = ?2",
                params![image.id, Kind::Reductions.name()],
            )
        })
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
    /// How long it may still wait for its betters. Nothing but reductions is promised within a time.
    pub fn patience(&self, now: Timestamp) -> Option<Duration> {
        let end = self.due_at.plus(PATIENCE).micros();
        let left = end.saturating_sub(now.micros()).max(0);
        (self.kind == Kind::Reductions).then(|| Duration::from_micros(left.unsigned_abs()))
    }

    /// The most memory in bytes that it takes.
    pub fn estimate(&self, library: &Library) -> u64 {
        library.estimate(&self.image, &self.transforms())
    }

    fn transforms(&self) -> Vec<Transform> {
        let reductions = REDUCTIONS.iter().map(Reduction::transform);
        let widths = self.image.widths().map(Transform::to_width);
        match (self.kind, self.prepare_sizes) {
            (Kind::Widths, true) => widths.collect(),
            // Promised when they were still wanted.
            (Kind::Widths, false) => Vec::new(),
            (Kind::Reductions, true) => reductions.chain(widths).collect(),
            (Kind::Reductions, false) => reductions.collect(),
        }
    }
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Widths, Kind::Reductions];

    fn name(self) -> &'static str {
        match self {
            Kind::Widths => "widths",
            Kind::Reductions => "reductions",
        }
    }

    fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A row of the table.
struct Promised {
    id: i64,
    kind: String,
    image: ImageId,
    tries: u32,
    due_at: Timestamp,
}

/// The row that comes next. Reductions that are due go before widths, which nobody was promised.
fn promised(read: &Read<'_>, now: Timestamp) -> Result<Option<Promised>> {
    let row = |row: &Row<'_>| {
        Ok(Promised {
            id: row.get(0)?,
            kind: row.get(1)?,
            image: row.get(2)?,
            tries: row.get(3)?,
            due_at: row.get(4)?,
        })
    };
    let first = read.one(
        "SELECT id, kind, image, tries, due_at FROM tasks WHERE kind = ?1 AND due_at <= ?2
         ORDER BY due_at, id LIMIT 1",
        params![Kind::Reductions.name(), now],
        row,
    )?;
    match first {
        Some(first) => Ok(Some(first)),
        None => read.one(
            "SELECT id, kind, image, tries, due_at FROM tasks ORDER BY due_at, id LIMIT 1",
            [],
            row,
        ),
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

/// Writes down what an image that was just added, or got new bytes, is owed.
pub(crate) fn promise(write: &Write<'_>, image: &Image, settings: &Settings) -> Result<()> {
    write.execute("DELETE FROM tasks WHERE image = ?1", params![image.id])?;
    let wanted = image.widths().next().is_some() && image.bytes <= LARGEST;
    // Bytes that came later through another door are nobody's promise.
    let (kind, due_at) = if image.door == Door::Imgshare && image.replaced_at.is_none() {
        let delay = settings.reductions_delay;
        (Kind::Reductions, image.created_at.plus(delay))
    } else if settings.prepare_sizes && wanted && image.info.format.decodes() {
        (Kind::Widths, image.created_at)
    } else {
        return Ok(());
    };
    write.execute(
        "INSERT INTO tasks (kind, image, tries, due_at) VALUES (?1, ?2, 0, ?3)",
        params![kind.name(), image.id, due_at],
    )?;
    Ok(())
}
