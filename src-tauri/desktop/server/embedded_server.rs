//! The embedded server: it runs on the app's runtime and serves the same data folder with the same configuration as
//! `vitrine serve`. If that program serves the folder already, its server is used, and ours takes over when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use library::{Library, ServerInfo};
use server::{Config, RunningServer, StartError};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::replace_if_changed;
use crate::i18n::t;
use crate::network::link_base::ServerStatus;
use crate::settings::{LanSettings, PortMove};
use crate::view::app_state::ServerState;

/// The name by which other programs see who serves the folder.
const PROGRAM_NAME: &str = "the Vitrine app";

/// The port of links until the server has started for the first time.
const DEFAULT_PORT: u16 = 4870;

/// How often to check whether the other program still serves the folder.
const RECHECK_INTERVAL: Duration = Duration::from_millis(500);

/// How many ports after the configured one are tried before any free one.
const NEIGHBOUR_PORTS: u16 = 20;

/// The time for open requests when the server is switched off.
const STOP_GRACE: Duration = Duration::from_secs(2);

pub struct EmbeddedServer {
    context: Arc<AppContext>,
    /// The configuration, or the sentence that says why it is invalid.
    config: Result<Config, String>,
    library: OnceLock<Library>,
    running: tokio::sync::Mutex<Option<RunningServer>>,
    start_task: Mutex<Option<JoinHandle<()>>>,
    status: watch::Sender<ServerStatus>,
}

impl EmbeddedServer {
    pub fn new(context: Arc<AppContext>, config: Result<Config, String>) -> EmbeddedServer {
        let port = context
            .settings
            .get()
            .moved
            .map_or(DEFAULT_PORT, |moved| moved.found);
        EmbeddedServer {
            context,
            config,
            library: OnceLock::new(),
            running: tokio::sync::Mutex::default(),
            start_task: Mutex::default(),
            status: watch::Sender::new(ServerStatus {
                state: ServerState::Starting,
                local_base: format!("http://127.0.0.1:{port}"),
            }),
        }
    }

    pub fn watch_status(&self) -> watch::Receiver<ServerStatus> {
        self.status.subscribe()
    }

    pub fn state(&self) -> ServerState {
        self.status.borrow().state.clone()
    }

    pub fn library(&self) -> Option<&Library> {
        self.library.get()
    }

    /// The library, or an error until it is open.
    pub fn require_library(&self) -> Result<Library, CommandError> {
        let library = self.library().cloned();
        library.ok_or_else(|| CommandError::new("not_running", t("targets.not_running")))
    }

    /// The configured base URL of links.
    pub async fn public_url(&self) -> Option<String> {
        let running = self.running.lock().await;
        running.as_ref().and_then(RunningServer::public_url)
    }

    /// Starts the server, unless it is switched off.
    pub fn start(self: &Arc<Self>) {
        if self.context.settings.get().server_off {
            return self.set_state(ServerState::Off);
        }
        let task = self.context.runtime.spawn(Arc::clone(self).run());
        *self.lock_start_task() = Some(task);
    }

    /// Stops the server if it is ours; open requests may finish within that time.
    pub async fn stop(&self, within: Duration) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.stop(within).await;
        }
    }

    /// Switches the server on or off, now and at the next start.
    pub async fn set_enabled(self: &Arc<Self>, on: bool) -> Result<(), CommandError> {
        let was_off = self.context.settings.get().server_off;
        self.context
            .settings
            .update(|settings| settings.server_off = !on)?;
        match on {
            true if was_off => {
                self.set_state(ServerState::Starting);
                self.start();
            }
            false if !was_off => {
                if let Some(task) = self.lock_start_task().take() {
                    task.abort();
                }
                self.stop(STOP_GRACE).await;
                self.set_state(ServerState::Off);
            }
            _ => {}
        }
        Ok(())
    }

    /// Listens on the address for these settings. Open connections stay.
    pub async fn rebind(&self, lan: &LanSettings) -> Result<(), CommandError> {
        let running = self.running.lock().await;
        let ServerState::Running {
            adopted,
            moved_from,
            port,
            ..
        } = self.state()
        else {
            return Err(CommandError::new("not_running", t("targets.not_running")));
        };
        let (Some(running), None, Ok(config)) = (running.as_ref(), adopted, &self.config) else {
            return Err(CommandError::new("adopted", t("reach.adopted")));
        };
        let address = SocketAddr::new(lan.listen_ip(config.listen.ip()), port);
        let address = running
            .rebind(address)
            .await
            .map_err(|error| CommandError::new("cannot_listen", error.to_string()))?;
        tracing::info!(%address, "the server listens on another address");
        self.publish_running(address, moved_from, None);
        Ok(())
    }

    async fn run(self: Arc<Self>) {
        // Every client is an open file, and the default limit is low.
        if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
            tracing::warn!(%error, "could not raise the limit of open files");
        }
        if let Err(message) = self.serve_folder().await {
            self.fail(message);
        }
    }

    async fn serve_folder(self: &Arc<Self>) -> Result<(), String> {
        let config = self.config.clone()?;
        let library = match self.library() {
            Some(library) => library.clone(),
            None => self.open_library(&config).await?,
        };
        loop {
            if let Some(other) = self.current_server().await? {
                self.adopt_server(other).await?;
            }
            match self.start_on_free_port(&config, &library).await {
                Ok(()) => return Ok(()),
                // Another program was faster.
                Err(StartError::AlreadyServed(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    async fn open_library(self: &Arc<Self>, config: &Config) -> Result<Library, String> {
        let (folder, settings) = (self.context.data_dir.clone(), config.library_settings());
        let library = run_blocking(move || Library::open(&folder, settings)).await?;
        let library = self.library.get_or_init(|| library).clone();
        tokio::spawn(Arc::clone(self).load_app_key(library.clone()));
        Ok(library)
    }

    async fn load_app_key(self: Arc<Self>, library: Library) {
        match self.context.keychain.load_app_key(&library).await {
            Ok(()) => self.context.uploader.wake(),
            Err(error) => self.fail(format!("The app's key could not be made: {error}")),
        }
    }

    async fn current_server(&self) -> Result<Option<ServerInfo>, String> {
        let folder = self.context.data_dir.clone();
        run_blocking(move || library::current_server(&folder)).await
    }

    /// Uses the server of another program until that ends.
    async fn adopt_server(&self, mut other: ServerInfo) -> Result<(), String> {
        let mut used = None;
        loop {
            // It has no address while it is starting.
            if let Some(address) = other.local_address()
                && used != Some(address)
            {
                tracing::info!(program = other.program, %address, "another program serves the data folder");
                used = Some(address);
                self.publish_running(address, None, Some(other.program));
            }
            tokio::time::sleep(RECHECK_INTERVAL).await;
            match self.current_server().await? {
                Some(still) => other = still,
                None => {
                    tracing::info!("the other program has ended: starting the embedded server");
                    return Ok(());
                }
            }
        }
    }

    async fn start_on_free_port(
        &self,
        config: &Config,
        library: &Library,
    ) -> Result<(), StartError> {
        let settings = self.context.settings.get();
        let wanted = config.listen.port();
        let remembered = settings.moved.filter(|moved| moved.wanted == wanted);
        let first = remembered.map_or(wanted, |moved| moved.found);
        let ip = settings.lan.listen_ip(config.listen.ip());
        let mut taken = None;
        for port in candidate_ports(first, wanted) {
            let mut config = config.clone();
            config.listen = SocketAddr::new(ip, port);
            let page = Some(app_paths::load_spa());
            match server::start(config, library.clone(), PROGRAM_NAME, page).await {
                Ok(running) => {
                    let address = running.address();
                    tracing::info!(%address, "the server accepts connections");
                    *self.running.lock().await = Some(running);
                    self.remember_port(wanted, address.port());
                    let moved_from = (first != 0 && address.port() != first).then_some(first);
                    self.publish_running(address, moved_from, None);
                    return Ok(());
                }
                Err(StartError::AddressTaken(address)) => {
                    tracing::warn!(%address, "the port is in use");
                    taken = Some(StartError::AddressTaken(address));
                }
                Err(error) => return Err(error),
            }
        }
        // Not reached in practice: the last port tried is "any".
        Err(taken.unwrap_or(StartError::AddressTaken(config.listen)))
    }

    /// Saves the port, because links contain it. A failure is logged.
    fn remember_port(&self, wanted: u16, found: u16) {
        let moved = (found != wanted).then_some(PortMove { wanted, found });
        let settings = &self.context.settings;
        if settings.get().moved != moved {
            let _ = settings.update(|settings| settings.moved = moved);
        }
    }

    fn publish_running(
        &self,
        mut address: SocketAddr,
        moved_from: Option<u16>,
        adopted: Option<String>,
    ) {
        // A server on all addresses is used through the loopback address.
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        self.set_state(ServerState::Running {
            address,
            base: String::new(),
            port: address.port(),
            moved_from,
            adopted,
        });
    }

    fn fail(&self, message: String) {
        tracing::error!("{message}");
        self.set_state(ServerState::Failed { message });
    }

    fn set_state(&self, state: ServerState) {
        let local_base = match &state {
            ServerState::Running { address, .. } => format!("http://{address}"),
            _ => self.status.borrow().local_base.clone(),
        };
        replace_if_changed(&self.status, ServerStatus { state, local_base });
    }

    fn lock_start_task(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.start_task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The remembered port, the configured one, its neighbours, any.
fn candidate_ports(first: u16, wanted: u16) -> Vec<u16> {
    let mut ports = vec![first];
    let neighbours = (1..=NEIGHBOUR_PORTS).filter_map(|step| wanted.checked_add(step));
    let others = std::iter::once(wanted).chain(neighbours.filter(|_| wanted != 0));
    ports.extend(others.filter(|port| *port != first && *port != 0));
    ports.push(0);
    ports
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, library::Error> + Send + 'static,
) -> Result<T, String> {
    match spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(error) => Err(format!("The library failed: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remembered_port_comes_first_and_any_port_last() {
        let ports = candidate_ports(4875, 4870);
        assert_eq!(ports[..3], [4875, 4870, 4871]);
        assert_eq!(ports.iter().filter(|port| **port == 4875).count(), 1);
        assert_eq!(ports.last(), Some(&0));
    }

    #[test]
    fn port_zero_picks_any_free_port() {
        assert_eq!(candidate_ports(0, 0), [0, 0]);
        assert_eq!(candidate_ports(4899, 0), [4899, 0]);
    }
}
