//! The door for Markdown editors, as this app keeps it: open while the setting says so, and what it needs of the app.

use std::sync::{Arc, PoisonError, Weak};

use serde::Serialize;
use uploader::links::{self, How, Linked, What};
use uploader::picgo_server::{Caller, Door, Editors, House, Tried, Unclear};
use uploader::{Job, Secrets};

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::word;
use crate::settings::CopyWhat;
use crate::shell::clipboard::Pasted;
use crate::targets;

/// What the keychain knows the editors' token by.
pub const TOKEN: &str = "editors";

/// How it is with the door.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Standing {
    open: bool,
    port: Option<u16>,
    reason: Option<String>,
    callers: Vec<Caller>,
}

/// The door, or why there is none although there should be.
#[derive(Default)]
pub struct Entrance {
    door: Option<Editors>,
    reason: Option<String>,
}

/// Opens or closes the door, as the settings say now. One that is open as it should be stays so.
pub async fn apply(app: &Arc<Vitrine>) {
    let settings = app.settings.get().editors;
    // An open door has to be closed before its port can be had again.
    *entrance(app) = Entrance::default();
    if !settings.on {
        return;
    }
    let house = Arc::new(AppsHouse(Arc::downgrade(app)));
    let door = Door {
        port: settings.port,
        origins: settings.origins,
        ..Door::default()
    };
    let opened = Editors::open(app.uploader.clone(), house, door).await;
    *entrance(app) = match opened {
        Ok(door) => {
            tracing::info!(port = door.port(), "editors are let in");
            Entrance {
                door: Some(door),
                reason: None,
            }
        }
        Err(error) => {
            tracing::warn!(%error, "editors cannot be let in");
            Entrance {
                door: None,
                reason: Some(error.to_string()),
            }
        }
    };
}

pub fn standing(app: &Vitrine) -> Standing {
    let entrance = entrance(app);
    let door = entrance.door.as_ref();
    Standing {
        open: door.is_some(),
        port: door.map(Editors::port),
        reason: entrance.reason.clone(),
        callers: door.map(Editors::callers).unwrap_or_default(),
    }
}

/// Sends a tiny picture through the door, as an editor would.
pub async fn test(app: &Vitrine) -> Result<Tried, Refusal> {
    app.keychain.want();
    let trial = entrance(app).door.as_ref().map(Editors::trial);
    let trial = trial.ok_or_else(|| Refusal::of("door_closed", word("editors.closed")))?;
    let tried = trial.run().await;
    tried.map_err(|sentence| Refusal::of("not_tried", sentence))
}

fn entrance(app: &Vitrine) -> std::sync::MutexGuard<'_, Entrance> {
    app.entrance.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The app, for as long as it lives: the door must not keep it.
struct AppsHouse(Weak<Vitrine>);

impl House for AppsHouse {
    fn clipboard(&self) -> Option<Vec<u8>> {
        let app = self.0.upgrade()?;
        match tauri::async_runtime::block_on(app.clipboard.read()) {
            Pasted::Picture(bytes) => Some(bytes),
            Pasted::Files(paths) => std::fs::read(paths.first()?).ok(),
            Pasted::Address(_) | Pasted::Nothing => None,
        }
    }

    /// An editor writes its own markup around it.
    fn link(&self, job: &Job) -> Option<String> {
        let app = self.0.upgrade()?;
        let copy = app.settings.get().copy;
        let what = match copy.what {
            CopyWhat::Size => What::Size(copy.size),
            CopyWhat::All | CopyWhat::Original => What::Original,
        };
        let uploaded = job.state.uploaded()?.absolute(&app.status.base());
        let (name, width, height) = job.shown();
        Some(links::write(
            &Linked::new(name, width, height, &uploaded),
            what,
            &How::Url,
        ))
    }

    fn token(&self) -> Option<String> {
        let app = self.0.upgrade()?;
        if !app.settings.get().editors.has_token {
            return None;
        }
        // One that cannot be read is one that nobody knows.
        let unknown = || Some(uuid::Uuid::new_v4().to_string());
        app.keychain.get(TOKEN).ok().flatten().or_else(unknown)
    }

    fn target(&self, named: &str) -> Result<String, Unclear> {
        let app = self.0.upgrade().ok_or(Unclear::Unknown)?;
        let all = targets::all(&app);
        let is = |text: &str| text.eq_ignore_ascii_case(named);
        if let Some(target) = all.iter().find(|target| target.id == named) {
            return Ok(target.id.clone());
        }
        let mut found = all.iter().filter(|target| is(&target.name)).chain(
            all.iter()
                .filter(|target| is(target.kind.name()) && !is(&target.name)),
        );
        match (found.next(), found.next()) {
            (Some(target), None) => Ok(target.id.clone()),
            (Some(_), Some(_)) => Err(Unclear::Several),
            (None, _) => Err(Unclear::Unknown),
        }
    }
}
