//! Container info: what a file's headers say of the picture, without decoding it.

use crate::{Error, Limits, Orientation};

/// What is known of a file without decoding it. Width and height are as stored, not as displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContainerInfo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    /// 1 for a still picture.
    pub(crate) frame_count: u32,
    /// Pixels of the largest frame, where one may be larger than the picture.
    pub(crate) largest_frame_pixels: u64,
    pub(crate) is_complete: bool,
    /// Where `complete` is false: all is there but the end mark, as far as the headers show.
    pub(crate) lacks_only_end_marker: bool,
}

impl ContainerInfo {
    /// A still, upright picture of a size that the limits allow.
    pub(super) fn new_still(
        width: u32,
        height: u32,
        complete: bool,
        limits: &Limits,
    ) -> Result<ContainerInfo, Error> {
        limits.check_size(width, height)?;
        Ok(ContainerInfo {
            width,
            height,
            orientation: Orientation::Upright,
            frame_count: 1,
            largest_frame_pixels: 0,
            is_complete: complete,
            lacks_only_end_marker: false,
        })
    }

    /// Whether every frame may be rendered, or only the first.
    pub(crate) fn allows_animation(&self, limits: &Limits) -> bool {
        let area = u64::from(self.width) * u64::from(self.height);
        let pixels = u64::from(self.frame_count) * area.max(self.largest_frame_pixels);
        self.frame_count <= limits.max_frames && pixels <= limits.max_animation_pixels
    }
}
