//! Where pictures can go: this computer's server, and what the user has added.

pub(crate) mod sxcu_export;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use uploader::targets::{self, sxcu};
use uploader::{Kind, Preparation, Secrets, Target, Tested};
use url::Url;

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::{said, word};
use crate::settings::{Destination, Settings};
use crate::view::app_state::ServerState;

/// A target as the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    id: String,
    name: String,
    kind: &'static str,
    base: String,
    here: bool,
    has_key: bool,
    can_delete: bool,
    prepare: Preparation,
}

impl Shown {
    /// What it is known by, and what people call it.
    pub fn names(&self) -> (&String, &String) {
        (&self.id, &self.name)
    }
}

/// A target as the page wants it to be.
#[derive(Clone, Debug, Deserialize)]
pub struct Wanted {
    /// None for a new one.
    id: Option<String>,
    name: String,
    kind: String,
    base: String,
    prepare: Preparation,
}

/// This computer's server, while it runs.
fn here(app: &Vitrine, settings: &Settings) -> Option<Target> {
    match app.status.server() {
        ServerState::Running { address, .. } => Some(Target {
            id: settings.here.clone(),
            name: word("target.this_computer").to_owned(),
            kind: Kind::Imgs,
            base: format!("http://{address}"),
            here: true,
            prepare: settings.prepare.clone(),
        }),
        _ => None,
    }
}

/// All that can be sent to now; this computer's server first.
pub fn all(app: &Vitrine) -> Vec<Target> {
    let settings = app.settings.get();
    let others = settings.targets.iter().map(|kept| kept.target.clone());
    here(app, &settings).into_iter().chain(others).collect()
}

pub fn find(app: &Vitrine, id: &str) -> Option<Target> {
    all(app).into_iter().find(|target| target.id == id)
}

/// Tells the uploader what has become of them.
pub fn apply(app: &Vitrine) {
    app.uploader
        .set_targets(all(app), Some(usual(&app.settings.get())));
}

/// The id of the target that pictures go to.
pub fn usual(settings: &Settings) -> String {
    let chosen = settings.usual.as_ref();
    let known = |id: &&String| settings.targets.iter().any(|kept| kept.target.id == **id);
    chosen.filter(known).unwrap_or(&settings.here).clone()
}

/// What links to pictures begin with that go to the usual target.
pub fn base(app: &Vitrine, settings: &Settings) -> String {
    let usual = usual(settings);
    let mut others = settings.targets.iter();
    match others.find(|kept| kept.target.id == usual) {
        Some(kept) => kept.target.base.trim_end_matches('/').to_owned(),
        None => app.status.base(),
    }
}

pub fn shown(app: &Vitrine, settings: &Settings) -> Vec<Shown> {
    let of = |target: &Target, has_key| Shown {
        id: target.id.clone(),
        name: target.name.clone(),
        kind: target.kind.name(),
        base: target.base.clone(),
        here: target.here,
        has_key,
        can_delete: targets::can_delete(&target.kind),
        prepare: target.prepare.clone(),
    };
    // It is there also while it starts.
    let here = here(app, settings).unwrap_or_else(|| Target {
        id: settings.here.clone(),
        name: word("target.this_computer").to_owned(),
        kind: Kind::Imgs,
        base: app.status.base(),
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
pub async fn save(app: &Vitrine, wanted: Wanted, key: Option<String>) -> Result<String, Refusal> {
    let settings = app.settings.get();
    if wanted.id.as_ref() == Some(&settings.here) {
        // Nothing else of it is anybody's to change.
        app.change(|settings| settings.prepare = wanted.prepare)?;
        apply(app);
        return Ok(settings.here);
    }
    let before = wanted.id.as_ref().and_then(|id| kept(&settings, id));
    let name = wanted.name.trim();
    if name.is_empty() {
        return Err(Refusal::of("no_name", word("targets.no_name")));
    }
    let kind = match (Kind::named(&wanted.kind), before) {
        (Some(kind), _) => kind,
        // What a file describes is kept as it was imported.
        (None, Some(before)) if before.target.kind.name() == wanted.kind => {
            before.target.kind.clone()
        }
        _ => return Err(Refusal::of("unknown_kind", word("targets.unknown_kind"))),
    };
    let base = match &kind {
        Kind::Sxcu(sxcu) => sxcu.base().unwrap_or_default(),
        _ => address(&wanted.base)
            .ok_or_else(|| Refusal::of("bad_address", word("targets.bad_address")))?,
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
        app.keep_key(&id, key).await?;
    }
    let target = Target {
        id: id.clone(),
        name: name.to_owned(),
        kind,
        base,
        here: false,
        prepare: wanted.prepare,
    };
    put(app, Destination { target, has_key })?;
    Ok(id)
}

/// Adds the target that a ShareX file describes; its keys go into the keychain and nowhere else.
pub async fn import(app: &Vitrine, bytes: &[u8]) -> Result<String, Refusal> {
    let (sxcu, keys) =
        sxcu::import(bytes).map_err(|error| Refusal::of("bad_sxcu", error.to_string()))?;
    let id = uuid::Uuid::new_v4().to_string();
    let target = Target {
        id: id.clone(),
        name: sxcu.name.clone(),
        base: sxcu.base().unwrap_or_default(),
        kind: Kind::Sxcu(Box::new(sxcu)),
        here: false,
        prepare: Preparation::default(),
    };
    // A list, which may be empty: the uploader wants one either way.
    app.keep_key(&id, Some(keys)).await?;
    put(
        app,
        Destination {
            target,
            has_key: true,
        },
    )?;
    Ok(id)
}

/// Takes a target and its key away, unless pictures are on their way to it.
pub async fn remove(app: &Vitrine, id: &str) -> Result<(), Refusal> {
    if kept(&app.settings.get(), id).is_none() {
        return Err(Refusal::of("unknown_target", word("targets.unknown")));
    }
    let under_way = app.uploader.under_way_to(id)?;
    if under_way > 0 {
        let count = under_way.to_string();
        let sentence = said("targets.under_way", &[("count", &count)]);
        return Err(Refusal::of("under_way", sentence));
    }
    app.change(|settings| {
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
    apply(app);
    crate::watch::watched_folders::apply(app);
    app.keep_key(id, None).await
}

pub fn make_usual(app: &Vitrine, id: &str) -> Result<(), Refusal> {
    let settings = app.settings.get();
    let usual = match id == settings.here {
        true => None,
        false => Some(
            kept(&settings, id)
                .map(|kept| kept.target.id.clone())
                .ok_or_else(|| Refusal::of("unknown_target", word("targets.unknown")))?,
        ),
    };
    app.change(|settings| settings.usual = usual)?;
    apply(app);
    Ok(())
}

/// Sends a tiny picture there and takes it away again.
pub async fn test(app: &Vitrine, id: &str) -> Result<Tested, Refusal> {
    let target =
        find(app, id).ok_or_else(|| Refusal::of("unknown_target", word("targets.not_running")))?;
    let (keychain, of) = (app.keychain.clone(), target.id.clone());
    let secret = spawn_blocking(move || keychain.get(&of)).await;
    let secret = match secret {
        Ok(Ok(Some(secret))) => secret,
        Ok(Ok(None)) => return Err(Refusal::of("no_key", word("targets.no_key"))),
        Ok(Err(uploader::SecretsError::Unavailable(reason))) => {
            return Err(Refusal::of("keychain", reason));
        }
        Ok(Err(uploader::SecretsError::Waiting)) | Err(_) => {
            return Err(Refusal::of("keychain", word("keychain.locked")));
        }
    };
    Ok(app.uploader.test(&target, &secret).await?)
}

fn kept<'a>(settings: &'a Settings, id: &str) -> Option<&'a Destination> {
    settings.targets.iter().find(|kept| kept.target.id == id)
}

fn put(app: &Vitrine, destination: Destination) -> Result<(), Refusal> {
    app.change(|settings| {
        let targets = &mut settings.targets;
        match targets
            .iter_mut()
            .find(|kept| kept.target.id == destination.target.id)
        {
            Some(kept) => *kept = destination,
            None => targets.push(destination),
        }
    })?;
    apply(app);
    Ok(())
}

/// `http(s)://host[:port][/path]`, without a slash at the end; a host alone is meant with https.
fn address(text: &str) -> Option<String> {
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
    fn addresses_are_taken_as_people_write_them() {
        for (written, meant) in [
            ("pictures.example", Some("https://pictures.example")),
            (" http://nas.local:4870/ ", Some("http://nas.local:4870")),
            ("https://a.example/img/", Some("https://a.example/img")),
            ("ftp://a.example", None),
            ("https://me:secret@a.example", None),
            ("https://a.example/?key=1", None),
            ("", None),
        ] {
            assert_eq!(address(written).as_deref(), meant, "{written}");
        }
    }
}
