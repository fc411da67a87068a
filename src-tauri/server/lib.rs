//! HTTP in front of one library: an accept loop of our own, layers, and the dialects.
//!
//! The only room that knows axum. [`start`] gives a [`Running`] server; everything it needs is
//! handed to it, and it reads neither the environment nor any file of its own.

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

use library::{Library, Serving, ServingLock};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use config::{Config, ConfigError, Sources};
use http::listener::Told;
use http::rebind::{address_of, bind};
use state::App;
pub use web_ui::spa::Page;

/// A server that accepts connections. Dropped without [`Running::stop`], it ends at once.
pub struct Running {
    app: App,
    tell: mpsc::Sender<Told>,
    ended: JoinHandle<()>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("This folder is already served by {0}.")]
    Served(Serving),
    #[error("{0} is taken by another program; choose another port.")]
    AddressTaken(SocketAddr),
    #[error("The server cannot listen on {address}: {cause}")]
    Listen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("The settings that were changed in the dashboard cannot be read: {0}")]
    Settings(String),
    #[error("The server has ended and listens nowhere.")]
    Ended,
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
    page: Option<Page>,
) -> Result<Running, StartError> {
    render::malloc::give_back_large_pieces();
    let mut lock = locked(&library, program).await?;
    let listener = bind(config.listen).await?;
    let address = address_of(&listener, config.listen)?;
    lock.announce(address).map_err(StartError::Library)?;

    let app = App::new(
        Config {
            listen: address,
            ..config
        },
        library,
        page,
    );
    let following = app.clone();
    app.ask(move |library, _| Ok(following.configured.follow(library)?))
        .await
        .map_err(|error| StartError::Settings(error.chain()))?;
    let (tell, told) = mpsc::channel(1);
    let ended = tokio::spawn(serve(app.clone(), listener, told, lock));
    Ok(Running { app, tell, ended })
}

impl Running {
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
    pub async fn listen(&self, address: SocketAddr) -> Result<SocketAddr, StartError> {
        let (answer, answered) = oneshot::channel();
        let told = self.tell.send(Told::Listen(address, answer)).await;
        told.map_err(|_| StartError::Ended)?;
        answered.await.map_err(|_| StartError::Ended)?
    }

    /// Accepts nothing more, lets what is in flight finish, cuts it off after `within`, and lets
    /// go of the folder.
    pub async fn stop(self, within: Duration) {
        // Where nobody is told any more, it has ended by itself.
        let _ = self.tell.send(Told::Stop(within)).await;
        if let Err(error) = self.ended.await {
            tracing::error!(%error, "the server did not stop in order");
        }
    }
}

async fn locked(library: &Library, program: &str) -> Result<ServingLock, StartError> {
    let (library, program) = (library.clone(), program.to_owned());
    let locked = tokio::task::spawn_blocking(move || {
        for warning in library.warnings() {
            tracing::warn!("{warning}");
        }
        library.serve_lock(&program)
    })
    .await;
    match locked {
        Ok(Ok(lock)) => Ok(lock),
        Ok(Err(library::Error::Served(serving))) => Err(StartError::Served(serving)),
        Ok(Err(error)) => Err(StartError::Library(error)),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

async fn serve(app: App, listener: TcpListener, told: mpsc::Receiver<Told>, mut lock: ServingLock) {
    let upkeep = tokio::spawn(maintenance::run(app.clone()));
    let background = render::background::start(&app);
    http::listener::serve(&app, listener, told, |address| {
        if let Err(error) = lock.announce(address) {
            tracing::warn!(%error, "others are not told where this server listens now");
        }
    })
    .await;
    background.end().await;
    upkeep.abort();
    maintenance::flush(&app).await;
    drop(lock);
}
