//! The page's commands: each takes ids and enums, calls a feature, and returns a view. `build.rs` names them all, and
//! `capabilities/main.json` grants them.

pub mod closing;
pub mod editors;
pub mod folders;
pub mod jobs;
pub mod links;
pub mod server;
pub mod settings;
pub mod state;
pub mod system;
pub mod targets;
pub mod uploads;
pub mod welcome;
