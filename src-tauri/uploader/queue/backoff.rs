//! When a failure that may pass is tried again. Pure: the failure, how often it has happened, and a number between 0
//! and 1 that keeps a hundred jobs from knocking at the same moment.

use std::time::Duration;

use crate::Failure;

/// The schedule: doubling from `first` up to `longest`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first_delay: Duration,
    pub max_delay: Duration,
    /// How often is asked again, before the user is, where the server has an error of its own at *this* picture. A
    /// target that is away or busy is asked for ever.
    pub max_attempts: u32,
    /// The same for a host that a picture is fetched from. The links of everything that was dropped with the picture
    /// wait for it, so the user soon hears what is wrong.
    pub max_fetch_attempts: u32,
}

impl Default for Backoff {
    /// A server that comes back finds its pictures within a minute and a half.
    fn default() -> Backoff {
        Backoff {
            first_delay: Duration::from_secs(2),
            max_delay: Duration::from_secs(90),
            max_attempts: 8,
            max_fetch_attempts: 2,
        }
    }
}

/// Nobody's wish to be left alone is heeded longer than this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

impl Backoff {
    /// How long to wait before trying again after the `attempt`-th failure in a row (1 is the first); `None` if that
    /// is for the user to decide. `jitter` is in 0..1 and spreads the wait over 75 % to 125 % of the schedule; a wait
    /// that the other side has asked for is only ever made longer.
    pub fn delay(&self, failure: &Failure, attempt: u32, jitter: f64) -> Option<Duration> {
        if !failure.is_transient() {
            return None;
        }
        let max_attempts = match failure {
            Failure::ServerError { .. } => self.max_attempts,
            Failure::WebUnreachable { .. } => self.max_fetch_attempts,
            _ => u32::MAX,
        };
        if attempt > max_attempts {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(20);
        let scheduled = self
            .first_delay
            .saturating_mul(1 << doublings)
            .min(self.max_delay);
        Some(match failure.retry_after() {
            Some(requested) => {
                requested.min(MAX_RETRY_AFTER).max(self.first_delay)
                    + self.first_delay.mul_f64(jitter)
            }
            None => scheduled.mul_f64(0.75 + jitter / 2.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff {
        first_delay: Duration::from_secs(2),
        max_delay: Duration::from_secs(90),
        max_attempts: 8,
        max_fetch_attempts: 2,
    };

    fn seconds(failure: &Failure, attempt: u32, jitter: f64) -> Option<f64> {
        BACKOFF
            .delay(failure, attempt, jitter)
            .map(|delay| delay.as_secs_f64())
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let away = Failure::Unreachable {
            address: "h".into(),
        };
        let waits: Vec<_> = (1..=8)
            .map(|attempt| seconds(&away, attempt, 0.5).unwrap())
            .collect();
        assert_eq!(waits, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 90.0, 90.0]);
        assert_eq!(seconds(&away, u32::MAX, 0.5), Some(90.0));
    }

    #[test]
    fn jitter_spreads_them_by_a_quarter_each_way() {
        let away = Failure::Unreachable {
            address: "h".into(),
        };
        assert_eq!(seconds(&away, 1, 0.0), Some(1.5));
        assert!(seconds(&away, 1, 0.999).unwrap() < 2.5);
    }

    #[test]
    fn a_retry_after_is_respected_up_to_a_limit() {
        let busy = |after_seconds| Failure::Busy { after_seconds };
        assert_eq!(seconds(&busy(Some(30)), 1, 0.0), Some(30.0));
        assert_eq!(seconds(&busy(Some(30)), 1, 0.5), Some(31.0));
        assert_eq!(seconds(&busy(Some(0)), 1, 0.0), Some(2.0));
        assert_eq!(seconds(&busy(Some(1_000_000)), 1, 0.0), Some(3600.0));
        assert_eq!(seconds(&busy(None), 2, 0.5), Some(4.0));
    }

    #[test]
    fn server_errors_are_retried_a_limited_number_of_times() {
        let error = Failure::ServerError { status: 500 };
        assert!(seconds(&error, 8, 0.5).is_some());
        assert_eq!(seconds(&error, 9, 0.5), None);
    }

    #[test]
    fn an_unreachable_web_host_is_retried_only_twice() {
        let away = Failure::WebUnreachable {
            host: "example.com".into(),
        };
        assert_eq!(seconds(&away, 2, 0.5), Some(4.0));
        assert_eq!(seconds(&away, 3, 0.5), None);
    }

    #[test]
    fn permanent_failures_are_never_retried() {
        for failure in [
            Failure::Unauthorised,
            Failure::TooLarge { megabytes: 60 },
            Failure::NotAPicture,
        ] {
            assert_eq!(seconds(&failure, 1, 0.5), None);
        }
    }
}
