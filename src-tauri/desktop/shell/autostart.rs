//! Start at login: in the tray, without a window.
//!
//! On Linux the app writes the autostart entry itself: the plugin ignores `XDG_CONFIG_HOME` and does not quote spaces.

use tauri::AppHandle;

use crate::i18n::t_args;

/// The argument of a start at login.
const HIDDEN_ARGUMENT: &str = "--hidden";

/// False if the system does not report it.
pub fn is_enabled(app: &AppHandle) -> bool {
    system::is_enabled(app).unwrap_or_else(|error| {
        tracing::info!(%error, "could not read whether the app starts at login");
        false
    })
}

/// The error is a sentence.
pub fn set_enabled(app: &AppHandle, on: bool) -> Result<(), String> {
    system::set_enabled(app, on)
        .map_err(|error| t_args("startup.login_refused", &[("reason", &error.to_string())]))
}

#[cfg(not(target_os = "linux"))]
pub use system::plugin;

#[cfg(not(target_os = "linux"))]
mod system {
    use tauri::plugin::TauriPlugin;
    use tauri::{AppHandle, Wry};
    use tauri_plugin_autostart::{Builder, Error, ManagerExt};

    use super::HIDDEN_ARGUMENT;

    pub fn plugin() -> TauriPlugin<Wry> {
        Builder::new().args([HIDDEN_ARGUMENT]).build()
    }

    pub fn is_enabled(app: &AppHandle) -> Result<bool, Error> {
        app.autolaunch().is_enabled()
    }

    pub fn set_enabled(app: &AppHandle, on: bool) -> Result<(), Error> {
        match on {
            true => app.autolaunch().enable(),
            // Disabling an entry that does not exist fails.
            false if !is_enabled(app).unwrap_or(false) => Ok(()),
            false => app.autolaunch().disable(),
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::{Path, PathBuf};
    use std::{fs, io};

    use tauri::process::current_binary;
    use tauri::{AppHandle, Manager};

    use super::HIDDEN_ARGUMENT;
    use crate::settings::write_atomically;

    /// Lines that desktops add to disabled entries.
    const DISABLED_LINES: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

    pub fn is_enabled(app: &AppHandle) -> tauri::Result<bool> {
        let entry = fs::read_to_string(entry_path(app)?);
        Ok(entry.is_ok_and(|entry| {
            !entry
                .lines()
                .any(|line| DISABLED_LINES.contains(&line.trim()))
        }))
    }

    pub fn set_enabled(app: &AppHandle, on: bool) -> tauri::Result<()> {
        let path = entry_path(app)?;
        if on {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            let program = current_binary(&app.env())?;
            return Ok(write_atomically(&path, desktop_entry(&program).as_bytes())?);
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn entry_path(app: &AppHandle) -> tauri::Result<PathBuf> {
        Ok(app.path().config_dir()?.join("autostart/Vitrine.desktop"))
    }

    fn desktop_entry(program: &Path) -> String {
        let program = quote_argument(&program.to_string_lossy());
        format!(
            "[Desktop Entry]\nType=Application\nName=Vitrine\nExec={program} {HIDDEN_ARGUMENT}\n\
             Icon=vitrine-desktop\nTerminal=false\n"
        )
    }

    /// An argument of a command, quoted as in the desktop entry specification: escaped within quotes, then as a string.
    fn quote_argument(word: &str) -> String {
        let escaped = word.chars().fold(String::new(), |escaped, letter| {
            escaped
                + &match letter {
                    '\\' => r"\\\\".to_owned(),
                    '"' | '`' | '$' => format!(r"\\{letter}"),
                    '%' => "%%".to_owned(),
                    _ => letter.to_string(),
                }
        });
        format!("\"{escaped}\"")
    }

    #[test]
    fn a_quoted_path_stays_one_argument() {
        assert_eq!(
            quote_argument("/opt/my apps/vitrine"),
            r#""/opt/my apps/vitrine""#
        );
        assert_eq!(quote_argument(r#"/a"b$c%d\e"#), r#""/a\\"b\\$c%%d\\\\e""#);
    }
}
