//! State that Tauri manages and passes to commands.

use std::sync::Arc;

pub type Managed<'a, T> = tauri::State<'a, Arc<T>>;
