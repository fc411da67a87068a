//! Files dragged over the window, and the zones that they can be dropped on.

use serde::Serialize;

/// The number of files, and the zone under the pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DragState {
    pub over: bool,
    pub count: usize,
    pub lanes: Vec<DropZone>,
    pub lane: usize,
}

/// A vertical strip of the window. The first one is as wide as all others together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DropZone {
    /// Uploads to the default target.
    Usual { target: String },
    /// Copies only the link of the original, whatever the settings say.
    Original,
    Target {
        #[serde(skip)]
        id: String,
        name: String,
    },
}
