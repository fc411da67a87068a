//! Targets: this computer's server, and those that the user added.

pub(crate) mod sxcu_export;

use std::sync::Arc;

use tokio::sync::watch;
use uploader::targets::sxcu;
use uploader::{Dialect, Preparation, SecretsError, Target, TestResult};
use url::Url;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::i18n::{t, t_args};
use crate::network::link_base::{LinkBase, ServerStatus};
use crate::settings::{SavedTarget, Settings};
use crate::view::app_state::ServerState;
use crate::view::target::TargetInput;

pub struct Targets {
    context: Arc<AppContext>,
    server: watch::Receiver<ServerStatus>,
    /// All targets, so that building rows does not read the settings.
    current: watch::Sender<Arc<Vec<Target>>>,
}

impl Targets {
    pub fn new(context: Arc<AppContext>, server: watch::Receiver<ServerStatus>) -> Targets {
        Targets {
            context,
            server,
            current: watch::Sender::default(),
        }
    }

    pub fn watch(&self) -> watch::Receiver<Arc<Vec<Target>>> {
        self.current.subscribe()
    }

    /// Passes the targets to the uploader whenever the settings or the server change.
    pub async fn run(self: Arc<Self>) {
        let mut server = self.server.clone();
        let mut settings = self.context.settings.watch(|settings| {
            let Settings {
                targets,
                usual,
                prepare,
                ..
            } = settings;
            (targets.clone(), usual.clone(), prepare.clone())
        });
        loop {
            server.mark_unchanged();
            let targets = self.list();
            let default_id = default_target_id(&self.context.settings.get()).to_owned();
            self.context
                .uploader
                .set_targets(targets.clone(), Some(default_id));
            self.current.send_replace(Arc::new(targets));
            let is_open = tokio::select! {
                is_open = settings.changed() => is_open,
                changed = server.changed() => changed.is_ok(),
            };
            if !is_open {
                return;
            }
        }
    }

    /// All targets that can be used now, this computer's server first.
    pub fn list(&self) -> Vec<Target> {
        let settings = self.context.settings.get();
        let local = match self.server.borrow().state {
            ServerState::Running { address, .. } => {
                Some(local_target(&settings, format!("http://{address}")))
            }
            _ => None,
        };
        let saved = settings.targets.iter().map(|saved| saved.target.clone());
        local.into_iter().chain(saved).collect()
    }

    pub fn find(&self, id: &str) -> Option<Target> {
        self.list().into_iter().find(|target| target.id == id)
    }

    /// Finds a target; this computer's server only while it is running.
    pub fn find_running(&self, id: &str) -> Result<Target, CommandError> {
        self.find(id)
            .ok_or_else(|| CommandError::new("unknown_target", t("targets.not_running")))
    }

    /// Saves a target, new or changed, and its key if one was entered. Returns its id.
    pub async fn save(
        &self,
        input: TargetInput,
        key: Option<String>,
    ) -> Result<String, CommandError> {
        let settings = self.context.settings.get();
        if input.id.as_ref() == Some(&settings.here) {
            // Nothing else of it can be edited.
            self.context
                .settings
                .update(|settings| settings.prepare = input.prepare)?;
            return Ok(settings.here.clone());
        }
        let saved = input
            .id
            .as_ref()
            .and_then(|id| find_saved_target(&settings, id));
        let name = input.name.trim();
        if name.is_empty() {
            return Err(CommandError::new("no_name", t("targets.no_name")));
        }
        let kind = match (Dialect::from_name(&input.kind), saved) {
            (Some(kind), _) => kind,
            // The description of an imported target cannot be edited.
            (None, Some(saved)) if saved.target.kind.name() == input.kind => {
                saved.target.kind.clone()
            }
            _ => return Err(CommandError::new("unknown_kind", t("targets.unknown_kind"))),
        };
        let base = match &kind {
            Dialect::Sxcu(sxcu) => sxcu.base().unwrap_or_default(),
            _ => parse_base_url(&input.base)
                .ok_or_else(|| CommandError::new("bad_address", t("targets.bad_address")))?,
        };
        let id = input.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let had_key = saved.is_some_and(|saved| saved.has_key);
        // A key belongs to its server: it is never sent to another address.
        let base_changed = saved.is_some_and(|saved| saved.target.base != base);
        let key = key
            .map(|key| key.trim().to_owned())
            .filter(|key| !key.is_empty());
        let has_key = key.is_some() || (had_key && !base_changed);
        if key.is_some() || base_changed {
            self.context.keychain.set_secret(&id, key).await?;
        }
        let target = Target {
            id: id.clone(),
            name: name.to_owned(),
            kind,
            base,
            here: false,
            prepare: input.prepare,
        };
        self.upsert(SavedTarget { target, has_key })?;
        Ok(id)
    }

    /// Adds the target that a ShareX file describes. Its keys are stored in the keychain only. Returns its id.
    pub async fn import_sxcu(&self, bytes: &[u8]) -> Result<String, CommandError> {
        let (sxcu, keys) = sxcu::import(bytes)
            .map_err(|error| CommandError::new("bad_sxcu", error.to_string()))?;
        let id = uuid::Uuid::new_v4().to_string();
        let target = Target {
            id: id.clone(),
            name: sxcu.name.clone(),
            base: sxcu.base().unwrap_or_default(),
            kind: Dialect::Sxcu(Box::new(sxcu)),
            here: false,
            prepare: Preparation::default(),
        };
        // A list of keys, which may be empty: the uploader needs it in any case.
        self.context.keychain.set_secret(&id, Some(keys)).await?;
        self.upsert(SavedTarget {
            target,
            has_key: true,
        })?;
        Ok(id)
    }

    /// Removes a target and its key, unless uploads to it are in progress.
    pub async fn remove(&self, id: &str) -> Result<(), CommandError> {
        find_saved_target(&self.context.settings.get(), id).ok_or_else(unknown_target)?;
        let pending = self.context.uploader.count_pending_for(id)?;
        if pending > 0 {
            let message = t_args("targets.under_way", &[("count", &pending.to_string())]);
            return Err(CommandError::new("under_way", message));
        }
        self.context.settings.update(|settings| {
            settings.targets.retain(|saved| saved.target.id != id);
            if settings.usual.as_deref() == Some(id) {
                settings.usual = None;
            }
            for folder in &mut settings.folders {
                if folder.target.as_deref() == Some(id) {
                    folder.target = None;
                }
            }
        })?;
        self.context.keychain.set_secret(id, None).await
    }

    pub fn set_default(&self, id: &str) -> Result<(), CommandError> {
        let settings = self.context.settings.get();
        let default_id = match id == settings.here {
            true => None,
            false => {
                let saved = find_saved_target(&settings, id).ok_or_else(unknown_target)?;
                Some(saved.target.id.clone())
            }
        };
        self.context
            .settings
            .update(|settings| settings.usual = default_id)?;
        Ok(())
    }

    /// Uploads a tiny picture and deletes it again.
    pub async fn test(&self, id: &str) -> Result<TestResult, CommandError> {
        let target = self.find_running(id)?;
        let secret = match self.context.keychain.secret(&target.id).await {
            Ok(Some(secret)) => secret,
            Ok(None) => return Err(CommandError::new("no_key", t("targets.no_key"))),
            Err(SecretsError::Unavailable(reason)) => {
                return Err(CommandError::new("keychain", reason));
            }
            Err(SecretsError::Locked) => {
                return Err(CommandError::new("keychain", t("keychain.locked")));
            }
        };
        Ok(self.context.uploader.test_target(&target, &secret).await?)
    }

    fn upsert(&self, saved: SavedTarget) -> Result<(), CommandError> {
        self.context.settings.update(|settings| {
            let targets = &mut settings.targets;
            match targets
                .iter_mut()
                .find(|other| other.target.id == saved.target.id)
            {
                Some(other) => *other = saved,
                None => targets.push(saved),
            }
        })?;
        Ok(())
    }
}

/// The id of the default target.
pub fn default_target_id(settings: &Settings) -> &str {
    let chosen = settings.usual.as_deref();
    chosen
        .filter(|id| find_saved_target(settings, id).is_some())
        .unwrap_or(&settings.here)
}

/// The base URL of links to pictures at the default target.
pub fn default_link_base(settings: &Settings, link_base: &LinkBase) -> String {
    match find_saved_target(settings, default_target_id(settings)) {
        Some(saved) => saved.target.base.trim_end_matches('/').to_owned(),
        None => link_base.get(),
    }
}

/// This computer's server as a target.
pub fn local_target(settings: &Settings, base: String) -> Target {
    Target {
        id: settings.here.clone(),
        name: t("target.this_computer").to_owned(),
        kind: Dialect::Imgs,
        base,
        here: true,
        prepare: settings.prepare.clone(),
    }
}

fn find_saved_target<'a>(settings: &'a Settings, id: &str) -> Option<&'a SavedTarget> {
    settings.targets.iter().find(|saved| saved.target.id == id)
}

fn unknown_target() -> CommandError {
    CommandError::new("unknown_target", t("targets.unknown"))
}

/// Parses `http(s)://host[:port][/path]`, without a slash at the end. A host alone is completed with https.
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
