//! The door for Markdown editors, as this app keeps it: open while the setting says so, and what it needs of the app.

use std::sync::{Arc, PoisonError, Weak};

use serde::Serialize;
use uploader::links::{self, LinkContext, LinkFormat, LinkSelection};
use uploader::picgo_server::{
    EditorHost, EditorServer, EditorServerConfig, RecentClient, SelfTestResult, TargetLookupError,
};
use uploader::{Job, Secrets};

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::t;
use crate::settings::CopySelection;
use crate::shell::clipboard::ClipboardContents;
use crate::targets;

/// What the keychain knows the editors' token by.
pub const TOKEN_ENTRY: &str = "editors";

/// How it is with the door.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EditorServerStatus {
    open: bool,
    port: Option<u16>,
    reason: Option<String>,
    callers: Vec<RecentClient>,
}

/// The door, or why there is none although there should be.
#[derive(Default)]
pub struct EditorServerState {
    server: Option<EditorServer>,
    reason: Option<String>,
}

/// Opens or closes the door, as the settings say now. One that is open as it should be stays so.
pub async fn apply_settings(app: &Arc<AppContext>) {
    let settings = app.settings.get().editors;
    // An open door has to be closed before its port can be had again.
    *lock_state(app) = EditorServerState::default();
    if !settings.on {
        return;
    }
    let house = Arc::new(AppEditorHost(Arc::downgrade(app)));
    let door = EditorServerConfig {
        port: settings.port,
        origins: settings.origins,
        ..EditorServerConfig::default()
    };
    let opened = EditorServer::start(app.uploader.clone(), house, door).await;
    *lock_state(app) = match opened {
        Ok(door) => {
            tracing::info!(port = door.port(), "editors are let in");
            EditorServerState {
                server: Some(door),
                reason: None,
            }
        }
        Err(error) => {
            tracing::warn!(%error, "editors cannot be let in");
            EditorServerState {
                server: None,
                reason: Some(error.to_string()),
            }
        }
    };
}

pub fn status(app: &AppContext) -> EditorServerStatus {
    let entrance = lock_state(app);
    let door = entrance.server.as_ref();
    EditorServerStatus {
        open: door.is_some(),
        port: door.map(EditorServer::port),
        reason: entrance.reason.clone(),
        callers: door.map(EditorServer::recent_clients).unwrap_or_default(),
    }
}

/// Sends a tiny picture through the door, as an editor would.
pub async fn run_self_test(app: &AppContext) -> Result<SelfTestResult, CommandError> {
    app.keychain.request_unlock();
    let trial = lock_state(app).server.as_ref().map(EditorServer::self_test);
    let trial = trial.ok_or_else(|| CommandError::new("door_closed", t("editors.closed")))?;
    let tried = trial.run().await;
    tried.map_err(|sentence| CommandError::new("not_tried", sentence))
}

fn lock_state(app: &AppContext) -> std::sync::MutexGuard<'_, EditorServerState> {
    app.editor_server
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The app, for as long as it lives: the door must not keep it.
struct AppEditorHost(Weak<AppContext>);

impl EditorHost for AppEditorHost {
    fn clipboard_picture(&self) -> Option<Vec<u8>> {
        let app = self.0.upgrade()?;
        match tauri::async_runtime::block_on(app.clipboard.read_contents()) {
            ClipboardContents::Picture(bytes) => Some(bytes),
            ClipboardContents::Files(paths) => std::fs::read(paths.first()?).ok(),
            ClipboardContents::Address(_) | ClipboardContents::Empty => None,
        }
    }

    /// An editor writes its own markup around it.
    fn link(&self, job: &Job) -> Option<String> {
        let app = self.0.upgrade()?;
        let copy = app.settings.get().copy;
        let what = match copy.what {
            CopySelection::Size => LinkSelection::Size(copy.size),
            CopySelection::All | CopySelection::Original => LinkSelection::Original,
        };
        let uploaded = job
            .state
            .upload_result()?
            .to_absolute(&app.status.link_base());
        let (name, width, height) = job.name_and_size();
        Some(links::write_links(
            &LinkContext::new(name, width, height, &uploaded),
            what,
            &LinkFormat::Url,
        ))
    }

    fn token(&self) -> Option<String> {
        let app = self.0.upgrade()?;
        if !app.settings.get().editors.has_token {
            return None;
        }
        // One that cannot be read is one that nobody knows.
        let unknown = || Some(uuid::Uuid::new_v4().to_string());
        app.keychain
            .get(TOKEN_ENTRY)
            .ok()
            .flatten()
            .or_else(unknown)
    }

    fn find_target(&self, named: &str) -> Result<String, TargetLookupError> {
        let app = self.0.upgrade().ok_or(TargetLookupError::Unknown)?;
        let all = targets::list_targets(&app);
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
            (Some(_), Some(_)) => Err(TargetLookupError::Ambiguous),
            (None, _) => Err(TargetLookupError::Unknown),
        }
    }
}
