//! The HTTP server in front of one library: listener, middleware and dialects.
//!
//! The only room that knows axum. [`start`] gives a [`RunningServer`] server; everything it needs is
//! handed to it, and it reads neither the environment nor any file of its own.

mod aliases;
mod config;
mod deliver;
mod dialects;
mod error;
mod http;
mod links;
mod maintenance;
mod recent_requests;
mod render;
mod state;
#[cfg(test)]
mod tests;
mod upload;
mod web_ui;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use library::{Library, ServerInfo, ServerLock};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use config::{Config, ConfigError, RESERVED_VARIABLES, Sources};
use http::listener::ListenerCommand;
use http::rebind::{bind, local_address};
use state::App;
pub use web_ui::spa::Spa;

/// A server that accepts connections. Dropped without [`RunningServer::stop`], it ends at once.
pub struct RunningServer {
    app: App,
    commands: mpsc::Sender<ListenerCommand>,
    task: JoinHandle<()>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("This folder is already served by {0}.")]
    AlreadyServed(ServerInfo),
    #[error("{0} is taken by another program; choose another port.")]
    AddressTaken(SocketAddr),
    #[error("The server cannot listen on {address}: {cause}")]
    CannotListen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("The settings that were changed in the dashboard cannot be read: {0}")]
    InvalidSettings(String),
    #[error("The server has ended and listens nowhere.")]
    NotRunning,
    #[error(transparent)]
    Library(library::Error),
}

/// Takes the folder's serving lock, listens, and serves until told to stop. `program` is the name
/// by which another one is told who serves; `page` is what browsers get at `/`, if the program has it inside.
///
/// # Errors
/// If another process serves the folder, or `config.listen` cannot be had.
pub async fn start(
    config: Config,
    library: Library,
    program: &str,
    page: Option<Spa>,
) -> Result<RunningServer, StartError> {
    render::malloc::set_mmap_threshold();
    let mut lock = acquire_server_lock(&library, program).await?;
    let listener = bind(config.listen).await?;
    let address = local_address(&listener, config.listen)?;
    lock.publish_address(address).map_err(StartError::Library)?;

    let app = App::new(
        Config {
            listen: address,
            ..config
        },
        library,
        page,
    );
    let following = app.clone();
    app.run_blocking(move |library, _| Ok(following.live_config.reload(library)?))
        .await
        .map_err(|error| StartError::InvalidSettings(error.cause_chain()))?;
    let (tell, told) = mpsc::channel(1);
    let ended = tokio::spawn(run_server(app.clone(), listener, told, lock));
    Ok(RunningServer {
        app,
        commands: tell,
        task: ended,
    })
}

impl RunningServer {
    /// Where it listens; with port 0 in the configuration, the port that was free.
    pub fn address(&self) -> SocketAddr {
        self.app.config().listen
    }

    /// What links are to start with, whoever asks for them, as it is chosen just now.
    pub fn public_url(&self) -> Option<String> {
        self.app.config().public_url.clone()
    }

    /// Listens there instead, from now on; connections that are there go on. The answer is where it listens then.
    ///
    /// # Errors
    /// If that address cannot be had: everything stays as it was.
    pub async fn rebind(&self, address: SocketAddr) -> Result<SocketAddr, StartError> {
        let (answer, answered) = oneshot::channel();
        let told = self
            .commands
            .send(ListenerCommand::Rebind(address, answer))
            .await;
        told.map_err(|_| StartError::NotRunning)?;
        answered.await.map_err(|_| StartError::NotRunning)?
    }

    /// Accepts nothing more, lets what is in flight finish, cuts it off after `within`, and lets
    /// go of the folder.
    pub async fn stop(self, within: Duration) {
        // Where nobody is told any more, it has ended by itself.
        let _ = self.commands.send(ListenerCommand::Shutdown(within)).await;
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server did not stop in order");
        }
    }
}

async fn acquire_server_lock(library: &Library, program: &str) -> Result<ServerLock, StartError> {
    let (library, program) = (library.clone(), program.to_owned());
    let locked = tokio::task::spawn_blocking(move || {
        for warning in library.startup_warnings() {
            tracing::warn!("{warning}");
        }
        library.take_server_lock(&program)
    })
    .await;
    match locked {
        Ok(Ok(lock)) => Ok(lock),
        Ok(Err(library::Error::AlreadyServed(serving))) => Err(StartError::AlreadyServed(serving)),
        Ok(Err(error)) => Err(StartError::Library(error)),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

async fn run_server(
    app: App,
    listener: TcpListener,
    told: mpsc::Receiver<ListenerCommand>,
    mut lock: ServerLock,
) {
    let upkeep = tokio::spawn(maintenance::run(app.clone()));
    let background = render::background::start_background(&app);
    http::listener::serve(&app, listener, told, |address| {
        if let Err(error) = lock.publish_address(address) {
            tracing::warn!(%error, "others are not told where this server listens now");
        }
    })
    .await;
    background.stop().await;
    upkeep.abort();
    maintenance::flush_counters(&app).await;
    drop(lock);
}
