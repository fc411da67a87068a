//! Rate limiter: how often one client may do something per minute. Kept in memory, in a table that cannot grow
//! without bound; a restart forgives.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

const MINUTE: Duration = Duration::from_secs(60);
/// Addresses remembered at one time.
const MAX_CLIENTS: usize = 10_000;

pub struct RateLimit {
    per_minute: u32,
    windows: Mutex<HashMap<IpAddr, Window>>,
}

struct Window {
    started_at: Instant,
    count: u32,
}

impl RateLimit {
    /// 0 is no limit.
    pub fn per_minute(per_minute: u32) -> RateLimit {
        RateLimit {
            per_minute,
            windows: Mutex::default(),
        }
    }

    /// Takes one of the client's share of this minute.
    ///
    /// # Errors
    /// [`Error::RateLimited`] with the seconds until the next minute begins for this client.
    pub fn consume(&self, client: IpAddr) -> Result<()> {
        self.consume_at(client, Instant::now())
    }

    /// Gives one back that was taken before it was known whether it counts.
    pub fn refund(&self, client: IpAddr) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(&client_key(client)) {
            window.count = window.count.saturating_sub(1);
        }
    }

    fn consume_at(&self, client: IpAddr, now: Instant) -> Result<()> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let client = client_key(client);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_CLIENTS && !windows.contains_key(&client) {
            evict_windows(&mut windows, now);
        }
        let window = windows.entry(client).or_insert(Window {
            started_at: now,
            count: 0,
        });
        if now.duration_since(window.started_at) >= MINUTE {
            *window = Window {
                started_at: now,
                count: 0,
            };
        }
        if window.count < self.per_minute {
            window.count += 1;
            return Ok(());
        }
        let left = MINUTE.saturating_sub(now.duration_since(window.started_at));
        Err(Error::RateLimited {
            retry_after_secs: left.as_secs() + 1,
        })
    }
}

/// Forgets those whose minute is over, and if nearly nobody's is, the half whose minute began first:
/// one by one would cost a flood's every request a look at the whole table.
fn evict_windows(windows: &mut HashMap<IpAddr, Window>, now: Instant) {
    windows.retain(|_, window| now.duration_since(window.started_at) < MINUTE);
    if windows.len() > MAX_CLIENTS / 2 {
        let mut begun: Vec<Instant> = windows.values().map(|window| window.started_at).collect();
        let middle = begun.len() / 2;
        let (_, middle, _) = begun.select_nth_unstable(middle);
        windows.retain(|_, window| window.started_at > *middle);
    }
}

/// One client: an IPv4 address, or the /64 that a household is given in IPv6.
fn client_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn beyond_the_limit_the_client_waits_for_the_end_of_its_minute() {
        let limit = RateLimit::per_minute(2);
        let now = Instant::now();
        assert!(limit.consume_at(ip("192.0.2.1"), now).is_ok());
        assert!(limit.consume_at(ip("192.0.2.1"), now).is_ok());
        let late = now + Duration::from_secs(50);
        assert!(matches!(
            limit.consume_at(ip("192.0.2.1"), late),
            Err(Error::RateLimited {
                retry_after_secs: 11
            })
        ));
        assert!(limit.consume_at(ip("192.0.2.2"), late).is_ok());
        assert!(limit.consume_at(ip("192.0.2.1"), now + MINUTE).is_ok());
    }

    #[test]
    fn addresses_in_one_ipv6_subnet_are_one_client() {
        let limit = RateLimit::per_minute(1);
        let now = Instant::now();
        assert!(limit.consume_at(ip("2001:db8::1"), now).is_ok());
        assert!(limit.consume_at(ip("2001:db8::2"), now).is_err());
        assert!(limit.consume_at(ip("2001:db8:0:1::1"), now).is_ok());
        assert!(limit.consume_at(ip("192.0.2.1"), now).is_ok());
        assert!(limit.consume_at(ip("::ffff:192.0.2.1"), now).is_err());
    }

    #[test]
    fn refunded_requests_can_be_made_again() {
        let limit = RateLimit::per_minute(1);
        for _ in 0..3 {
            assert!(limit.consume(ip("192.0.2.1")).is_ok());
            limit.refund(ip("192.0.2.1"));
        }
        limit.refund(ip("192.0.2.1"));
        assert!(limit.consume(ip("192.0.2.1")).is_ok());
        assert!(limit.consume(ip("192.0.2.1")).is_err());
        limit.refund(ip("192.0.2.9"));
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = RateLimit::per_minute(0);
        assert!((0..10_000).all(|_| limit.consume(ip("192.0.2.1")).is_ok()));
    }

    #[test]
    fn a_flood_of_addresses_does_not_grow_the_table() {
        let limit = RateLimit::per_minute(1);
        let now = Instant::now();
        for number in 0..2 * MAX_CLIENTS as u32 {
            let moment = now + Duration::from_micros(number.into());
            assert!(
                limit
                    .consume_at(IpAddr::from(number.to_be_bytes()), moment)
                    .is_ok()
            );
        }
        assert!(limit.windows.lock().unwrap().len() <= MAX_CLIENTS);
    }
}
