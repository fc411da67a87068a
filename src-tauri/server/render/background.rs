//! The background: one thread that works on the library's tasks while no request wants anything rendered,
//! but for what was promised within a time: that waits only so long.
//!
//! It takes one task at a time, so what is owed never piles up in memory. It gives way as soon as a request
//! wants to render, at its next step, and takes nothing from the queue of requests; whoever asks for the
//! very size that it is making waits for that instead of making another. It is a thread of its own since
//! only a thread can have a low priority.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use library::{Library, Owed, Worked};
use tokio::sync::oneshot;

use crate::state::App;

/// How long it sleeps when nobody wakes it: another process may have added, or the clock been set.
const NAP: Duration = Duration::from_secs(60);
/// When it looks again for memory for what presses.
const SOON: Duration = Duration::from_millis(500);
/// How long it leaves a database alone that just failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How long the end of the server waits for its end; a decoder cannot be stopped in its middle.
const END_WITHIN: Duration = Duration::from_secs(1);
/// So much more yielding than everybody else: a third of another thread's share where both want the
/// processor. More would let a request wait long for a size that is just being made here.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Where everybody reaches the background.
#[derive(Default)]
pub struct Background {
    over: AtomicBool,
    thread: OnceLock<Thread>,
}

impl Background {
    /// Begins nothing new, and drops what is being made at its next step.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}

/// The background while its server runs; dropped, it ends.
pub struct Working {
    app: App,
    ended: Option<oneshot::Receiver<()>>,
}

/// Starts working on tasks. Also where no sizes are made ahead: reductions are promised in any case.
pub fn start(app: &App) -> Working {
    let ended = app
        .beside("background", work)
        .inspect_err(|error| tracing::error!(%error, "no sizes are made in the background"))
        .ok();
    Working {
        app: app.clone(),
        ended,
    }
}

impl Working {
    /// Ends it, and waits a moment for that.
    pub async fn end(mut self) {
        self.app.background.end();
        if let Some(ended) = self.ended.take()
            && tokio::time::timeout(END_WITHIN, ended).await.is_err()
        {
            tracing::debug!("the background is still decoding; it ends after that");
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.app.background.end();
    }
}

fn work(app: &App, library: &Library) {
    yield_to_others();
    let _ = app.background.thread.set(thread::current());
    app.workers.wake_when_quiet(thread::current());
    library.wake_for_tasks(thread::current());
    // Whoever has news unparks this thread, and news from before it parks are not lost.
    while !app.background.over.load(Ordering::SeqCst) {
        match next(app, library) {
            Ok(None) => {}
            Ok(Some(nap)) => thread::park_timeout(nap),
            Err(error) => {
                tracing::warn!(%error, "the tasks cannot be worked on just now");
                thread::park_timeout(AFTER_FAILURE);
            }
        }
    }
}

/// Works on the next task if it may. Answers how long there is nothing to do.
fn next(app: &App, library: &Library) -> library::Result<Option<Duration>> {
    let task = match library.next_task()? {
        Owed::Now(task) => task,
        Owed::Later(pause) => return Ok(Some(pause.min(NAP))),
        Owed::Nothing => return Ok(Some(NAP)),
    };
    let patience = task.patience(library.now()).unwrap_or(NAP);
    let presses = patience.is_zero();
    if !presses && !app.workers.quiet() {
        return Ok(Some(patience.min(NAP)));
    }
    let Some(spare) = app.workers.spare(task.estimate(library)) else {
        // Requests hold the memory. Nobody says when there is enough of it, only when all of it is free.
        return Ok(Some(if presses { SOON } else { patience.min(NAP) }));
    };
    let ending = || app.background.over.load(Ordering::SeqCst);
    let stop = || ending() || (!presses && !app.workers.quiet());
    let worked = library.work_on(&task, &stop)?;
    drop(spare);
    if worked != Worked::GaveWay {
        tracing::debug!(?worked, "a task has ended");
    }
    Ok(None)
}

#[cfg(target_os = "linux")]
fn yield_to_others() {
    // On Linux this is of the calling thread alone.
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the background has the priority of everybody");
    }
}

/// Elsewhere the priority is the whole process's, or out of reach; giving way does most of it anyway.
#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    use library::{Clock, Details, Door, SystemClock, Timestamp, Upload};

    use super::*;
    use crate::config::Config;
    use crate::tests::harness::{World, png};

    /// The real time, and so many seconds on.
    #[derive(Default)]
    struct Ahead(AtomicU64);

    impl Clock for Ahead {
        fn now(&self) -> Timestamp {
            let ahead = Duration::from_secs(self.0.load(Ordering::SeqCst));
            SystemClock.now().plus(ahead)
        }
    }

    fn with_reductions_owed() -> (World, Arc<Ahead>) {
        let clock = Arc::new(Ahead::default());
        let world = World::at(Config::default(), clock.clone());
        let actor = world.library.actor_for_secret(&world.secret).unwrap();
        let mut incoming = world.library.incoming().unwrap();
        incoming.append(&png(30, 20)).unwrap();
        let upload = Upload {
            incoming,
            name: String::new(),
            door: Door::Imgshare,
            details: Details::default(),
        };
        world.library.add(&actor.unwrap(), upload, None).unwrap();
        (world, clock)
    }

    fn made(world: &World) -> usize {
        let under = |path: std::path::PathBuf| {
            let entries = path.read_dir().into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let mut paths = under(world.folder.path().join("variants"));
        for _ in 0..3 {
            paths = paths.into_iter().flat_map(under).collect();
        }
        paths.len()
    }

    #[tokio::test]
    async fn requests_go_first() {
        let world = World::new();
        world.put(&png(900, 30)).await;
        let request = world.app.workers.permit(1).await.unwrap();
        assert_eq!(next(&world.app, &world.library).unwrap(), Some(NAP));
        assert_eq!(made(&world), 0);
        drop(request);
        assert_eq!(next(&world.app, &world.library).unwrap(), None);
        assert_eq!(made(&world), 3);
        assert_eq!(next(&world.app, &world.library).unwrap(), Some(NAP));
    }

    #[tokio::test]
    async fn reductions_whose_time_runs_out_are_made_under_a_rush() {
        let (world, clock) = with_reductions_owed();
        let request = world.app.workers.permit(1).await.unwrap();
        let patience = next(&world.app, &world.library).unwrap().unwrap();
        assert!(patience <= NAP / 2, "{patience:?}");
        assert_eq!(made(&world), 0);
        clock.0.store(patience.as_secs() + 1, Ordering::SeqCst);
        assert_eq!(next(&world.app, &world.library).unwrap(), None);
        assert_eq!(made(&world), 3);
        drop(request);
    }

    #[tokio::test]
    async fn what_presses_looks_again_soon_for_memory_that_requests_hold() {
        let (world, clock) = with_reductions_owed();
        clock.0.store(3600, Ordering::SeqCst);
        let giant = world.app.workers.permit(u64::MAX).await.unwrap();
        assert_eq!(next(&world.app, &world.library).unwrap(), Some(SOON));
        drop(giant);
        assert_eq!(next(&world.app, &world.library).unwrap(), None);
    }

    #[tokio::test]
    async fn it_is_woken_by_an_upload_and_by_the_end_of_a_rush() {
        let world = World::new();
        let working = start(&world.app);
        world.put(&png(900, 30)).await;
        until(|| made(&world) == 3).await;

        let request = world.app.workers.permit(1).await.unwrap();
        world.put(&png(901, 30)).await;
        drop(request);
        until(|| made(&world) == 6).await;
        working.end().await;
    }

    #[tokio::test]
    async fn at_its_end_it_drops_what_it_makes_and_owes_it_still() {
        let world = World::new();
        world.put(&png(1700, 1700)).await;
        let working = start(&world.app);
        let begun = std::time::Instant::now();
        working.end().await;
        assert!(begun.elapsed() < END_WITHIN, "{:?}", begun.elapsed());
        assert!(matches!(world.library.next_task().unwrap(), Owed::Now(_)));
    }

    #[tokio::test]
    async fn a_dropped_server_takes_its_background_along() {
        let world = World::new();
        let mut working = start(&world.app);
        let ended = working.ended.take().unwrap();
        drop(working);
        // Closed, not answered.
        assert!(ended.await.is_err());
    }

    /// Well within a nap: whoever was not woken is late.
    async fn until(done: impl Fn() -> bool) {
        let begun = std::time::Instant::now();
        while !done() {
            assert!(begun.elapsed() < NAP / 2, "it was not woken");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
