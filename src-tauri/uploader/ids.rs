//! Random numbers, which tests replace.

use uuid::Uuid;

/// Draws what has to be unlike anything else.
pub trait Ids: Send + Sync {
    /// A new idempotency key, at most 128 characters: whoever sends the same one again means the same upload.
    fn idempotency_key(&self) -> String;
    /// From 0 up to, but not including, 1; spreads out what would otherwise happen at the same moment.
    fn jitter(&self) -> f64;
}

/// From the system's random numbers.
pub struct RandomIds;

impl Ids for RandomIds {
    fn idempotency_key(&self) -> String {
        Uuid::new_v4().to_string()
    }

    fn jitter(&self) -> f64 {
        let (high, _) = Uuid::new_v4().as_u64_pair();
        // The first 32 bits of a version 4 UUID are all random.
        (high >> 32) as f64 / 4_294_967_296.0
    }
}

/// What divides the parts of a request's body: unguessable, so that no picture can contain it on purpose.
pub(crate) fn random_boundary() -> String {
    format!("vitrine-{}", Uuid::new_v4().simple())
}
