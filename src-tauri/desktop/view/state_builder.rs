//! Builds the `AppState` from what its parts publish.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use crate::context::AppContext;
use crate::events::Event;
use crate::network::link_base::{LanStatus, LinkBase, ServerStatus};
use crate::settings::Settings;
use crate::targets;
use crate::view::app_state::{AppState, KeychainStatus, ServerState, WatchPause};
use crate::view::folder::WatchedFolderView;
use crate::view::target::TargetView;

#[derive(Clone)]
pub struct StateBuilder {
    pub context: Arc<AppContext>,
    pub home: Option<PathBuf>,
    pub server: watch::Receiver<ServerStatus>,
    pub lan: watch::Receiver<LanStatus>,
    pub link_base: LinkBase,
    pub keychain: watch::Receiver<KeychainStatus>,
    pub tray: watch::Receiver<bool>,
    pub pause: watch::Receiver<WatchPause>,
}

impl StateBuilder {
    pub fn build(&self) -> AppState {
        let settings = self.context.settings.get();
        let mut server = self.server.borrow().state.clone();
        let targets = self.target_views(&settings, &server);
        if let ServerState::Running { base, .. } = &mut server {
            *base = self.link_base.get();
        }
        AppState {
            server,
            keychain: *self.keychain.borrow(),
            copy: settings.copy,
            tray: *self.tray.borrow(),
            version: env!("CARGO_PKG_VERSION"),
            reach: self.lan.borrow().reach.clone(),
            paused: self.context.uploader.is_paused(),
            watching: self.current_pause(),
            targets,
            usual: targets::default_target_id(&settings).to_owned(),
            folders: self.folder_views(&settings),
        }
    }

    /// Calls `publish` with the state, now and whenever it has changed.
    pub async fn run(mut self, mut events: Receiver<Event>, mut publish: impl FnMut(&AppState)) {
        let mut settings = self.context.settings.watch(Settings::clone);
        let mut published = None;
        loop {
            let state = self.build();
            if published.as_ref() != Some(&state) {
                publish(&state);
                published = Some(state);
            }
            let is_open = tokio::select! {
                is_open = settings.changed() => is_open,
                changed = self.server.changed() => changed.is_ok(),
                changed = self.lan.changed() => changed.is_ok(),
                changed = self.keychain.changed() => changed.is_ok(),
                changed = self.tray.changed() => changed.is_ok(),
                changed = self.pause.changed() => changed.is_ok(),
                is_open = state_event(&mut events) => is_open,
            };
            if !is_open {
                return;
            }
        }
    }

    /// This computer's server is among them even while it is not running.
    fn target_views(&self, settings: &Settings, server: &ServerState) -> Vec<TargetView> {
        let base = match server {
            ServerState::Running { address, .. } => format!("http://{address}"),
            _ => self.link_base.get(),
        };
        let local = TargetView::new(targets::local_target(settings, base), true);
        let saved = settings.targets.iter();
        let saved = saved.map(|saved| TargetView::new(saved.target.clone(), saved.has_key));
        std::iter::once(local).chain(saved).collect()
    }

    fn folder_views(&self, settings: &Settings) -> Vec<WatchedFolderView> {
        let uploader = &self.context.uploader;
        let states = uploader.folder_states();
        let view = |folder: &uploader::watch::WatchedFolder| {
            let state = states.iter().find(|(id, _)| *id == folder.id);
            let missed = uploader.missed_files(&folder.id).len();
            let state = state.map(|(_, state)| state);
            WatchedFolderView::new(folder, self.home.as_deref(), state, missed)
        };
        settings.folders.iter().map(view).collect()
    }

    /// A pause ends without an event.
    fn current_pause(&self) -> WatchPause {
        let pause = self.pause.borrow().clone();
        let is_over = pause.until.as_ref().is_some_and(|until| {
            until
                .parse::<jiff::Timestamp>()
                .is_ok_and(|until| until <= jiff::Timestamp::now())
        });
        match is_over {
            true => WatchPause::default(),
            false => pause,
        }
    }
}

/// Waits for an event that changes the state. False once the bus is closed.
async fn state_event(events: &mut Receiver<Event>) -> bool {
    loop {
        match events.recv().await {
            Ok(Event::FoldersChanged | Event::QueuePauseChanged | Event::LanguageChanged)
            | Err(RecvError::Lagged(_)) => return true,
            Ok(_) => {}
            Err(RecvError::Closed) => return false,
        }
    }
}
