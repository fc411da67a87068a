//! Where pictures can go: this computer's server, and what the user has added.

pub(crate) mod sxcu_export;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use uploader::targets::{self, sxcu};
use uploader::{Dialect, Preparation, Secrets, Target, TestResult};
use url::Url;

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::{t, t_args};
use crate::settings::{SavedTarget, Settings};
use crate::view::app_state::ServerState;

/// A target as the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetView {
    id: String,
    name: String,
    kind: &'static str,
    base: String,
    here: bool,
    has_key: bool,
    can_delete: bool,
    prepare: Preparation,
}

impl TargetView {
    /// What it is known by, and what people call it.
    pub fn id_and_name(&self) -> (&String, &String) {
        (&self.id, &self.name)
    }
}

/// A target as the page wants it to be.
#[derive(Clone, Debug, Deserialize)]
pub struct TargetInput {
    /// None for a new one.
    id: Option<String>,
    name: String,
    kind: String,
    base: String,
    prepare: Preparation,
}

/// This computer's server, while it runs.
fn local_target(app: &AppContext, settings: &Settings) -> Option<Target> {
    match app.status.server() {
        ServerState::Running { address, .. } => Some(Target {
            id: settings.here.clone(),
            name: t("target.this_computer").to_owned(),
            kind: Dialect::Imgs,
            base: format!("http://{address}"),
            here: true,
            prepare: settings.prepare.clone(),
        }),
        _ => None,
    }
}

/// All that can be sent to now; this computer's server first.
pub fn list_targets(app: &AppContext) -> Vec<Target> {
    let settings = app.settings.get();
    let others = settings.targets.iter().map(|kept| kept.target.clone());
    local_target(app, &settings)
        .into_iter()
        .chain(others)
        .collect()
}

pub fn find_target(app: &AppContext, id: &str) -> Option<Target> {
    list_targets(app).into_iter().find(|target| target.id == id)
}

/// Tells the uploader what has become of them.
pub fn update_uploader(app: &AppContext) {
    app.uploader.set_targets(
        list_targets(app),
        Some(default_target_id(&app.settings.get())),
    );
}

/// The id of the target that pictures go to.
pub fn default_target_id(settings: &Settings) -> String {
    let chosen = settings.usual.as_ref();
    let known = |id: &&String| settings.targets.iter().any(|kept| kept.target.id == **id);
    chosen.filter(known).unwrap_or(&settings.here).clone()
}

/// What links to pictures begin with that go to the usual target.
pub fn default_link_base(app: &AppContext, settings: &Settings) -> String {
    let usual = default_target_id(settings);
    let mut others = settings.targets.iter();
    match others.find(|kept| kept.target.id == usual) {
        Some(kept) => kept.target.base.trim_end_matches('/').to_owned(),
        None => app.status.link_base(),
    }
}

pub fn target_views(app: &AppContext, settings: &Settings) -> Vec<TargetView> {
    let of = |target: &Target, has_key| TargetView {
        id: target.id.clone(),
        name: target.name.clone(),
        kind: target.kind.name(),
        base: target.base.clone(),
        here: target.here,
        has_key,
        can_delete: targets::supports_delete(&target.kind),
        prepare: target.prepare.clone(),
    };
    // It is there also while it starts.
    let here = local_target(app, settings).unwrap_or_else(|| Target {
        id: settings.here.clone(),
        name: t("target.this_computer").to_owned(),
        kind: Dialect::Imgs,
        base: app.status.link_base(),
        here: true,
        prepare: settings.prepare.clone(),
    });
    std::iter::once(of(&here, true))
        .chain(
            settings
                .targets
                .iter()
                .map(|kept| of(&kept.target, kept.has_key)),
        )
        .collect()
}

/// Keeps a target, new or changed, and its key if one is given. Gives its id.
pub async fn save_target(
    app: &AppContext,
    wanted: TargetInput,
    key: Option<String>,
) -> Result<String, CommandError> {
    let settings = app.settings.get();
    if wanted.id.as_ref() == Some(&settings.here) {
        // Nothing else of it is anybody's to change.
        app.change_settings(|settings| settings.prepare = wanted.prepare)?;
        update_uploader(app);
        return Ok(settings.here);
    }
    let before = wanted
        .id
        .as_ref()
        .and_then(|id| find_saved_target(&settings, id));
    let name = wanted.name.trim();
    if name.is_empty() {
        return Err(CommandError::new("no_name", t("targets.no_name")));
    }
    let kind = match (Dialect::from_name(&wanted.kind), before) {
        (Some(kind), _) => kind,
        // What a file describes is kept as it was imported.
        (None, Some(before)) if before.target.kind.name() == wanted.kind => {
            before.target.kind.clone()
        }
        _ => return Err(CommandError::new("unknown_kind", t("targets.unknown_kind"))),
    };
    let base = match &kind {
        Dialect::Sxcu(sxcu) => sxcu.base().unwrap_or_default(),
        _ => parse_base_url(&wanted.base)
            .ok_or_else(|| CommandError::new("bad_address", t("targets.bad_address")))?,
    };
    let id = wanted
        .id
        .unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let had_key = before.is_some_and(|before| before.has_key);
    // A key is for where it was given for: it is not carried to another server.
    let moved = before.is_some_and(|before| before.target.base != base);
    let key = key
        .map(|key| key.trim().to_owned())
        .filter(|key| !key.is_empty());
    let has_key = key.is_some() || (had_key && !moved);
    if key.is_some() || moved {
        app.set_secret(&id, key).await?;
    }
    let target = Target {
        id: id.clone(),
        name: name.to_owned(),
        kind,
        base,
        here: false,
        prepare: wanted.prepare,
    };
    upsert_saved_target(app, SavedTarget { target, has_key })?;
    Ok(id)
}

/// Adds the target that a ShareX file describes; its keys go into the keychain and nowhere else.
pub async fn import_sxcu(app: &AppContext, bytes: &[u8]) -> Result<String, CommandError> {
    let (sxcu, keys) =
        sxcu::import(bytes).map_err(|error| CommandError::new("bad_sxcu", error.to_string()))?;
    let id = uuid::Uuid::new_v4().to_string();
    let target = Target {
        id: id.clone(),
        name: sxcu.name.clone(),
        base: sxcu.base().unwrap_or_default(),
        kind: Dialect::Sxcu(Box::new(sxcu)),
        here: false,
        prepare: Preparation::default(),
    };
    // A list, which may be empty: the uploader wants one either way.
    app.set_secret(&id, Some(keys)).await?;
    upsert_saved_target(
        app,
        SavedTarget {
            target,
            has_key: true,
        },
    )?;
    Ok(id)
}

/// Takes a target and its key away, unless pictures are on their way to it.
pub async fn remove_target(app: &AppContext, id: &str) -> Result<(), CommandError> {
    if find_saved_target(&app.settings.get(), id).is_none() {
        return Err(CommandError::new("unknown_target", t("targets.unknown")));
    }
    let under_way = app.uploader.count_pending_for(id)?;
    if under_way > 0 {
        let count = under_way.to_string();
        let sentence = t_args("targets.under_way", &[("count", &count)]);
        return Err(CommandError::new("under_way", sentence));
    }
    app.change_settings(|settings| {
        settings.targets.retain(|kept| kept.target.id != id);
        if settings.usual.as_deref() == Some(id) {
            settings.usual = None;
        }
        for folder in &mut settings.folders {
            if folder.target.as_deref() == Some(id) {
                folder.target = None;
            }
        }
    })?;
    update_uploader(app);
    crate::watch::watched_folders::apply_settings(app);
    app.set_secret(id, None).await
}

pub fn set_default_target(app: &AppContext, id: &str) -> Result<(), CommandError> {
    let settings = app.settings.get();
    let usual = match id == settings.here {
        true => None,
        false => Some(
            find_saved_target(&settings, id)
                .map(|kept| kept.target.id.clone())
                .ok_or_else(|| CommandError::new("unknown_target", t("targets.unknown")))?,
        ),
    };
    app.change_settings(|settings| settings.usual = usual)?;
    update_uploader(app);
    Ok(())
}

/// Sends a tiny picture there and takes it away again.
pub async fn test_target(app: &AppContext, id: &str) -> Result<TestResult, CommandError> {
    let target = find_target(app, id)
        .ok_or_else(|| CommandError::new("unknown_target", t("targets.not_running")))?;
    let (keychain, of) = (app.keychain.clone(), target.id.clone());
    let secret = spawn_blocking(move || keychain.get(&of)).await;
    let secret = match secret {
        Ok(Ok(Some(secret))) => secret,
        Ok(Ok(None)) => return Err(CommandError::new("no_key", t("targets.no_key"))),
        Ok(Err(uploader::SecretsError::Unavailable(reason))) => {
            return Err(CommandError::new("keychain", reason));
        }
        Ok(Err(uploader::SecretsError::Locked)) | Err(_) => {
            return Err(CommandError::new("keychain", t("keychain.locked")));
        }
    };
    Ok(app.uploader.test_target(&target, &secret).await?)
}

fn find_saved_target<'a>(settings: &'a Settings, id: &str) -> Option<&'a SavedTarget> {
    settings.targets.iter().find(|kept| kept.target.id == id)
}

fn upsert_saved_target(app: &AppContext, destination: SavedTarget) -> Result<(), CommandError> {
    app.change_settings(|settings| {
        let targets = &mut settings.targets;
        match targets
            .iter_mut()
            .find(|kept| kept.target.id == destination.target.id)
        {
            Some(kept) => *kept = destination,
            None => targets.push(destination),
        }
    })?;
    update_uploader(app);
    Ok(())
}

/// `http(s)://host[:port][/path]`, without a slash at the end; a host alone is meant with https.
fn parse_base_url(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let whole = match text.contains("://") {
        true => text.to_owned(),
        false => format!("https://{text}"),
    };
    let url = Url::parse(&whole).ok()?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    (web && plain).then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_parsed_as_people_write_them() {
        for (written, meant) in [
            ("pictures.example", Some("https://pictures.example")),
            (" http://nas.local:4870/ ", Some("http://nas.local:4870")),
            ("https://a.example/img/", Some("https://a.example/img")),
            ("ftp://a.example", None),
            ("https://me:secret@a.example", None),
            ("https://a.example/?key=1", None),
            ("", None),
        ] {
            assert_eq!(parse_base_url(written).as_deref(), meant, "{written}");
        }
    }
}
