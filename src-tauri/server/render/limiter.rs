//! Render limiter: back-pressure for rendering in requests, a bounded queue in front of a few
//! workers, and a budget of memory that each rendering takes its estimated share of.
//!
//! What is made ahead in the background takes its share of that budget too, as far as no request has it.
//!
//! Requests for the same variant wait for one maker outside of the queue, so a hundred visitors of
//! one new picture are one job.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::Thread;

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::error::{Error, Result};

/// The unit in which the memory budget is counted: a semaphore counts to 2^32 only.
const MIB: u64 = 1 << 20;

pub struct RenderLimiter {
    /// Those at work and those waiting.
    queue_slots: Arc<Semaphore>,
    worker_slots: Arc<Semaphore>,
    memory_budget: Arc<Semaphore>,
    memory_mib: u32,
    render_locks: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    active_renders: Arc<ActiveRenders>,
}

/// How many requests render, or wait to.
#[derive(Default)]
struct ActiveRenders {
    count: AtomicUsize,
    /// Who waits for there to be none.
    background: OnceLock<Thread>,
}

/// One of those requests, until dropped.
struct ActiveGuard(Arc<ActiveRenders>);

/// The right to render one picture, until dropped. It goes along to the thread that renders: a
/// client that leaves frees nothing before that thread has stopped.
pub struct Permit {
    _queue_slot: OwnedSemaphorePermit,
    _worker_slot: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
    /// Goes last: once it is quiet, the rest is free.
    _active_guard: ActiveGuard,
}

/// The background's share of the memory, until dropped.
pub struct BackgroundPermit {
    _memory: OwnedSemaphorePermit,
}

impl RenderLimiter {
    pub fn new(config: &Config) -> RenderLimiter {
        let memory_mib = u32::try_from((config.render_memory_bytes / MIB).max(1))
            .unwrap_or(u32::MAX)
            .min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        RenderLimiter {
            queue_slots: Arc::new(Semaphore::new(config.workers + config.queue)),
            worker_slots: Arc::new(Semaphore::new(config.workers)),
            memory_budget: Arc::new(Semaphore::new(memory_mib as usize)),
            memory_mib,
            render_locks: Mutex::default(),
            active_renders: Arc::default(),
        }
    }

    /// Waits for a turn to hold `bytes` of decoded picture; one that needs more than the whole
    /// budget takes all of it.
    ///
    /// # Errors
    /// [`Error::Overloaded`] at once, if as many as may wait are waiting.
    pub async fn acquire(&self, bytes: u64) -> Result<Permit> {
        let share = self.memory_share(bytes);
        let (admitted, working, memory) = (
            self.queue_slots.clone(),
            self.worker_slots.clone(),
            self.memory_budget.clone(),
        );
        let admitted = admitted
            .try_acquire_owned()
            .map_err(|_| Error::overloaded())?;
        let pressing = ActiveGuard::new(&self.active_renders);
        Ok(Permit {
            _queue_slot: admitted,
            _worker_slot: working.acquire_owned().await.map_err(Error::internal)?,
            _memory: memory
                .acquire_many_owned(share)
                .await
                .map_err(Error::internal)?,
            _active_guard: pressing,
        })
    }

    /// Whether no request renders or waits to.
    pub fn is_idle(&self) -> bool {
        self.active_renders.count.load(Ordering::SeqCst) == 0
    }

    /// Names the thread that is unparked each time it has become quiet.
    pub fn wake_when_idle(&self, background: Thread) {
        // There is one background to a server, so a second never comes.
        let _ = self.active_renders.background.set(background);
    }

    /// The background's share, if that is free just now.
    pub fn try_acquire_background(&self, bytes: u64) -> Option<BackgroundPermit> {
        let share = self.memory_share(bytes);
        let memory = self
            .memory_budget
            .clone()
            .try_acquire_many_owned(share)
            .ok()?;
        Some(BackgroundPermit { _memory: memory })
    }

    fn memory_share(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(MIB))
            .unwrap_or(u32::MAX)
            .clamp(1, self.memory_mib)
    }

    /// Waits until no other request renders what `key` names.
    pub async fn lock_render(&self, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut makers = self
                .render_locks
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            makers.retain(|_, turn| turn.strong_count() > 0);
            match makers.get(key).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::default();
                    makers.insert(key.to_owned(), Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}

impl ActiveGuard {
    fn new(rush: &Arc<ActiveRenders>) -> ActiveGuard {
        rush.count.fetch_add(1, Ordering::SeqCst);
        ActiveGuard(rush.clone())
    }
}

impl Drop for ActiveGuard {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1
            && let Some(background) = self.0.background.get()
        {
            background.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn limiter(workers: usize, queue: usize) -> RenderLimiter {
        RenderLimiter::new(&Config {
            workers,
            queue,
            render_memory_bytes: 10 * MIB,
            ..Config::default()
        })
    }

    #[tokio::test]
    async fn beyond_the_queue_it_is_busy_at_once() {
        let workers = limiter(1, 1);
        let first = workers.acquire(1).await.unwrap();
        let mut second = Box::pin(workers.acquire(1));
        assert!((&mut second).now_or_never().is_none());
        assert!(matches!(
            workers.acquire(1).await,
            Err(Error::Overloaded {
                retry_after_secs: 1..
            })
        ));
        drop(first);
        assert!(second.await.is_ok());
        assert!(workers.acquire(1).await.is_ok());
    }

    #[tokio::test]
    async fn memory_is_shared_by_weight_and_a_giant_goes_alone() {
        let workers = limiter(4, 4);
        let small = workers.acquire(6 * MIB).await.unwrap();
        assert!(workers.acquire(5 * MIB).now_or_never().is_none());
        assert!(workers.acquire(4 * MIB).now_or_never().is_some());
        drop(small);
        let giant = workers.acquire(u64::MAX).await;
        assert!(workers.acquire(1).now_or_never().is_none());
        drop(giant);
        assert!(workers.acquire(1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn one_key_is_rendered_by_one_request() {
        let workers = limiter(1, 1);
        let first = workers.lock_render("a").await;
        assert!(workers.lock_render("a").now_or_never().is_none());
        assert!(workers.lock_render("b").now_or_never().is_some());
        drop(first);
        assert!(workers.lock_render("a").now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_background_gets_memory_that_no_request_has() {
        let workers = limiter(1, 1);
        let spare = workers.try_acquire_background(8 * MIB).unwrap();
        // A request that fits beside it does not even wait; one that does not has it give way.
        let small = workers.acquire(2 * MIB).await.unwrap();
        assert!(!workers.is_idle() && workers.try_acquire_background(1).is_none());
        drop(small);
        assert!(workers.is_idle());
        let mut large = Box::pin(workers.acquire(9 * MIB));
        assert!((&mut large).now_or_never().is_none());
        assert!(!workers.is_idle());
        drop(spare);
        drop(large.await.unwrap());
        assert!(workers.try_acquire_background(u64::MAX).is_some());
    }

    #[tokio::test]
    async fn leaving_the_queue_ends_the_active_render() {
        let workers = limiter(1, 1);
        let first = workers.acquire(1).await.unwrap();
        let mut second = Box::pin(workers.acquire(1));
        assert!((&mut second).now_or_never().is_none());
        assert!(workers.acquire(1).await.is_err());
        drop((first, second));
        assert!(workers.is_idle());
    }
}
