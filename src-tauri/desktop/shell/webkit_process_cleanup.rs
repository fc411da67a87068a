//! WebKit's network process, which stays when the last window is gone: some 30 MB that nobody uses, since all that the
//! page shows comes from the app itself. WebKit has no call to end it, and starts another with the next window.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tauri::{AppHandle, Manager};

use crate::shell::window;

/// As much of its name as the kernel keeps.
const PROCESS_NAME: &str = "WebKitNetworkPr";
/// A page that is just ending would have it started anew.
const END_DELAY: Duration = Duration::from_secs(2);

/// Ends it in a while, unless there is a window again by then.
pub fn end_network_process_later(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(END_DELAY).await;
        // Windows are made on the main thread, so that none is just being made there.
        let asked = app.clone().run_on_main_thread(move || {
            if app.get_webview_window(window::LABEL).is_none() {
                end_network_process();
            }
        });
        if let Err(error) = asked {
            tracing::debug!(%error, "the main thread is gone");
        }
    });
}

fn end_network_process() {
    for child in child_processes().filter(|child| child.name == PROCESS_NAME) {
        if let Err(error) = kill_process(child.pid, Signal::TERM) {
            tracing::warn!(%error, "WebKit's network process could not be ended");
        }
    }
}

struct ChildProcess {
    pid: Pid,
    name: String,
}

/// The processes that this one has started and that have not ended.
fn child_processes() -> impl Iterator<Item = ChildProcess> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let said = |key: &str| {
            let mut lines = status.lines();
            lines.find_map(|line| line.strip_prefix(key).map(str::trim))
        };
        let ours = said("PPid:")? == std::process::id().to_string();
        let name = said("Name:")?.to_owned();
        Some(ChildProcess {
            pid: ours.then(|| Pid::from_raw(pid)).flatten()?,
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
