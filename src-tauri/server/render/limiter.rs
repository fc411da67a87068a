//! Back-pressure for renderings that a request waits for: a bounded queue in front of a few
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

pub struct Workers {
    /// Those at work and those waiting.
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    memory_mib: u32,
    makers: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    rush: Arc<Rush>,
}

/// How many requests render, or wait to.
#[derive(Default)]
struct Rush {
    requests: AtomicUsize,
    /// Who waits for there to be none.
    background: OnceLock<Thread>,
}

/// One of those requests, until dropped.
struct Pressing(Arc<Rush>);

/// The right to render one picture, until dropped. It goes along to the thread that renders: a
/// client that leaves frees nothing before that thread has stopped.
pub struct Permit {
    _admitted: OwnedSemaphorePermit,
    _working: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
    /// Goes last: once it is quiet, the rest is free.
    _pressing: Pressing,
}

/// The background's share of the memory, until dropped.
pub struct Spare {
    _memory: OwnedSemaphorePermit,
}

impl Workers {
    pub fn new(config: &Config) -> Workers {
        let memory_mib = u32::try_from((config.render_memory_bytes / MIB).max(1))
            .unwrap_or(u32::MAX)
            .min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        Workers {
            admitted: Arc::new(Semaphore::new(config.workers + config.queue)),
            working: Arc::new(Semaphore::new(config.workers)),
            memory: Arc::new(Semaphore::new(memory_mib as usize)),
            memory_mib,
            makers: Mutex::default(),
            rush: Arc::default(),
        }
    }

    /// Waits for a turn to hold `bytes` of decoded picture; one that needs more than the whole
    /// budget takes all of it.
    ///
    /// # Errors
    /// [`Error::Busy`] at once, if as many as may wait are waiting.
    pub async fn permit(&self, bytes: u64) -> Result<Permit> {
        let share = self.share(bytes);
        let (admitted, working, memory) = (
            self.admitted.clone(),
            self.working.clone(),
            self.memory.clone(),
        );
        let admitted = admitted.try_acquire_owned().map_err(|_| Error::busy())?;
        let pressing = Pressing::new(&self.rush);
        Ok(Permit {
            _admitted: admitted,
            _working: working.acquire_owned().await.map_err(Error::internal)?,
            _memory: memory
                .acquire_many_owned(share)
                .await
                .map_err(Error::internal)?,
            _pressing: pressing,
        })
    }

    /// Whether no request renders or waits to.
    pub fn quiet(&self) -> bool {
        self.rush.requests.load(Ordering::SeqCst) == 0
    }

    /// Names the thread that is unparked each time it has become quiet.
    pub fn wake_when_quiet(&self, background: Thread) {
        // There is one background to a server, so a second never comes.
        let _ = self.rush.background.set(background);
    }

    /// The background's share, if that is free just now.
    pub fn spare(&self, bytes: u64) -> Option<Spare> {
        let share = self.share(bytes);
        let memory = self.memory.clone().try_acquire_many_owned(share).ok()?;
        Some(Spare { _memory: memory })
    }

    fn share(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(MIB))
            .unwrap_or(u32::MAX)
            .clamp(1, self.memory_mib)
    }

    /// Waits until nobody else makes what `key` names.
    pub async fn only_maker(&self, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut makers = self.makers.lock().unwrap_or_else(PoisonError::into_inner);
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

impl Pressing {
    fn new(rush: &Arc<Rush>) -> Pressing {
        rush.requests.fetch_add(1, Ordering::SeqCst);
        Pressing(rush.clone())
    }
}

impl Drop for Pressing {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Ordering::SeqCst) == 1
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

    fn workers(workers: usize, queue: usize) -> Workers {
        Workers::new(&Config {
            workers,
            queue,
            render_memory_bytes: 10 * MIB,
            ..Config::default()
        })
    }

    #[tokio::test]
    async fn beyond_the_queue_it_is_busy_at_once() {
        let workers = workers(1, 1);
        let first = workers.permit(1).await.unwrap();
        let mut second = Box::pin(workers.permit(1));
        assert!((&mut second).now_or_never().is_none());
        assert!(matches!(
            workers.permit(1).await,
            Err(Error::Busy { after: 1.. })
        ));
        drop(first);
        assert!(second.await.is_ok());
        assert!(workers.permit(1).await.is_ok());
    }

    #[tokio::test]
    async fn memory_is_shared_by_weight_and_a_giant_goes_alone() {
        let workers = workers(4, 4);
        let small = workers.permit(6 * MIB).await.unwrap();
        assert!(workers.permit(5 * MIB).now_or_never().is_none());
        assert!(workers.permit(4 * MIB).now_or_never().is_some());
        drop(small);
        let giant = workers.permit(u64::MAX).await;
        assert!(workers.permit(1).now_or_never().is_none());
        drop(giant);
        assert!(workers.permit(1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn one_key_has_one_maker() {
        let workers = workers(1, 1);
        let first = workers.only_maker("a").await;
        assert!(workers.only_maker("a").now_or_never().is_none());
        assert!(workers.only_maker("b").now_or_never().is_some());
        drop(first);
        assert!(workers.only_maker("a").now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_background_gets_memory_that_no_request_has() {
        let workers = workers(1, 1);
        let spare = workers.spare(8 * MIB).unwrap();
        // A request that fits beside it does not even wait; one that does not has it give way.
        let small = workers.permit(2 * MIB).await.unwrap();
        assert!(!workers.quiet() && workers.spare(1).is_none());
        drop(small);
        assert!(workers.quiet());
        let mut large = Box::pin(workers.permit(9 * MIB));
        assert!((&mut large).now_or_never().is_none());
        assert!(!workers.quiet());
        drop(spare);
        drop(large.await.unwrap());
        assert!(workers.spare(u64::MAX).is_some());
    }

    #[tokio::test]
    async fn who_leaves_the_queue_presses_no_more() {
        let workers = workers(1, 1);
        let first = workers.permit(1).await.unwrap();
        let mut second = Box::pin(workers.permit(1));
        assert!((&mut second).now_or_never().is_none());
        assert!(workers.permit(1).await.is_err());
        drop((first, second));
        assert!(workers.quiet());
    }
}
