//! A target as the page shows and edits it.

use serde::{Deserialize, Serialize};
use uploader::{Preparation, Target, targets};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TargetView {
    pub id: String,
    pub name: String,
    #[cfg_attr(test, ts(type = "TargetKind"))]
    kind: &'static str,
    base: String,
    here: bool,
    has_key: bool,
    can_delete: bool,
    prepare: Preparation,
}

impl TargetView {
    pub fn new(target: Target, has_key: bool) -> TargetView {
        TargetView {
            kind: target.kind.name(),
            can_delete: targets::supports_delete(&target.kind),
            id: target.id,
            name: target.name,
            base: target.base,
            here: target.here,
            has_key,
            prepare: target.prepare,
        }
    }
}

/// A target to save.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TargetInput {
    /// None for a new one.
    pub id: Option<String>,
    pub name: String,
    #[cfg_attr(test, ts(type = "TargetKind"))]
    pub kind: String,
    pub base: String,
    pub prepare: Preparation,
}
