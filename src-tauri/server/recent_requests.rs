//! The last requests, for administrators who want to see what happens; in memory only, and without secrets: the
//! route that matched, never the path or the query.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};

const MAX_REQUESTS: usize = 500;

#[derive(Default)]
pub struct RecentRequests(Mutex<VecDeque<RequestRecord>>);

#[derive(Clone, Debug)]
pub struct RequestRecord {
    pub answered_at: jiff::Timestamp,
    pub method: Method,
    /// `None`: nothing is there.
    pub route: Option<String>,
    pub status: StatusCode,
    pub duration_ms: u64,
    pub client: IpAddr,
}

impl RecentRequests {
    pub fn record(&self, answered: RequestRecord) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == MAX_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(answered);
    }

    /// The newest first.
    pub fn list(&self) -> Vec<RequestRecord> {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_requests_are_remembered_the_newest_first() {
        let recent = RecentRequests::default();
        for ms in 0..MAX_REQUESTS as u64 + 3 {
            recent.record(RequestRecord {
                answered_at: jiff::Timestamp::UNIX_EPOCH,
                method: Method::GET,
                route: None,
                status: StatusCode::OK,
                duration_ms: ms,
                client: IpAddr::from([127, 0, 0, 1]),
            });
        }
        let list = recent.list();
        assert_eq!(list.len(), MAX_REQUESTS);
        assert_eq!(
            (list[0].duration_ms, list[MAX_REQUESTS - 1].duration_ms),
            (502, 3)
        );
    }
}
