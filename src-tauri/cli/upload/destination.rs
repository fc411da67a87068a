//! Where the pictures go and with which key: to a server that is named, to the one of the data folder, or wherever a
//! custom uploader's file says.

use std::fs;
use std::path::Path;

use library::current_server;
use uploader::targets::sxcu;
use uploader::{Dialect, Target};

use super::Args;
use crate::error::CliError;
use crate::settings::Settings;

/// Where `vitrine serve` listens when nobody says otherwise.
const DEFAULT_ADDRESS: &str = "http://127.0.0.1:4870";

/// Files of this kind are a few lines.
const MAX_SXCU_BYTES: u64 = 1 << 20;

impl Args {
    /// The target and its key.
    pub(super) fn resolve_target(&self, settings: &Settings) -> Result<(Target, String), CliError> {
        let (kind, base, key) = match &self.sxcu {
            Some(file) => read_custom_uploader(file)?,
            None => self.resolve_server(settings)?,
        };
        let target = Target {
            id: base.clone(),
            name: base.clone(),
            kind,
            base,
            here: false,
            prepare: self.prepare_args.preparation(),
        };
        Ok((target, key))
    }

    fn resolve_server(&self, settings: &Settings) -> Result<(Dialect, String, String), CliError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let key = given(&self.key).ok_or_else(|| {
            CliError::usage("uploading needs a key: pass --key or set VITRINE_KEY. `vitrine key create` makes one.")
        })?;
        let base = match given(&self.to) {
            Some(address) => parse_base_url(&address)?,
            None => match current_server(&settings.data_dir)?
                .and_then(|serving| serving.local_address())
            {
                Some(address) => format!("http://{address}"),
                None => DEFAULT_ADDRESS.to_owned(),
            },
        };
        Ok((self.dialect.clone(), base, key))
    }
}

/// As a file of ShareX's says; its keys are all that is taken for one.
fn read_custom_uploader(file: &Path) -> Result<(Dialect, String, String), CliError> {
    let unreadable =
        |why: String| CliError::usage(format!("{} cannot be read: {why}", file.display()));
    let size = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?;
    if size.len() > MAX_SXCU_BYTES {
        return Err(unreadable(
            "it is too large for a custom uploader.".to_owned(),
        ));
    }
    let bytes = fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let (sxcu, keys) = sxcu::import(&bytes)
        .map_err(|error| CliError::usage(format!("{}: {error}", file.display())))?;
    let base = sxcu.base().unwrap_or_default();
    Ok((Dialect::Sxcu(Box::new(sxcu)), base, keys))
}

/// The address of a server, without the slash at its end.
fn parse_base_url(address: &str) -> Result<String, CliError> {
    let base = address.trim().trim_end_matches('/');
    let host = base
        .strip_prefix("http://")
        .or_else(|| base.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() => Ok(base.to_owned()),
        _ => Err(CliError::usage(format!(
            "`{address}` is no server's address. Write it as http://HOST:PORT or https://HOST."
        ))),
    }
}
