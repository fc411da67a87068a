//! One maker per thing, however many ask for it at once; the others wait for what comes out.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use imaging::CancelToken;

use crate::mutex::lock;

/// How often a waiter asks whether it should go on waiting.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

pub(crate) struct SingleFlight<K, V> {
    in_flight: Mutex<HashMap<K, Arc<Slot<V>>>>,
}

struct Slot<V> {
    outcome: Mutex<Outcome<V>>,
    finished: Condvar,
}

enum Outcome<V> {
    Pending,
    /// The maker left without a word: it was stopped, it failed, or it panicked.
    Abandoned,
    Published(V),
}

/// Whose turn it is.
pub(crate) enum Claim<'a, K: Eq + Hash + Clone, V: Clone> {
    /// Ours: make it, and say so through `Maker::made`.
    Lead(Leader<'a, K, V>),
    /// Another made it meanwhile. `None`: it gave up, so ask again.
    Shared(Option<V>),
    /// We were told to stop waiting.
    Cancelled,
}

/// The right to make one thing. Dropped without `made`, one of the waiters gets it.
pub(crate) struct Leader<'a, K: Eq + Hash + Clone, V: Clone> {
    flights: &'a SingleFlight<K, V>,
    key: K,
    slot: Arc<Slot<V>>,
}

impl<K: Eq + Hash + Clone, V: Clone> SingleFlight<K, V> {
    pub(crate) fn new() -> SingleFlight<K, V> {
        SingleFlight {
            in_flight: Mutex::new(HashMap::new()),
        }
    }

    /// Makes it, or waits for who does.
    pub(crate) fn join(&self, key: &K, stop: &dyn CancelToken) -> Claim<'_, K, V> {
        match self.claim(key) {
            Ok(maker) => Claim::Lead(maker),
            Err(slot) => slot.wait(stop),
        }
    }

    /// Makes it, unless somebody does: then they need no help.
    pub(crate) fn try_lead(&self, key: &K) -> Option<Leader<'_, K, V>> {
        self.claim(key).ok()
    }

    /// Waits for the leader's result. `None` if there is no leader.
    pub(crate) fn wait_for(&self, key: &K, stop: &dyn CancelToken) -> Option<Claim<'_, K, V>> {
        let slot = lock(&self.in_flight).get(key).map(Arc::clone);
        Some(slot?.wait(stop))
    }

    fn claim(&self, key: &K) -> Result<Leader<'_, K, V>, Arc<Slot<V>>> {
        let mut running = lock(&self.in_flight);
        if let Some(slot) = running.get(key) {
            return Err(Arc::clone(slot));
        }
        let slot = Arc::new(Slot {
            outcome: Mutex::new(Outcome::Pending),
            finished: Condvar::new(),
        });
        running.insert(key.clone(), Arc::clone(&slot));
        Ok(Leader {
            flights: self,
            key: key.clone(),
            slot,
        })
    }
}

impl<V: Clone> Slot<V> {
    fn wait<'a, K: Eq + Hash + Clone>(&self, stop: &dyn CancelToken) -> Claim<'a, K, V> {
        let mut outcome = lock(&self.outcome);
        loop {
            match &*outcome {
                Outcome::Published(value) => return Claim::Shared(Some(value.clone())),
                Outcome::Abandoned => return Claim::Shared(None),
                Outcome::Pending if stop.is_cancelled() => return Claim::Cancelled,
                Outcome::Pending => {}
            }
            let woken = self.finished.wait_timeout(outcome, POLL_INTERVAL);
            outcome = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Leader<'_, K, V> {
    pub(crate) fn publish(self, value: V) {
        *lock(&self.slot.outcome) = Outcome::Published(value);
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Drop for Leader<'_, K, V> {
    fn drop(&mut self) {
        lock(&self.flights.in_flight).remove(&self.key);
        let mut outcome = lock(&self.slot.outcome);
        if matches!(*outcome, Outcome::Pending) {
            *outcome = Outcome::Abandoned;
        }
        self.slot.finished.notify_all();
    }
}
