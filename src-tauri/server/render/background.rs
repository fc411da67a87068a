//! Background renderer: one low-priority thread that works on the library's render tasks,
//! but for what was promised within a time: that waits only so long.
//!
//! It takes one task at a time, so what is owed never piles up in memory. It gives way as soon as a request
//! wants to render, at its next step, and takes nothing from the queue of requests; a request for the
//! very size that it is making waits for that instead of making another. It is a thread of its own since
//! only a thread can have a low priority.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use library::{Library, NextTask, TaskOutcome};
use tokio::sync::oneshot;

use crate::state::App;

/// The longest sleep without being woken: another process may have added tasks, or the clock may have been set.
const MAX_SLEEP: Duration = Duration::from_secs(60);
/// When it looks again for memory for what presses.
const MEMORY_RETRY: Duration = Duration::from_millis(500);
/// How long it leaves a database alone that just failed.
const FAILURE_PAUSE: Duration = Duration::from_secs(10);
/// How long the end of the server waits for its end; a decoder cannot be stopped in its middle.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);
/// So much more yielding than everybody else: a third of another thread's share where both want the
/// processor. More would let a request wait long for a size that is just being made here.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// The background while its server runs; dropped, it ends.
pub struct BackgroundHandle {
    app: App,
    finished: Option<oneshot::Receiver<()>>,
}

/// Starts working on tasks. Also where no sizes are made ahead: reductions are promised in any case.
pub fn start_background(app: &App) -> BackgroundHandle {
    let ended = app
        .spawn_thread("background", run_tasks)
        .inspect_err(|error| tracing::error!(%error, "no sizes are made in the background"))
        .ok();
    BackgroundHandle {
        app: app.clone(),
        finished: ended,
    }
}

impl BackgroundHandle {
    /// Ends it, and waits a moment for that.
    pub async fn stop(mut self) {
        self.app.background.stop();
        if let Some(ended) = self.finished.take()
            && tokio::time::timeout(SHUTDOWN_TIMEOUT, ended).await.is_err()
        {
            tracing::debug!("the background is still decoding; it ends after that");
        }
    }
}

impl Drop for BackgroundHandle {
    fn drop(&mut self) {
        self.app.background.stop();
    }
}

fn run_tasks(app: &App, library: &Library) {
    lower_thread_priority();
    let _ = app.background.thread.set(thread::current());
    app.limiter.wake_when_idle(thread::current());
    library.set_render_worker(thread::current());
    // New tasks unpark this thread; an unpark before it parks is not lost.
    while !app.background.is_stopping.load(Ordering::SeqCst) {
        match run_next_task(app, library) {
            Ok(None) => {}
            Ok(Some(nap)) => thread::park_timeout(nap),
            Err(error) => {
                tracing::warn!(%error, "the tasks cannot be worked on just now");
                thread::park_timeout(FAILURE_PAUSE);
            }
        }
    }
}

/// Works on the next task if it may. Answers how long there is nothing to do.
fn run_next_task(app: &App, library: &Library) -> library::Result<Option<Duration>> {
    let task = match library.next_render_task()? {
        NextTask::Ready(task) => task,
        NextTask::NotBefore(pause) => return Ok(Some(pause.min(MAX_SLEEP))),
        NextTask::Empty => return Ok(Some(MAX_SLEEP)),
    };
    let patience = task.time_until_urgent(library.now()).unwrap_or(MAX_SLEEP);
    let presses = patience.is_zero();
    if !presses && !app.limiter.is_idle() {
        return Ok(Some(patience.min(MAX_SLEEP)));
    }
    let Some(spare) = app
        .limiter
        .try_acquire_background(task.estimate_memory(library))
    else {
        // Requests hold the memory. Nobody says when there is enough of it, only when all of it is free.
        return Ok(Some(if presses {
            MEMORY_RETRY
        } else {
            patience.min(MAX_SLEEP)
        }));
    };
    let ending = || app.background.is_stopping.load(Ordering::SeqCst);
    let stop = || ending() || (!presses && !app.limiter.is_idle());
    let worked = library.run_render_task(&task, &stop)?;
    drop(spare);
    if worked != TaskOutcome::Cancelled {
        tracing::debug!(?worked, "a task has ended");
    }
    Ok(None)
}

#[cfg(target_os = "linux")]
fn lower_thread_priority() {
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

    use library::{Clock, SystemClock, Timestamp, Upload, UploadMetadata};

    use super::*;
    use crate::aliases::imgshare::{SIZES, Size};
    use crate::config::Config;
    use crate::tests::harness::{World, png};

    /// The real time, and so many seconds on.
    #[derive(Default)]
    struct OffsetClock(AtomicU64);

    impl Clock for OffsetClock {
        fn now(&self) -> Timestamp {
            let ahead = Duration::from_secs(self.0.load(Ordering::SeqCst));
            SystemClock.now().plus(ahead)
        }
    }

    fn with_pending_sizes() -> (World, Arc<OffsetClock>) {
        let clock = Arc::new(OffsetClock::default());
        let world = World::at(Config::default(), clock.clone());
        let actor = world.library.actor_for_secret(&world.secret).unwrap();
        let mut incoming = world.library.stage_upload().unwrap();
        incoming.append(&png(30, 20)).unwrap();
        let upload = Upload {
            staged_upload: incoming,
            name: String::new(),
            origin: "imgshare",
            metadata: UploadMetadata {
                extra_sizes: SIZES.iter().map(Size::transform).collect(),
                ..UploadMetadata::default()
            },
        };
        world
            .library
            .add_image(&actor.unwrap(), upload, None)
            .unwrap();
        (world, clock)
    }

    fn variant_count(world: &World) -> usize {
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
    async fn requests_are_rendered_before_tasks() {
        let world = World::new();
        world.put(&png(900, 30)).await;
        let request = world.app.limiter.acquire(1).await.unwrap();
        assert_eq!(
            run_next_task(&world.app, &world.library).unwrap(),
            Some(MAX_SLEEP)
        );
        assert_eq!(variant_count(&world), 0);
        drop(request);
        assert_eq!(run_next_task(&world.app, &world.library).unwrap(), None);
        assert_eq!(variant_count(&world), 3);
        assert_eq!(
            run_next_task(&world.app, &world.library).unwrap(),
            Some(MAX_SLEEP)
        );
    }

    #[tokio::test]
    async fn overdue_sizes_are_rendered_despite_requests() {
        let (world, clock) = with_pending_sizes();
        let request = world.app.limiter.acquire(1).await.unwrap();
        let patience = run_next_task(&world.app, &world.library).unwrap().unwrap();
        assert!(patience <= MAX_SLEEP / 2, "{patience:?}");
        assert_eq!(variant_count(&world), 0);
        clock.0.store(patience.as_secs() + 1, Ordering::SeqCst);
        assert_eq!(run_next_task(&world.app, &world.library).unwrap(), None);
        assert_eq!(variant_count(&world), 3);
        drop(request);
    }

    #[tokio::test]
    async fn urgent_tasks_retry_soon_while_requests_hold_the_memory() {
        let (world, clock) = with_pending_sizes();
        clock.0.store(3600, Ordering::SeqCst);
        let giant = world.app.limiter.acquire(u64::MAX).await.unwrap();
        assert_eq!(
            run_next_task(&world.app, &world.library).unwrap(),
            Some(MEMORY_RETRY)
        );
        drop(giant);
        assert_eq!(run_next_task(&world.app, &world.library).unwrap(), None);
    }

    #[tokio::test]
    async fn an_upload_and_the_end_of_requests_wake_the_renderer() {
        let world = World::new();
        let working = start_background(&world.app);
        world.put(&png(900, 30)).await;
        wait_until(|| variant_count(&world) == 3).await;

        let request = world.app.limiter.acquire(1).await.unwrap();
        world.put(&png(901, 30)).await;
        drop(request);
        wait_until(|| variant_count(&world) == 6).await;
        working.stop().await;
    }

    #[tokio::test]
    async fn a_stopped_renderer_drops_its_task_and_leaves_it_queued() {
        let world = World::new();
        world.put(&png(1700, 1700)).await;
        let working = start_background(&world.app);
        let begun = std::time::Instant::now();
        working.stop().await;
        assert!(begun.elapsed() < SHUTDOWN_TIMEOUT, "{:?}", begun.elapsed());
        assert!(matches!(
            world.library.next_render_task().unwrap(),
            NextTask::Ready(_)
        ));
    }

    #[tokio::test]
    async fn dropping_the_handle_stops_the_renderer() {
        let world = World::new();
        let mut working = start_background(&world.app);
        let ended = working.finished.take().unwrap();
        drop(working);
        // Closed, not answered.
        assert!(ended.await.is_err());
    }

    /// Well within a nap: whoever was not woken is late.
    async fn wait_until(done: impl Fn() -> bool) {
        let begun = std::time::Instant::now();
        while !done() {
            assert!(begun.elapsed() < MAX_SLEEP / 2, "it was not woken");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
