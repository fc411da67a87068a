//! Where the pictures go and with which key: to a server that is named, to the one of the data folder, or wherever a
//! custom uploader's file says.

use std::fs;
use std::path::Path;

use library::who_serves;
use uploader::targets::sxcu;
use uploader::{Kind, Target};

use super::Args;
use crate::error::Trouble;
use crate::settings::Settings;

/// Where `vitrine serve` listens when nobody says otherwise.
const USUAL_ADDRESS: &str = "http://127.0.0.1:4870";

/// Files of this kind are a few lines.
const MOST_SXCU: u64 = 1 << 20;

impl Args {
    /// The target and its key.
    pub(super) fn destination(&self, settings: &Settings) -> Result<(Target, String), Trouble> {
        let (kind, base, key) = match &self.sxcu {
            Some(file) => custom(file)?,
            None => self.server(settings)?,
        };
        let target = Target {
            id: base.clone(),
            name: base.clone(),
            kind,
            base,
            here: false,
            prepare: self.preparing.preparation(),
        };
        Ok((target, key))
    }

    fn server(&self, settings: &Settings) -> Result<(Kind, String, String), Trouble> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let key = given(&self.key).ok_or_else(|| {
            Trouble::wrong("uploading needs a key: pass --key or set VITRINE_KEY. `vitrine key create` makes one.")
        })?;
        let base = match given(&self.to) {
            Some(address) => base(&address)?,
            None => match who_serves(&settings.folder)?.and_then(|serving| serving.reached_at()) {
                Some(address) => format!("http://{address}"),
                None => USUAL_ADDRESS.to_owned(),
            },
        };
        Ok((self.dialect.clone(), base, key))
    }
}

/// As a file of ShareX's says; its keys are all that is taken for one.
fn custom(file: &Path) -> Result<(Kind, String, String), Trouble> {
    let unreadable =
        |why: String| Trouble::wrong(format!("{} cannot be read: {why}", file.display()));
    let size = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?;
    if size.len() > MOST_SXCU {
        return Err(unreadable(
            "it is too large for a custom uploader.".to_owned(),
        ));
    }
    let bytes = fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let (sxcu, keys) = sxcu::import(&bytes)
        .map_err(|error| Trouble::wrong(format!("{}: {error}", file.display())))?;
    let base = sxcu.base().unwrap_or_default();
    Ok((Kind::Sxcu(Box::new(sxcu)), base, keys))
}

/// The address of a server, without the slash at its end.
fn base(address: &str) -> Result<String, Trouble> {
    let base = address.trim().trim_end_matches('/');
    let host = base
        .strip_prefix("http://")
        .or_else(|| base.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() => Ok(base.to_owned()),
        _ => Err(Trouble::wrong(format!(
            "`{address}` is no server's address. Write it as http://HOST:PORT or https://HOST."
        ))),
    }
}
