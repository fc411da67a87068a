//! Exports a target as a ShareX file. The file contains the key, so the embedded server creates one for it alone, which
//! can be revoked.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use library::{Library, NewApiKey, Scope, Scopes};
use tauri::AppHandle;
use uploader::targets::sxcu;
use uploader::{Dialect, Target};

use crate::error::CommandError;
use crate::i18n::t;
use crate::network::link_base::LinkBase;
use crate::secrets::keychain::Keychain;
use crate::server::embedded_server::EmbeddedServer;
use crate::shell::file_dialogs;

pub struct SxcuExport<'a> {
    pub app: &'a AppHandle,
    pub keychain: &'a std::sync::Arc<Keychain>,
    pub server: &'a EmbeddedServer,
    pub link_base: &'a LinkBase,
}

impl SxcuExport<'_> {
    /// Asks for a path and writes the file. False if the user cancels.
    pub async fn run(self, target: &Target) -> Result<bool, CommandError> {
        if target.kind != Dialect::Imgs {
            return Err(CommandError::new(
                "not_exportable",
                t("targets.not_exportable"),
            ));
        }
        let name = format!("{}.sxcu", sanitise_file_name(&target.name));
        let title = t("dialog.export_title");
        let Some(path) = file_dialogs::pick_save_path(self.app, title, &name).await else {
            return Ok(false);
        };
        let (base, key) = match target.here {
            true => {
                let name = path
                    .file_name()
                    .map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
                let key = create_upload_key(self.server.require_library()?, name).await?;
                (self.link_base.get(), key)
            }
            false => {
                let key = self.keychain.secret(&target.id).await.ok().flatten();
                let key = key.ok_or_else(|| CommandError::new("no_key", t("targets.no_key")))?;
                (target.base.clone(), key)
            }
        };
        write_private_file(&path, &sxcu::export(&target.name, &base, &key))
            .map_err(|error| CommandError::new("not_written", error.to_string()))?;
        Ok(true)
    }
}

async fn create_upload_key(library: Library, name: String) -> Result<String, CommandError> {
    let made = tokio::task::spawn_blocking(move || {
        library.create_api_key(NewApiKey {
            name: format!("ShareX ({name})"),
            scopes: Scopes::NONE.with(Scope::Upload),
            ..NewApiKey::default()
        })
    });
    match made.await {
        Ok(Ok((_, secret))) => Ok(secret.expose().to_owned()),
        Ok(Err(error)) => Err(CommandError::new("no_key", error.to_string())),
        Err(error) => Err(CommandError::new("no_key", error.to_string())),
    }
}

/// Writes a file that only its owner can read, because it contains a key.
fn write_private_file(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn sanitise_file_name(name: &str) -> String {
    name.replace(['/', '\\', ':', '"', '*', '?', '<', '>', '|'], "-")
}
