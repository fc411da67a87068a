//! A target as a ShareX file. The key stands in it, so this computer's server makes one for it alone, which can be
//! revoked.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use library::{Library, NewKey, Scope, Scopes};
use uploader::targets::sxcu;
use uploader::{Kind, Secrets};

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::word;
use crate::shell::file_dialogs;
use crate::targets;

/// False where the user thinks better of it.
pub async fn export(app: &Vitrine, id: &str) -> Result<bool, Refusal> {
    let target = targets::find(app, id)
        .ok_or_else(|| Refusal::of("unknown_target", word("targets.not_running")))?;
    if target.kind != Kind::Imgs {
        return Err(Refusal::of(
            "not_exportable",
            word("targets.not_exportable"),
        ));
    }
    let name = format!("{}.sxcu", file_name(&target.name));
    let Some(path) = file_dialogs::save(&app.handle, word("dialog.export_title"), &name).await
    else {
        return Ok(false);
    };
    let key = match target.here {
        true => {
            let library = app.embedded.opened()?;
            let name = path
                .file_name()
                .map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
            own_key(library, name).await?
        }
        false => {
            let id = target.id.clone();
            let key = app.apart(move |keychain| keychain.get(&id)).await;
            key.and_then(Result::ok)
                .flatten()
                .ok_or_else(|| Refusal::of("no_key", word("targets.no_key")))?
        }
    };
    let base = match target.here {
        true => app.status.base(),
        false => target.base.clone(),
    };
    write(&path, &sxcu::export(&target.name, &base, &key))
        .map_err(|error| Refusal::of("not_written", error.to_string()))?;
    Ok(true)
}

async fn own_key(library: Library, name: String) -> Result<String, Refusal> {
    let made = tokio::task::spawn_blocking(move || {
        library.create_key(NewKey {
            name: format!("ShareX ({name})"),
            scopes: Scopes::NONE.with(Scope::Upload),
            ..NewKey::default()
        })
    });
    match made.await {
        Ok(Ok((_, secret))) => Ok(secret.expose().to_owned()),
        Ok(Err(error)) => Err(Refusal::of("no_key", error.to_string())),
        Err(error) => Err(Refusal::of("no_key", error.to_string())),
    }
}

/// For its owner's eyes: it opens the server.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn file_name(name: &str) -> String {
    name.replace(['/', '\\', ':', '"', '*', '?', '<', '>', '|'], "-")
}
