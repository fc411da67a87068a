//! The server inside the app: on the app's own runtime, over the same folder and the same
//! `vitrine.toml` as `vitrine serve`. If that one serves the folder already, its server is used
//! instead, and ours takes over when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use library::{Library, ServerInfo};
use server::{Config, RunningServer, StartError};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::i18n::t;
use crate::network::lan_sharing;
use crate::network::lan_sharing::LanSettings;
use crate::settings::PortMove;
use crate::targets;
use crate::view::app_state::ServerState;

/// How `vitrine serve` and others read who serves the folder.
const PROGRAM_NAME: &str = "the Vitrine app";

/// How often it is looked whether the other program still serves.
const RECHECK_INTERVAL: Duration = Duration::from_millis(500);

/// How many ports after the wanted one are tried before any free one is taken.
const NEIGHBOUR_PORTS: u16 = 20;

#[derive(Default)]
pub struct EmbeddedServer {
    library: OnceLock<Library>,
    running: tokio::sync::Mutex<Option<RunningServer>>,
    /// What starts it.
    start_task: Mutex<Option<JoinHandle<()>>>,
}

/// What a server that is switched off lets finish.
const STOP_GRACE: Duration = Duration::from_secs(2);

impl EmbeddedServer {
    pub fn library(&self) -> Option<&Library> {
        self.library.get()
    }

    /// The library, for what cannot be done before it is open.
    pub fn require_library(&self) -> Result<Library, CommandError> {
        let library = self.library().cloned();
        library.ok_or_else(|| CommandError::new("not_running", t("targets.not_running")))
    }

    /// Stops the server, if it is ours; what is in flight may finish within that time.
    pub async fn stop(&self, within: Duration) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.stop(within).await;
        }
    }

    /// The address of one's own that links are to start with.
    pub async fn public_url(&self) -> Option<String> {
        let running = self.running.lock().await;
        running.as_ref().and_then(RunningServer::public_url)
    }

    fn lock_start_task(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.start_task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the server, unless the user wants none.
pub fn start(app: &Arc<AppContext>) {
    if app.settings.get().server_off {
        return set_server_state(app, ServerState::Off);
    }
    let task = tauri::async_runtime::handle()
        .inner()
        .spawn(run_server(Arc::clone(app)));
    *app.embedded_server.lock_start_task() = Some(task);
}

/// Switches the server on or off, now and at the next start.
pub async fn set_enabled(app: &Arc<AppContext>, on: bool) -> Result<(), CommandError> {
    let was_off = app.settings.get().server_off;
    app.change_settings(|settings| settings.server_off = !on)?;
    if on == was_off {
        match on {
            true => {
                set_server_state(app, ServerState::Starting);
                start(app);
            }
            false => stop_server(app).await,
        }
    }
    Ok(())
}

async fn stop_server(app: &Arc<AppContext>) {
    if let Some(task) = app.embedded_server.lock_start_task().take() {
        task.abort();
    }
    app.embedded_server.stop(STOP_GRACE).await;
    set_server_state(app, ServerState::Off);
    targets::update_uploader(app);
    lan_sharing::refresh(app).await;
}

/// Listens where the switch says from now on, and cuts nothing that is in flight.
pub async fn rebind(app: &Arc<AppContext>, lan: &LanSettings) -> Result<(), CommandError> {
    let running = app.embedded_server.running.lock().await;
    let ServerState::Running {
        adopted,
        moved_from,
        port,
        ..
    } = app.status.server()
    else {
        return Err(CommandError::new("not_running", t("targets.not_running")));
    };
    let (Some(running), None, Ok(config)) = (running.as_ref(), adopted, &app.config) else {
        return Err(CommandError::new("adopted", t("reach.adopted")));
    };
    let address = SocketAddr::new(lan.listen_ip(config.listen.ip()), port);
    let address = running
        .rebind(address)
        .await
        .map_err(|error| CommandError::new("cannot_listen", error.to_string()))?;
    tracing::info!(%address, "the server listens elsewhere");
    publish_running(app, address, moved_from, None);
    Ok(())
}

/// Opens the library, finds its key and serves it, or says in the state why not.
async fn run_server(app: Arc<AppContext>) {
    // Every client is an open file, and the usual limit is made for programs with few.
    if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    if let Err(message) = serve_folder(&app).await {
        tracing::error!("{message}");
        set_server_state(&app, ServerState::Failed { message });
    }
}

async fn serve_folder(app: &Arc<AppContext>) -> Result<(), String> {
    let config = app.config.clone()?;
    let library = match app.embedded_server.library() {
        Some(library) => library.clone(),
        None => open_library(app, &config).await?,
    };
    loop {
        if let Some(serving) = current_server(app).await? {
            adopt_server(app, serving).await?;
        }
        match start_on_free_port(app, &config, &library).await {
            Ok(()) => return Ok(()),
            // Somebody was quicker.
            Err(StartError::AlreadyServed(_)) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

async fn open_library(app: &Arc<AppContext>, config: &Config) -> Result<Library, String> {
    let (folder, settings) = (app.data_dir.clone(), config.library_settings());
    let library = run_blocking(move || Library::open(&folder, settings)).await?;
    let library = app.embedded_server.library.get_or_init(|| library).clone();
    tokio::spawn(load_app_key(Arc::clone(app), library.clone()));
    Ok(library)
}

async fn load_app_key(app: Arc<AppContext>, library: Library) {
    match app.keychain.load_app_key(&library).await {
        Ok(standing) => {
            app.status.set_keychain(standing);
            app.emit_state();
            app.uploader.wake();
        }
        Err(error) => {
            let message = format!("The app's key could not be made: {error}");
            tracing::error!("{message}");
            set_server_state(&app, ServerState::Failed { message });
        }
    }
}

async fn current_server(app: &AppContext) -> Result<Option<ServerInfo>, String> {
    let folder = app.data_dir.clone();
    run_blocking(move || library::current_server(&folder)).await
}

/// Uses the server of another program until that ends.
async fn adopt_server(app: &Arc<AppContext>, mut serving: ServerInfo) -> Result<(), String> {
    let mut used = None;
    loop {
        // It is still starting while it has no address.
        if let Some(address) = serving.local_address()
            && used != Some(address)
        {
            tracing::info!(program = serving.program, %address, "another program serves the folder");
            used = Some(address);
            publish_running(app, address, None, Some(serving.program));
        }
        tokio::time::sleep(RECHECK_INTERVAL).await;
        match current_server(app).await? {
            Some(still) => serving = still,
            None => {
                tracing::info!("the other program has ended: taking over");
                return Ok(());
            }
        }
    }
}

async fn start_on_free_port(
    app: &Arc<AppContext>,
    config: &Config,
    library: &Library,
) -> Result<(), StartError> {
    let wanted = config.listen.port();
    let remembered = app
        .settings
        .get()
        .moved
        .filter(|moved| moved.wanted == wanted);
    let first = remembered.map_or(wanted, |moved| moved.found);
    let ip = app.settings.get().lan.listen_ip(config.listen.ip());
    let mut taken = None;
    for port in candidate_ports(first, wanted) {
        let mut config = config.clone();
        config.listen = SocketAddr::new(ip, port);
        match server::start(
            config,
            library.clone(),
            PROGRAM_NAME,
            Some(app_paths::load_spa()),
        )
        .await
        {
            Ok(running) => {
                let address = running.address();
                tracing::info!(%address, "the server accepts connections");
                *app.embedded_server.running.lock().await = Some(running);
                remember_port(app, wanted, address.port());
                let moved_from = (first != 0 && address.port() != first).then_some(first);
                publish_running(app, address, moved_from, None);
                return Ok(());
            }
            Err(StartError::AddressTaken(address)) => {
                tracing::warn!(%address, "the port is taken");
                taken = Some(StartError::AddressTaken(address));
            }
            Err(error) => return Err(error),
        }
    }
    // Not reached in practice: the last port tried is "any".
    Err(taken.unwrap_or(StartError::AddressTaken(config.listen)))
}

/// The one that links carry, the one that is wanted, its neighbours, any.
fn candidate_ports(first: u16, wanted: u16) -> Vec<u16> {
    let mut ports = vec![first];
    let neighbours = (1..=NEIGHBOUR_PORTS).filter_map(|step| wanted.checked_add(step));
    let others = std::iter::once(wanted).chain(neighbours.filter(|_| wanted != 0));
    ports.extend(others.filter(|port| *port != first && *port != 0));
    ports.push(0);
    ports
}

/// Writes a move down, because links carry the port.
fn remember_port(app: &AppContext, wanted: u16, found: u16) {
    let moved = (found != wanted).then_some(PortMove { wanted, found });
    let known = app.settings.get().moved;
    // Back on the port that was wanted: links carry that one from now on.
    if known == moved {
        return;
    }
    if let Err(error) = app.settings.update(|settings| settings.moved = moved) {
        tracing::warn!(%error, "the server's port could not be remembered");
    }
}

/// A server answers: jobs may go out.
fn publish_running(
    app: &Arc<AppContext>,
    mut address: SocketAddr,
    moved_from: Option<u16>,
    adopted: Option<String>,
) {
    // Who listens everywhere is asked here.
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    set_server_state(
        app,
        ServerState::Running {
            address,
            base: String::new(),
            port: address.port(),
            moved_from,
            adopted,
        },
    );
    targets::update_uploader(app);
    // Which tells what links start with from now on.
    tokio::spawn(lan_sharing::refresh_in_background(Arc::clone(app)));
}

fn set_server_state(app: &AppContext, server: ServerState) {
    app.status.set_server(server);
    app.emit_state();
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
