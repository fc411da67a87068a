//! The last requests, for administrators who want to see what happens; in memory only, and without secrets: the
//! route that matched, never the path or the query.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};

const MOST: usize = 500;

#[derive(Default)]
pub struct Recent(Mutex<VecDeque<Answered>>);

#[derive(Clone, Debug)]
pub struct Answered {
    pub at: jiff::Timestamp,
    pub method: Method,
    /// `None`: nothing is there.
    pub route: Option<String>,
    pub status: StatusCode,
    pub ms: u64,
    pub client: IpAddr,
}

impl Recent {
    pub fn note(&self, answered: Answered) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == MOST {
            requests.pop_front();
        }
        requests.push_back(answered);
    }

    /// The newest first.
    pub fn list(&self) -> Vec<Answered> {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_requests_are_remembered_the_newest_first() {
        let recent = Recent::default();
        for ms in 0..MOST as u64 + 3 {
            recent.note(Answered {
                at: jiff::Timestamp::UNIX_EPOCH,
                method: Method::GET,
                route: None,
                status: StatusCode::OK,
                ms,
                client: IpAddr::from([127, 0, 0, 1]),
            });
        }
        let list = recent.list();
        assert_eq!(list.len(), MOST);
        assert_eq!((list[0].ms, list[MOST - 1].ms), (502, 3));
    }
}
