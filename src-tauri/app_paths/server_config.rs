//! The server's configuration: `vitrine.toml` in the data folder, then the environment, then `--set`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use server::{Config, RESERVED_VARIABLES, Sources};

use crate::Error;

/// Reads and checks every key. `assignments` are the values of `--set`.
///
/// # Errors
/// A sentence that names the file, variable or key, and what is wrong with it.
pub fn load_config(data_dir: &Path, assignments: Vec<(String, String)>) -> Result<Config, Error> {
    let sources = Sources {
        toml: read_config_file(data_dir)?,
        env: read_environment()?,
        cli: assignments,
    };
    Ok(Config::resolve(&sources)?)
}

fn read_config_file(data_dir: &Path) -> Result<Option<String>, Error> {
    let file = data_dir.join("vitrine.toml");
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound => Ok(None),
            ErrorKind::NotADirectory => Err(Error::DataDirIsAFile { file }),
            _ => Err(Error::ConfigFile { file, error }),
        },
    }
}

/// The variables that set configuration keys.
fn read_environment() -> Result<Vec<(String, String)>, Error> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let is_key = name.starts_with("VITRINE_") && !RESERVED_VARIABLES.contains(&name.as_str());
        is_key.then_some((name, value))
    });
    variables
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Error::NotUtf8 { name }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_reported_as_a_sentence() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("vitrine.toml"), "no_such_key = 1\n")?;
        assert!(
            load_config(folder.path(), Vec::new())
                .is_err_and(|error| error.to_string().contains("no_such_key"))
        );
        Ok(())
    }
}
