//! Addresses that gave no picture a short while ago, and why: whoever asks again hears the same, and the other side
//! hears nothing. Kept in memory, in a table that cannot grow without bound; a restart forgets.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use safe_fetch::Error;
use tokio::time::Instant;
use url::Url;

const TTL: Duration = Duration::from_secs(10 * 60);
/// Failures remembered at one time: 8 MiB of addresses at the very most.
const MAX_ENTRIES: usize = 1024;

/// The oldest first.
#[derive(Default)]
pub struct NegativeCache(Mutex<VecDeque<CachedFailure>>);

struct CachedFailure {
    url: Url,
    error: Error,
    failed_at: Instant,
}

impl NegativeCache {
    /// Fails as the last fetch of this address did, if it was of late and this one could not do better.
    pub fn check_url(&self, url: &Url, most: u64) -> Result<(), Error> {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        evict_expired(&mut failed);
        let answers = |failure: &&CachedFailure| failure.url == *url && failure.applies_to(most);
        match failed.iter().rev().find(answers) {
            Some(failure) => Err(failure.error.clone()),
            None => Ok(()),
        }
    }

    pub fn insert(&self, url: &Url, error: &Error) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        evict_expired(&mut failed);
        if failed.len() == MAX_ENTRIES {
            failed.pop_front();
        }
        failed.push_back(CachedFailure {
            url: url.clone(),
            error: error.clone(),
            failed_at: Instant::now(),
        });
    }
}

impl CachedFailure {
    /// What was too large for one door may not be for another.
    fn applies_to(&self, most: u64) -> bool {
        !matches!(&self.error, Error::TooLarge { most: then, .. } if *then < most)
    }
}

fn evict_expired(failed: &mut VecDeque<CachedFailure>) {
    while failed
        .front()
        .is_some_and(|oldest| oldest.failed_at.elapsed() >= TTL)
    {
        failed.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn not_found() -> Error {
        Error::UnexpectedStatus {
            host: "a.example".into(),
            status: 404,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_remembered_for_ten_minutes() {
        let (failed, address) = (NegativeCache::default(), url("http://a.example/1"));
        failed.insert(&address, &not_found());
        tokio::time::advance(TTL - Duration::from_millis(1)).await;
        assert_eq!(failed.check_url(&address, 1), Err(not_found()));
        assert_eq!(failed.check_url(&url("http://a.example/2"), 1), Ok(()));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(failed.check_url(&address, 1), Ok(()));
        assert!(failed.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_was_too_large_for_one_may_not_be_for_another() {
        let (failed, address) = (NegativeCache::default(), url("http://a.example/1"));
        let too_large = |most| Error::TooLarge {
            host: "a.example".into(),
            most,
        };
        failed.insert(&address, &too_large(10));
        assert_eq!(failed.check_url(&address, 10), Err(too_large(10)));
        assert_eq!(failed.check_url(&address, 5), Err(too_large(10)));
        assert_eq!(failed.check_url(&address, 11), Ok(()));
        failed.insert(&address, &too_large(20));
        assert_eq!(failed.check_url(&address, 11), Err(too_large(20)));
    }

    #[tokio::test]
    async fn a_flood_of_addresses_does_not_grow_the_table() {
        let failed = NegativeCache::default();
        for number in 0..=MAX_ENTRIES {
            failed.insert(&url(&format!("http://a.example/{number}")), &not_found());
        }
        assert_eq!(failed.0.lock().unwrap().len(), MAX_ENTRIES);
        assert_eq!(failed.check_url(&url("http://a.example/0"), 1), Ok(()));
        assert!(failed.check_url(&url("http://a.example/1"), 1).is_err());
    }
}
