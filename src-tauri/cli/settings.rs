//! What the surroundings say: the data folder, the configuration file, the environment.
//!
//! This is the only file of the program that reads them; everybody else receives the result.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use library::Library;
use server::{Config, Sources};

use crate::error::CliError;

/// Variables with a meaning of their own, which are no configuration keys.
const NON_CONFIG_VARIABLES: [&str; 4] =
    ["VITRINE_DATA", "VITRINE_URL", "VITRINE_KEY", "VITRINE_LOG"];

pub struct Settings {
    pub data_dir: PathBuf,
    pub config: Config,
}

impl Settings {
    /// Reads everything and checks every key, whichever command asks.
    pub fn read(data: Option<PathBuf>, set: Vec<(String, String)>) -> Result<Settings, CliError> {
        let folder = match data.filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => std::path::absolute(&folder).map_err(|error| {
                CliError::usage(format!(
                    "the data folder {} cannot be used: {error}",
                    folder.display()
                ))
            })?,
            None => default_data_dir()?,
        };
        let sources = Sources {
            toml: read_config_file(&folder.join("vitrine.toml"))?,
            env: read_environment()?,
            cli: set,
        };
        let config = Config::resolve(&sources).map_err(CliError::usage)?;
        Ok(Settings {
            data_dir: folder,
            config,
        })
    }

    /// Opens the library, which works beside a server on the same folder too.
    pub fn open_library(&self) -> Result<Library, CliError> {
        Ok(Library::open(
            &self.data_dir,
            self.config.library_settings(),
        )?)
    }
}

/// Checks `--set` alone: for a command that has nothing to do with a data folder.
pub fn check_assignments(set: Vec<(String, String)>) -> Result<(), CliError> {
    let sources = Sources {
        toml: None,
        env: Vec::new(),
        cli: set,
    };
    Config::resolve(&sources)
        .map(|_| ())
        .map_err(CliError::usage)
}

/// `KEY=VALUE` of `--set`.
pub fn parse_assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().into(), value.into())),
        _ => Err("write it as KEY=VALUE, for example max_upload_bytes=10000000".into()),
    }
}

/// Refuses `--set` before *and* after the name of the command: the parser then forgets the first.
pub fn check_set_position(set: &[(String, String)]) -> Result<(), CliError> {
    let options = std::env::args_os().take_while(|argument| argument != "--");
    let written = options.filter(|argument| {
        argument
            .to_str()
            .is_some_and(|text| text == "--set" || text.starts_with("--set="))
    });
    match written.count() == set.len() {
        true => Ok(()),
        false => Err(CliError::usage(
            "give every --set in one place, all before the name of the command or all after it.",
        )),
    }
}

/// The filter of the log: `VITRINE_LOG`, in the syntax of tracing, or `info`.
pub fn log_filter() -> Result<tracing_subscriber::EnvFilter, CliError> {
    let filter = match std::env::var("VITRINE_LOG") {
        Ok(filter) if !filter.trim().is_empty() => filter,
        _ => "info".into(),
    };
    tracing_subscriber::EnvFilter::try_new(&filter).map_err(|error| {
        CliError::usage(format!(
            "VITRINE_LOG={filter} is no log filter ({error}). Try info, debug or server=debug."
        ))
    })
}

fn read_config_file(path: &Path) -> Result<Option<String>, CliError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound => Ok(None),
            ErrorKind::NotADirectory => Err(CliError::usage(format!(
                "the data folder is no folder, so there cannot be a {}.",
                path.display()
            ))),
            _ => Err(CliError::usage(format!(
                "{} cannot be read: {error}",
                path.display()
            ))),
        },
    }
}

fn read_environment() -> Result<Vec<(String, String)>, CliError> {
    let mut found = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("VITRINE_")) else {
            continue;
        };
        if NON_CONFIG_VARIABLES.contains(&name) {
            continue;
        }
        let value = value
            .into_string()
            .map_err(|_| CliError::usage(format!("{name} is not valid UTF-8 text.")))?;
        found.push((name.to_owned(), value));
    }
    Ok(found)
}

/// Where the pictures live unless told otherwise: the same folder as the app's.
fn default_data_dir() -> Result<PathBuf, CliError> {
    let (base, rest) = if cfg!(windows) {
        (env_path("LOCALAPPDATA"), "Vitrine")
    } else if cfg!(target_os = "macos") {
        (env_path("HOME"), "Library/Application Support/Vitrine")
    } else {
        match env_path("XDG_DATA_HOME").filter(|folder| folder.is_absolute()) {
            Some(folder) => (Some(folder), "vitrine"),
            None => (env_path("HOME"), ".local/share/vitrine"),
        }
    };
    base.map(|base| base.join(rest)).ok_or_else(|| {
        CliError::usage("there is no home folder to keep the data in. Name a folder with --data or VITRINE_DATA.")
    })
}

fn env_path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::parse_assignment;

    #[test]
    fn a_value_may_contain_an_equals_sign_and_be_empty() {
        assert_eq!(
            parse_assignment("public_url=http://x/?a=b"),
            Ok(("public_url".into(), "http://x/?a=b".into()))
        );
        assert_eq!(
            parse_assignment("trusted_proxies="),
            Ok(("trusted_proxies".into(), String::new()))
        );
    }

    #[test]
    fn a_setting_without_a_key_is_refused() {
        assert!(parse_assignment("max_pixels").is_err());
        assert!(parse_assignment("=5").is_err());
    }
}
