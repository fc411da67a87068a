//! A target as a ShareX file. The key stands in it, so this computer's server makes one for it alone, which can be
//! revoked.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use library::{Library, NewApiKey, Scope, Scopes};
use uploader::targets::sxcu;
use uploader::{Dialect, Secrets};

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::t;
use crate::shell::file_dialogs;
use crate::targets;

/// False where the user thinks better of it.
pub async fn export_target(app: &AppContext, id: &str) -> Result<bool, CommandError> {
    let target = targets::find_target(app, id)
        .ok_or_else(|| CommandError::new("unknown_target", t("targets.not_running")))?;
    if target.kind != Dialect::Imgs {
        return Err(CommandError::new(
            "not_exportable",
            t("targets.not_exportable"),
        ));
    }
    let name = format!("{}.sxcu", sanitise_file_name(&target.name));
    let Some(path) =
        file_dialogs::pick_save_path(&app.handle, t("dialog.export_title"), &name).await
    else {
        return Ok(false);
    };
    let key = match target.here {
        true => {
            let library = app.embedded_server.require_library()?;
            let name = path
                .file_name()
                .map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
            create_upload_key(library, name).await?
        }
        false => {
            let id = target.id.clone();
            let key = app.with_keychain(move |keychain| keychain.get(&id)).await;
            key.and_then(Result::ok)
                .flatten()
                .ok_or_else(|| CommandError::new("no_key", t("targets.no_key")))?
        }
    };
    let base = match target.here {
        true => app.status.link_base(),
        false => target.base.clone(),
    };
    write_private_file(&path, &sxcu::export(&target.name, &base, &key))
        .map_err(|error| CommandError::new("not_written", error.to_string()))?;
    Ok(true)
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

/// For its owner's eyes: it opens the server.
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
