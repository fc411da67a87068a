//! Ends WebKit's network process after the last window was closed: it uses 30 MB, and the page needs no network. WebKit
//! has no call for that, and starts another one with the next window.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tauri::AppHandle;

use crate::shell::main_window;

/// The name as the kernel truncates it.
const PROCESS_NAME: &str = "WebKitNetworkPr";
/// A page that is still closing would start another one.
const END_DELAY: Duration = Duration::from_secs(2);

/// Ends it later, unless there is a window again by then.
pub fn end_network_process_later(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(END_DELAY).await;
        // Windows are created on the main thread, so none is being created at that moment.
        let scheduled = app.clone().run_on_main_thread(move || {
            if main_window::find(&app).is_none() {
                end_network_process();
            }
        });
        if let Err(error) = scheduled {
            tracing::debug!(%error, "could not run on the main thread");
        }
    });
}

fn end_network_process() {
    for child in child_processes().filter(|child| child.name == PROCESS_NAME) {
        if let Err(error) = kill_process(child.pid, Signal::TERM) {
            tracing::warn!(%error, "could not end WebKit's network process");
        }
    }
}

struct ChildProcess {
    pid: Pid,
    name: String,
}

/// The running child processes of this one.
fn child_processes() -> impl Iterator<Item = ChildProcess> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let field = |key: &str| {
            let mut lines = status.lines();
            lines.find_map(|line| line.strip_prefix(key).map(str::trim))
        };
        let is_child = field("PPid:")? == std::process::id().to_string();
        let name = field("Name:")?.to_owned();
        Some(ChildProcess {
            pid: is_child.then(|| Pid::from_raw(pid)).flatten()?,
            name,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_started_process_is_found_by_its_name() -> std::io::Result<()> {
        let mut sleeping = std::process::Command::new("sleep").arg("60").spawn()?;
        let named = |child: &ChildProcess| child.name == "sleep";
        let found = child_processes().filter(named).any(|child| {
            u32::try_from(child.pid.as_raw_nonzero().get()).ok() == Some(sleeping.id())
        });
        sleeping.kill()?;
        sleeping.wait()?;
        assert!(found);
        Ok(())
    }
}
