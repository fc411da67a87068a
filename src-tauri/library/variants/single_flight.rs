//! One maker per thing, however many ask for it at once; the others wait for what comes out.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use imaging::Stop;

use crate::mutex::held;

/// How often a waiter asks whether it should go on waiting.
const PATIENCE: Duration = Duration::from_millis(50);

pub(crate) struct Making<K, V> {
    running: Mutex<HashMap<K, Arc<Slot<V>>>>,
}

struct Slot<V> {
    outcome: Mutex<Outcome<V>>,
    settled: Condvar,
}

enum Outcome<V> {
    Pending,
    /// The maker left without a word: it was stopped, it failed, or it panicked.
    Abandoned,
    Made(V),
}

/// Whose turn it is.
pub(crate) enum Turn<'a, K: Eq + Hash + Clone, V: Clone> {
    /// Ours: make it, and say so through `Maker::made`.
    Mine(Maker<'a, K, V>),
    /// Another made it meanwhile. `None`: it gave up, so ask again.
    Theirs(Option<V>),
    /// We were told to stop waiting.
    Stopped,
}

/// The right to make one thing. Dropped without `made`, one of the waiters gets it.
pub(crate) struct Maker<'a, K: Eq + Hash + Clone, V: Clone> {
    making: &'a Making<K, V>,
    key: K,
    slot: Arc<Slot<V>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Making<K, V> {
    pub(crate) fn new() -> Making<K, V> {
        Making {
            running: Mutex::new(HashMap::new()),
        }
    }

    /// Makes it, or waits for who does.
    pub(crate) fn join(&self, key: &K, stop: &dyn Stop) -> Turn<'_, K, V> {
        match self.claim(key) {
            Ok(maker) => Turn::Mine(maker),
            Err(slot) => slot.wait(stop),
        }
    }

    /// Makes it, unless somebody does: then they need no help.
    pub(crate) fn take(&self, key: &K) -> Option<Maker<'_, K, V>> {
        self.claim(key).ok()
    }

    /// Waits for who makes it. `None` if nobody does.
    pub(crate) fn wait(&self, key: &K, stop: &dyn Stop) -> Option<Turn<'_, K, V>> {
        let slot = held(&self.running).get(key).map(Arc::clone);
        Some(slot?.wait(stop))
    }

    fn claim(&self, key: &K) -> Result<Maker<'_, K, V>, Arc<Slot<V>>> {
        let mut running = held(&self.running);
        if let Some(slot) = running.get(key) {
            return Err(Arc::clone(slot));
        }
        let slot = Arc::new(Slot {
            outcome: Mutex::new(Outcome::Pending),
            settled: Condvar::new(),
        });
        running.insert(key.clone(), Arc::clone(&slot));
        Ok(Maker {
            making: self,
            key: key.clone(),
            slot,
        })
    }
}

impl<V: Clone> Slot<V> {
    fn wait<'a, K: Eq + Hash + Clone>(&self, stop: &dyn Stop) -> Turn<'a, K, V> {
        let mut outcome = held(&self.outcome);
        loop {
            match &*outcome {
                Outcome::Made(value) => return Turn::Theirs(Some(value.clone())),
                Outcome::Abandoned => return Turn::Theirs(None),
                Outcome::Pending if stop.asked() => return Turn::Stopped,
                Outcome::Pending => {}
            }
            let woken = self.settled.wait_timeout(outcome, PATIENCE);
            outcome = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Maker<'_, K, V> {
    pub(crate) fn made(self, value: V) {
        *held(&self.slot.outcome) = Outcome::Made(value);
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Drop for Maker<'_, K, V> {
    fn drop(&mut self) {
        held(&self.making.running).remove(&self.key);
        let mut outcome = held(&self.slot.outcome);
        if matches!(*outcome, Outcome::Pending) {
            *outcome = Outcome::Abandoned;
        }
        self.slot.settled.notify_all();
    }
}
