//! The data folder: one folder, the same for the desktop app and for `vitrine`.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::Error;

/// The folder of `--data`, else `VITRINE_DATA`, else the platform's. An empty value counts as not set.
pub fn resolve_data_dir(option: Option<PathBuf>) -> Result<PathBuf, Error> {
    let folder = option
        .filter(|folder| !folder.as_os_str().is_empty())
        .or_else(|| env_variable("VITRINE_DATA").map(PathBuf::from))
        .or_else(|| platform_folder(env_variable))
        .ok_or(Error::NoHomeFolder)?;
    std::path::absolute(&folder).map_err(|error| Error::DataDir { folder, error })
}

fn env_variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(target_os = "macos")]
fn platform_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(variable("HOME")?).join("Library/Application Support/Vitrine"))
}

#[cfg(windows)]
fn platform_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(variable("LOCALAPPDATA")?).join("Vitrine"))
}

/// A relative `XDG_DATA_HOME` is ignored, as its specification demands.
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
