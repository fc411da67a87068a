//! The server's configuration from `vitrine.toml` and the environment, as for `vitrine serve`.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use server::{Config, Sources};

/// An error is a sentence that names the key and says what is wrong with it.
pub fn load_config(data: &Path) -> Result<Config, String> {
    let file = data.join("vitrine.toml");
    let toml = match fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!("{} cannot be read: {error}", file.display())),
    };
    let ours = |(name, value): (OsString, OsString)| {
        let name = name
            .into_string()
            .ok()
            .filter(|name| name.starts_with("VITRINE_"))?;
        Some((name, value.to_string_lossy().into_owned()))
    };
    let env = std::env::vars_os().filter_map(ours).collect();
    Config::resolve(&Sources {
        toml,
        env,
        cli: Vec::new(),
    })
    .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_reported_as_a_sentence() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("vitrine.toml"), "no_such_key = 1\n")?;
        assert!(load_config(folder.path()).is_err_and(|sentence| sentence.contains("no_such_key")));
        Ok(())
    }
}
