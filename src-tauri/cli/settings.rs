//! The settings of one call: the data folder, the configuration, the log filter.
//!
//! Of this program, only this file and `app_paths` read the environment.

use std::path::PathBuf;

use library::Library;
use server::{Config, Sources};

use crate::error::CliError;

pub struct Settings {
    pub data_dir: PathBuf,
    pub config: Config,
}

impl Settings {
    /// Reads everything and checks every key, whichever command asks.
    pub fn read(data: Option<PathBuf>, set: Vec<(String, String)>) -> Result<Settings, CliError> {
        let data_dir = app_paths::resolve_data_dir(data).map_err(CliError::usage)?;
        let config = app_paths::load_config(&data_dir, set).map_err(CliError::usage)?;
        Ok(Settings { data_dir, config })
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
