//! Settings of global shortcuts, as in `Ctrl+Alt+U`.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shortcuts {
    pub paste: Option<String>,
    pub show: Option<String>,
}
