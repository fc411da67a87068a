//! Settings of global shortcuts, as in `Ctrl+Alt+U`.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Shortcuts {
    pub paste: Option<String>,
    pub show: Option<String>,
}
