//! The desktop around the page: window, tray, notifications, clipboard, shortcuts, shutdown.

pub(crate) mod app_action;
pub(crate) mod autostart;
pub(crate) mod clipboard;
pub(crate) mod close_request;
pub(crate) mod data_dir;
pub(crate) mod diagnostics;
pub(crate) mod file_dialogs;
pub(crate) mod logging;
pub(crate) mod main_window;
pub(crate) mod notifications;
pub(crate) mod page;
pub(crate) mod page_status;
pub(crate) mod shortcuts;
pub(crate) mod shutdown;
pub(crate) mod tray;
mod tray_host;
#[cfg(target_os = "linux")]
mod webkit_process_cleanup;
#[cfg(target_os = "linux")]
mod webview_recovery;
pub(crate) mod window;
