//! How the endpoint for editors is set up, and what the program does for it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Job;

/// Where PicGo listens.
pub const DEFAULT_PORT: u16 = 36677;

/// How the door is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditorServerConfig {
    pub port: u16,
    /// Pages and apps that may ask although a browser carries their question, as their `Origin` says. One that ends
    /// with `*` stands for all that begin like it.
    pub origins: Vec<String>,
    /// A picture that is larger is refused.
    pub max_bytes: u64,
    /// How long an editor is kept waiting for a picture that cannot be sent at the moment.
    pub patience: Duration,
}

impl Default for EditorServerConfig {
    fn default() -> EditorServerConfig {
        EditorServerConfig {
            port: DEFAULT_PORT,
            origins: [
                "app://obsidian.md",
                "vscode-file://vscode-app",
                "vscode-webview://*",
            ]
            .map(str::to_owned)
            .to_vec(),
            max_bytes: 50 * 1024 * 1024,
            patience: Duration::from_secs(60),
        }
    }
}

/// What the program does for editors.
pub trait EditorHost: Send + Sync {
    /// The picture on the clipboard, if there is one. It may block.
    fn clipboard_picture(&self) -> Option<Vec<u8>>;
    /// The link of a picture that is there, as it is to be pasted.
    fn link(&self, job: &Job) -> Option<String>;
    /// What editors have to say before they may upload, if the user wants that. It may block.
    fn token(&self) -> Option<String>;
    /// The id of the target that an editor names; `Err` where it names none, or several.
    fn find_target(&self, name: &str) -> Result<String, TargetLookupError>;
}

/// Why a name is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetLookupError {
    Unknown,
    Ambiguous,
}
