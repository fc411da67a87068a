//! A target that is away, or asks to be left alone, is left alone by all jobs: each of five hundred pictures finding
//! out for itself would be a storm.

use std::time::Duration;

use tokio::time::Instant;

use crate::Failure;

#[derive(Debug, Default)]
pub(crate) struct Cooldown {
    ends_at: Option<Instant>,
    /// Rests in a row, without a picture getting through between them.
    attempts: u32,
}

impl Cooldown {
    /// Whether a failure is about the target and not about the one picture.
    pub fn applies_to(failure: &Failure) -> bool {
        matches!(
            failure,
            Failure::Unreachable { .. } | Failure::RateLimited { .. } | Failure::Busy { .. }
        )
    }

    /// Which rest in a row a failure at this moment stands for. Pictures that were sent side by side fail side by
    /// side, and that counts once.
    pub fn attempt_number(&self) -> u32 {
        if self.active_until().is_some() {
            self.attempts
        } else {
            self.attempts + 1
        }
    }

    pub fn start(&mut self, delay: Duration) {
        self.attempts = self.attempt_number();
        self.ends_at = self.ends_at.max(Some(Instant::now() + delay));
    }

    /// It is back, or somebody says so. True if there was a rest since it last was.
    pub fn reset(&mut self) -> bool {
        let was_active = self.attempts > 0;
        *self = Cooldown::default();
        was_active
    }

    /// When it may be asked again; `None` if that is now.
    pub fn active_until(&self) -> Option<Instant> {
        self.ends_at.filter(|until| *until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn parallel_failures_count_as_one_cooldown() {
        let mut rest = Cooldown::default();
        for _ in 0..3 {
            assert_eq!(rest.attempt_number(), 1);
            rest.start(Duration::from_secs(2));
        }
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(rest.active_until(), None);
        assert_eq!(rest.attempt_number(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_successful_upload_ends_the_cooldown() {
        let mut rest = Cooldown::default();
        assert!(!rest.reset());
        rest.start(Duration::from_secs(60));
        assert!(rest.active_until().is_some());
        assert!(rest.reset());
        assert_eq!((rest.active_until(), rest.attempt_number()), (None, 1));
    }
}
