//! The server inside the app: on the app's own runtime, over the same folder and the same
//! `vitrine.toml` as `vitrine serve`. If that one serves the folder already, its server is used
//! instead, and ours takes over when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use library::{Library, Serving};
use server::{Config, Running, StartError};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::i18n::word;
use crate::network::lan_sharing;
use crate::network::lan_sharing::Lan;
use crate::server::web_assets;
use crate::settings::Moved;
use crate::targets;
use crate::view::app_state::ServerState;

/// How `vitrine serve` and others read who serves the folder.
const PROGRAM: &str = "the Vitrine app";

/// How often it is looked whether the other program still serves.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How many ports after the wanted one are tried before any free one is taken.
const NEIGHBOURS: u16 = 20;

#[derive(Default)]
pub struct Embedded {
    library: OnceLock<Library>,
    running: tokio::sync::Mutex<Option<Running>>,
    /// What starts it.
    starting: Mutex<Option<JoinHandle<()>>>,
}

/// What a server that is switched off lets finish.
const GRACE: Duration = Duration::from_secs(2);

impl Embedded {
    pub fn library(&self) -> Option<&Library> {
        self.library.get()
    }

    /// The library, for what cannot be done before it is open.
    pub fn opened(&self) -> Result<Library, Refusal> {
        let library = self.library().cloned();
        library.ok_or_else(|| Refusal::of("not_running", word("targets.not_running")))
    }

    /// Stops the server, if it is ours; what is in flight may finish within that time.
    pub async fn stop(&self, within: Duration) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.stop(within).await;
        }
    }

    /// The address of one's own that links are to start with.
    pub async fn public_address(&self) -> Option<String> {
        let running = self.running.lock().await;
        running.as_ref().and_then(Running::public_url)
    }

    fn starting(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.starting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the server, unless the user wants none.
pub fn begin(app: &Arc<Vitrine>) {
    if app.settings.get().server_off {
        return tell(app, ServerState::Off);
    }
    let task = tauri::async_runtime::handle()
        .inner()
        .spawn(run(Arc::clone(app)));
    *app.embedded.starting() = Some(task);
}

/// Switches the server on or off, now and at the next start.
pub async fn switch(app: &Arc<Vitrine>, on: bool) -> Result<(), Refusal> {
    let was_off = app.settings.get().server_off;
    app.change(|settings| settings.server_off = !on)?;
    if on == was_off {
        match on {
            true => {
                tell(app, ServerState::Starting);
                begin(app);
            }
            false => end(app).await,
        }
    }
    Ok(())
}

async fn end(app: &Arc<Vitrine>) {
    if let Some(task) = app.embedded.starting().take() {
        task.abort();
    }
    app.embedded.stop(GRACE).await;
    tell(app, ServerState::Off);
    targets::apply(app);
    lan_sharing::look(app).await;
}

/// Listens where the switch says from now on, and cuts nothing that is in flight.
pub async fn listen(app: &Arc<Vitrine>, lan: &Lan) -> Result<(), Refusal> {
    let running = app.embedded.running.lock().await;
    let ServerState::Running {
        adopted,
        moved_from,
        port,
        ..
    } = app.status.server()
    else {
        return Err(Refusal::of("not_running", word("targets.not_running")));
    };
    let (Some(running), None, Ok(config)) = (running.as_ref(), adopted, &app.config) else {
        return Err(Refusal::of("adopted", word("reach.adopted")));
    };
    let address = SocketAddr::new(lan.ip(config.listen.ip()), port);
    let address = running
        .listen(address)
        .await
        .map_err(|error| Refusal::of("cannot_listen", error.to_string()))?;
    tracing::info!(%address, "the server listens elsewhere");
    ready(app, address, moved_from, None);
    Ok(())
}

/// Opens the library, finds its key and serves it, or says in the state why not.
async fn run(app: Arc<Vitrine>) {
    // Every client is an open file, and the usual limit is made for programs with few.
    if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    if let Err(message) = serve(&app).await {
        tracing::error!("{message}");
        tell(&app, ServerState::Failed { message });
    }
}

async fn serve(app: &Arc<Vitrine>) -> Result<(), String> {
    let config = app.config.clone()?;
    let library = match app.embedded.library() {
        Some(library) => library.clone(),
        None => open(app, &config).await?,
    };
    loop {
        if let Some(serving) = who_serves(app).await? {
            use_other(app, serving).await?;
        }
        match start(app, &config, &library).await {
            Ok(()) => return Ok(()),
            // Somebody was quicker.
            Err(StartError::Served(_)) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

async fn open(app: &Arc<Vitrine>, config: &Config) -> Result<Library, String> {
    let (folder, settings) = (app.data.clone(), config.library_settings());
    let library = off_thread(move || Library::open(&folder, settings)).await?;
    let library = app.embedded.library.get_or_init(|| library).clone();
    tokio::spawn(find_key(Arc::clone(app), library.clone()));
    Ok(library)
}

async fn find_key(app: Arc<Vitrine>, library: Library) {
    match app.keychain.settle(&library).await {
        Ok(standing) => {
            app.status.set_keychain(standing);
            app.tell_state();
            app.uploader.wake();
        }
        Err(error) => {
            let message = format!("The app's key could not be made: {error}");
            tracing::error!("{message}");
            tell(&app, ServerState::Failed { message });
        }
    }
}

async fn who_serves(app: &Vitrine) -> Result<Option<Serving>, String> {
    let folder = app.data.clone();
    off_thread(move || library::who_serves(&folder)).await
}

/// Uses the server of another program until that ends.
async fn use_other(app: &Arc<Vitrine>, mut serving: Serving) -> Result<(), String> {
    let mut used = None;
    loop {
        // It is still starting while it has no address.
        if let Some(address) = serving.reached_at()
            && used != Some(address)
        {
            tracing::info!(program = serving.program, %address, "another program serves the folder");
            used = Some(address);
            ready(app, address, None, Some(serving.program));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        match who_serves(app).await? {
            Some(still) => serving = still,
            None => {
                tracing::info!("the other program has ended: taking over");
                return Ok(());
            }
        }
    }
}

async fn start(app: &Arc<Vitrine>, config: &Config, library: &Library) -> Result<(), StartError> {
    let wanted = config.listen.port();
    let remembered = app
        .settings
        .get()
        .moved
        .filter(|moved| moved.wanted == wanted);
    let first = remembered.map_or(wanted, |moved| moved.found);
    let ip = app.settings.get().lan.ip(config.listen.ip());
    let mut taken = None;
    for port in ports(first, wanted) {
        let mut config = config.clone();
        config.listen = SocketAddr::new(ip, port);
        match server::start(config, library.clone(), PROGRAM, Some(web_assets::built())).await {
            Ok(running) => {
                let address = running.address();
                tracing::info!(%address, "the server accepts connections");
                *app.embedded.running.lock().await = Some(running);
                remember(app, wanted, address.port());
                let moved_from = (first != 0 && address.port() != first).then_some(first);
                ready(app, address, moved_from, None);
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
fn ports(first: u16, wanted: u16) -> Vec<u16> {
    let mut ports = vec![first];
    let neighbours = (1..=NEIGHBOURS).filter_map(|step| wanted.checked_add(step));
    let others = std::iter::once(wanted).chain(neighbours.filter(|_| wanted != 0));
    ports.extend(others.filter(|port| *port != first && *port != 0));
    ports.push(0);
    ports
}

/// Writes a move down, because links carry the port.
fn remember(app: &Vitrine, wanted: u16, found: u16) {
    let moved = (found != wanted).then_some(Moved { wanted, found });
    let known = app.settings.get().moved;
    // Back on the port that was wanted: links carry that one from now on.
    if known == moved {
        return;
    }
    if let Err(error) = app.settings.change(|settings| settings.moved = moved) {
        tracing::warn!(%error, "the server's port could not be remembered");
    }
}

/// A server answers: jobs may go out.
fn ready(
    app: &Arc<Vitrine>,
    mut address: SocketAddr,
    moved_from: Option<u16>,
    adopted: Option<String>,
) {
    // Who listens everywhere is asked here.
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    tell(
        app,
        ServerState::Running {
            address,
            base: String::new(),
            port: address.port(),
            moved_from,
            adopted,
        },
    );
    targets::apply(app);
    // Which tells what links start with from now on.
    tokio::spawn(lan_sharing::look_again(Arc::clone(app)));
}

fn tell(app: &Vitrine, server: ServerState) {
    app.status.set_server(server);
    app.tell_state();
}

async fn off_thread<T: Send + 'static>(
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
        let ports = ports(4875, 4870);
        assert_eq!(ports[..3], [4875, 4870, 4871]);
        assert_eq!(ports.iter().filter(|port| **port == 4875).count(), 1);
        assert_eq!(ports.last(), Some(&0));
    }

    #[test]
    fn whoever_wants_any_port_gets_any() {
        assert_eq!(ports(0, 0), [0, 0]);
        assert_eq!(ports(4899, 0), [4899, 0]);
    }
}
