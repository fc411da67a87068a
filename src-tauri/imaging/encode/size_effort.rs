//! How much detail a resized animation gives up so that it is not larger than its original.

/// How much is given up for fewer bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SizeEffort {
    None,
    Low,
    High,
    /// In a GIF pixels are even picked instead of mixed: of a drawing in few colours every mix is a colour more.
    Max,
}

impl SizeEffort {
    pub(crate) const LEVELS: [SizeEffort; 4] = [
        SizeEffort::None,
        SizeEffort::Low,
        SizeEffort::High,
        SizeEffort::Max,
    ];
}
