//! The data folder, which is the same for this app and for `vitrine`, so that either can serve it.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// The data folder: the requested one, else `VITRINE_DATA`, else the platform's.
pub fn resolve_data_dir(requested: Option<PathBuf>) -> io::Result<PathBuf> {
    let folder = requested
        .or_else(|| env_variable("VITRINE_DATA").map(PathBuf::from))
        .or_else(|| platform_folder(env_variable))
        .ok_or_else(|| {
            io::Error::other(
                "This account has no home folder. Name a folder for the pictures with --data.",
            )
        })?;
    std::path::absolute(folder)
}

/// The app's folder within the data folder: job store and settings.
pub fn desktop_dir(data: &Path) -> PathBuf {
    data.join("desktop")
}

/// An empty variable counts as unset.
fn env_variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(target_os = "macos")]
fn platform_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(env_variable("HOME")?).join("Library/Application Support/Vitrine"))
}

#[cfg(windows)]
fn platform_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(env_variable("LOCALAPPDATA")?).join("Vitrine"))
}

/// A relative `XDG_DATA_HOME` is ignored, as its specification says.
#[cfg(not(any(target_os = "macos", windows)))]
fn platform_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let data = variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let data = match data {
        Some(data) => data,
        None => PathBuf::from(variable("HOME")?).join(".local/share"),
    };
    Some(data.join("vitrine"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn platform_folder_with(variables: &'static [(&str, &str)]) -> Option<PathBuf> {
        platform_folder(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_data_home_comes_before_the_home() {
        let folder = platform_folder_with(&[("XDG_DATA_HOME", "/data"), ("HOME", "/home/ann")]);
        assert_eq!(folder, Some(PathBuf::from("/data/vitrine")));
    }

    #[test]
    fn a_relative_data_home_is_ignored() {
        let folder = platform_folder_with(&[("XDG_DATA_HOME", "data"), ("HOME", "/home/ann")]);
        assert_eq!(
            folder,
            Some(PathBuf::from("/home/ann/.local/share/vitrine"))
        );
    }
}
