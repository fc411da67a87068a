//! When a failure that may pass is tried again. Pure: the failure, how often it has happened, and a number between 0
//! and 1 that keeps a hundred jobs from knocking at the same moment.

use std::time::Duration;

use crate::Failure;

/// The schedule: doubling from `first` up to `longest`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
    /// How often is asked again, before the user is, where the server has an error of its own at *this* picture. A
    /// target that is away or busy is asked for ever.
    pub asks: u32,
    /// The same for a host that a picture is fetched from. The links of everything that was dropped with the picture
    /// wait for it, so the user soon hears what is wrong.
    pub fetches: u32,
}

impl Default for Backoff {
    /// A server that comes back finds its pictures within a minute and a half.
    fn default() -> Backoff {
        Backoff {
            first: Duration::from_secs(2),
            longest: Duration::from_secs(90),
            asks: 8,
            fetches: 2,
        }
    }
}

/// Nobody's wish to be left alone is heeded longer than this.
const LONGEST_WISH: Duration = Duration::from_secs(3600);

impl Backoff {
    /// How long to wait before trying again after the `attempt`-th failure in a row (1 is the first); `None` if that
    /// is for the user to decide. `jitter` is in 0..1 and spreads the wait over 75 % to 125 % of the schedule; a wait
    /// that the other side has asked for is only ever made longer.
    pub fn delay(&self, failure: &Failure, attempt: u32, jitter: f64) -> Option<Duration> {
        if !failure.may_pass() {
            return None;
        }
        let asks = match failure {
            Failure::ServerError { .. } => self.asks,
            Failure::WebUnreachable { .. } => self.fetches,
            _ => u32::MAX,
        };
        if attempt > asks {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(20);
        let scheduled = self.first.saturating_mul(1 << doublings).min(self.longest);
        Some(match failure.retry_after() {
            Some(wish) => wish.min(LONGEST_WISH).max(self.first) + self.first.mul_f64(jitter),
            None => scheduled.mul_f64(0.75 + jitter / 2.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(2),
        longest: Duration::from_secs(90),
        asks: 8,
        fetches: 2,
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
    fn a_wish_to_be_left_alone_is_heeded_within_reason() {
        let busy = |after_seconds| Failure::Busy { after_seconds };
        assert_eq!(seconds(&busy(Some(30)), 1, 0.0), Some(30.0));
        assert_eq!(seconds(&busy(Some(30)), 1, 0.5), Some(31.0));
        assert_eq!(seconds(&busy(Some(0)), 1, 0.0), Some(2.0));
        assert_eq!(seconds(&busy(Some(1_000_000)), 1, 0.0), Some(3600.0));
        assert_eq!(seconds(&busy(None), 2, 0.5), Some(4.0));
    }

    #[test]
    fn a_server_that_fails_at_the_picture_is_not_asked_for_ever() {
        let error = Failure::ServerError { status: 500 };
        assert!(seconds(&error, 8, 0.5).is_some());
        assert_eq!(seconds(&error, 9, 0.5), None);
    }

    #[test]
    fn a_host_that_cannot_be_reached_soon_waits_for_the_user() {
        let away = Failure::WebUnreachable {
            host: "example.com".into(),
        };
        assert_eq!(seconds(&away, 2, 0.5), Some(4.0));
        assert_eq!(seconds(&away, 3, 0.5), None);
    }

    #[test]
    fn what_cannot_pass_waits_for_the_user() {
        for failure in [
            Failure::Unauthorised,
            Failure::TooLarge { megabytes: 60 },
            Failure::NotAPicture,
        ] {
            assert_eq!(seconds(&failure, 1, 0.5), None);
        }
    }
}
