//! What the page reports about itself: its route, and whether it has been painted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// No route of ours is longer.
const MAX_ROUTE_LENGTH: usize = 2048;

pub struct PageStatus {
    /// The end of the page's URL, from `#` on. A new window starts there.
    route: Mutex<String>,
    is_shown: AtomicBool,
}

impl PageStatus {
    pub fn new(route: &str) -> PageStatus {
        PageStatus {
            route: Mutex::new(route.to_owned()),
            is_shown: AtomicBool::new(false),
        }
    }

    pub fn route(&self) -> String {
        let route = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        route.clone()
    }

    /// Ignores what is not a route.
    pub fn set_route(&self, route: String) {
        if route.starts_with('#') && route.len() <= MAX_ROUTE_LENGTH {
            *self.route.lock().unwrap_or_else(PoisonError::into_inner) = route;
        }
    }

    /// Whether the page has been painted.
    pub fn is_shown(&self) -> bool {
        self.is_shown.load(Ordering::Relaxed)
    }

    /// Returns the previous value.
    pub fn set_shown(&self, is_shown: bool) -> bool {
        self.is_shown.swap(is_shown, Ordering::Relaxed)
    }
}
