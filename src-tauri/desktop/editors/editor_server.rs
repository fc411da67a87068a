//! The PicGo server for Markdown editors: it runs while the settings say so, with the app's clipboard, links and targets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use uploader::links::{self, LinkContext, LinkFormat, LinkSelection};
use uploader::picgo_server::{
    EditorHost, EditorServer, EditorServerConfig, RecentClient, SelfTestResult, TargetLookupError,
};
use uploader::{Job, Secrets};

use crate::context::AppContext;
use crate::error::CommandError;
use crate::i18n::t;
use crate::network::link_base::LinkBase;
use crate::settings::CopySelection;
use crate::shell::clipboard::ClipboardContents;
use crate::targets::Targets;

/// The keychain entry of the editors' token.
const TOKEN_ENTRY: &str = "editors";

#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EditorServerStatus {
    open: bool,
    port: Option<u16>,
    /// Why it is not running although it should.
    reason: Option<String>,
    callers: Vec<RecentClient>,
}

/// The running server, or why it could not start.
#[derive(Default)]
struct EditorServerState {
    server: Option<EditorServer>,
    error: Option<String>,
}

pub struct EditorUploads {
    context: Arc<AppContext>,
    host: Arc<AppEditorHost>,
    state: Mutex<EditorServerState>,
}

impl EditorUploads {
    pub fn new(
        context: Arc<AppContext>,
        targets: Arc<Targets>,
        link_base: LinkBase,
    ) -> EditorUploads {
        EditorUploads {
            host: Arc::new(AppEditorHost {
                context: Arc::clone(&context),
                targets,
                link_base,
            }),
            context,
            state: Mutex::default(),
        }
    }

    /// Restarts or stops the server as the settings say.
    pub async fn apply_settings(&self) {
        // The old server releases its port first.
        *self.lock_state() = EditorServerState::default();
        let settings = self.context.settings.get().editors.clone();
        if !settings.on {
            return;
        }
        let config = EditorServerConfig {
            port: settings.port,
            origins: settings.origins,
            ..EditorServerConfig::default()
        };
        let uploader = self.context.uploader.clone();
        let started = EditorServer::start(uploader, self.host.clone(), config).await;
        let mut state = self.lock_state();
        match started {
            Ok(server) => {
                tracing::info!(port = server.port(), "the editor server is running");
                state.server = Some(server);
            }
            Err(error) => {
                tracing::warn!(%error, "could not start the editor server");
                state.error = Some(error.to_string());
            }
        }
    }

    pub fn status(&self) -> EditorServerStatus {
        let state = self.lock_state();
        let server = state.server.as_ref();
        EditorServerStatus {
            open: server.is_some(),
            port: server.map(EditorServer::port),
            reason: state.error.clone(),
            callers: server.map(EditorServer::recent_clients).unwrap_or_default(),
        }
    }

    /// Uploads a tiny picture through the server, as an editor would.
    pub async fn run_self_test(&self) -> Result<SelfTestResult, CommandError> {
        self.context.keychain.request_unlock();
        let test = self
            .lock_state()
            .server
            .as_ref()
            .map(EditorServer::self_test);
        let test = test.ok_or_else(|| CommandError::new("door_closed", t("editors.closed")))?;
        let result = test.run().await;
        result.map_err(|message| CommandError::new("not_tried", message))
    }

    /// Sets or removes the token that editors have to send.
    pub async fn set_token(&self, token: Option<String>) -> Result<(), CommandError> {
        let token = token
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty());
        let has_token = token.is_some();
        self.context.keychain.set_secret(TOKEN_ENTRY, token).await?;
        self.context
            .settings
            .update(|settings| settings.editors.has_token = has_token)?;
        Ok(())
    }

    fn lock_state(&self) -> MutexGuard<'_, EditorServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct AppEditorHost {
    context: Arc<AppContext>,
    targets: Arc<Targets>,
    link_base: LinkBase,
}

impl EditorHost for AppEditorHost {
    fn clipboard_picture(&self) -> Option<Vec<u8>> {
        let clipboard = &self.context.clipboard;
        match self.context.runtime.block_on(clipboard.read_contents()) {
            ClipboardContents::Picture(bytes) => Some(bytes),
            ClipboardContents::Files(paths) => std::fs::read(paths.first()?).ok(),
            ClipboardContents::Address(_) | ClipboardContents::Empty => None,
        }
    }

    /// Only the URL: editors write their own markup around it.
    fn link(&self, job: &Job) -> Option<String> {
        let copy = self.context.settings.get().copy;
        let selection = match copy.what {
            CopySelection::Size => LinkSelection::Size(copy.size),
            CopySelection::All | CopySelection::Original => LinkSelection::Original,
        };
        let base = self.link_base.get();
        let uploaded = job.state.upload_result()?.to_absolute(&base);
        let (name, width, height) = job.name_and_size();
        let context = LinkContext::new(name, width, height, &uploaded);
        Some(links::write_links(&context, selection, &LinkFormat::Url))
    }

    fn token(&self) -> Option<String> {
        if !self.context.settings.get().editors.has_token {
            return None;
        }
        // If the token cannot be read, no request is authorised.
        let unknown = || Some(uuid::Uuid::new_v4().to_string());
        let token = self.context.keychain.get(TOKEN_ENTRY).ok().flatten();
        token.or_else(unknown)
    }

    fn find_target(&self, name: &str) -> Result<String, TargetLookupError> {
        let all = self.targets.list();
        let is = |text: &str| text.eq_ignore_ascii_case(name);
        if let Some(target) = all.iter().find(|target| target.id == name) {
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
