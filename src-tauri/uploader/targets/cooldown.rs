//! A target that is away, or asks to be left alone, is left alone by all jobs: each of five hundred pictures finding
//! out for itself would be a storm.

use std::time::Duration;

use tokio::time::Instant;

use crate::Failure;

#[derive(Debug, Default)]
pub(crate) struct Rest {
    until: Option<Instant>,
    /// Rests in a row, without a picture getting through between them.
    rests: u32,
}

impl Rest {
    /// Whether a failure is about the target and not about the one picture.
    pub fn is_for(failure: &Failure) -> bool {
        matches!(
            failure,
            Failure::Unreachable { .. } | Failure::RateLimited { .. } | Failure::Busy { .. }
        )
    }

    /// Which rest in a row a failure at this moment stands for. Pictures that were sent side by side fail side by
    /// side, and that counts once.
    pub fn count(&self) -> u32 {
        if self.until().is_some() {
            self.rests
        } else {
            self.rests + 1
        }
    }

    pub fn begin(&mut self, delay: Duration) {
        self.rests = self.count();
        self.until = self.until.max(Some(Instant::now() + delay));
    }

    /// It is back, or somebody says so. True if there was a rest since it last was.
    pub fn end(&mut self) -> bool {
        let was = self.rests > 0;
        *self = Rest::default();
        was
    }

    /// When it may be asked again; `None` if that is now.
    pub fn until(&self) -> Option<Instant> {
        self.until.filter(|until| *until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn failures_side_by_side_count_as_one_rest() {
        let mut rest = Rest::default();
        for _ in 0..3 {
            assert_eq!(rest.count(), 1);
            rest.begin(Duration::from_secs(2));
        }
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(rest.until(), None);
        assert_eq!(rest.count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_picture_that_gets_through_ends_it() {
        let mut rest = Rest::default();
        assert!(!rest.end());
        rest.begin(Duration::from_secs(60));
        assert!(rest.until().is_some());
        assert!(rest.end());
        assert_eq!((rest.until(), rest.count()), (None, 1));
    }
}
