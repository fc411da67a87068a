//! How often an animation plays.

/// How often an animation is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayCount {
    Forever,
    /// At least 1.
    Times(u32),
}
