//! HTTP in front of one library: an accept loop of our own, layers, and the dialects.
//!
//! The only room that knows axum. [`start`] gives a [`Running`] server; everything it needs is
//! handed to it, and it reads neither the environment nor any file of its own.

mod accept;
mod background;
mod config;
mod deliver;
mod dialects;
mod error;
mod extract;
mod fetch;
mod html;
mod layers;
mod links;
mod memory;
mod page;
mod params;
mod receive;
mod state;
#[cfg(test)]
mod tests;
mod upkeep;
mod workers;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use library::{Library, Serving, ServingLock};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use config::{Config, ConfigError, Sources};
pub use page::Page;
use state::App;

/// A server that accepts connections. Dropped without [`Running::stop`], it ends at once.
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<Duration>,
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
    memory::give_back_large_pieces();
    let mut lock = locked(&library, program).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressTaken(config.listen),
            _ => StartError::Listen {
                address: config.listen,
                cause,
            },
        })?;
    let address = listener.local_addr().map_err(|cause| StartError::Listen {
        address: config.listen,
        cause,
    })?;
    lock.announce(address).map_err(StartError::Library)?;

    let (stop, told) = oneshot::channel();
    let app = App::new(
        Config {
            listen: address,
            ..config
        },
        library,
        page,
    );
    let ended = tokio::spawn(serve(app, listener, told, lock));
    Ok(Running {
        address,
        stop,
        ended,
    })
}

impl Running {
    /// Where it listens; with port 0 in the configuration, the port that was free.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts nothing more, lets what is in flight finish, cuts it off after `within`, and lets
    /// go of the folder.
    pub async fn stop(self, within: Duration) {
        // Where nobody is told any more, it has ended by itself.
        let _ = self.stop.send(within);
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

async fn serve(
    app: App,
    listener: TcpListener,
    told: oneshot::Receiver<Duration>,
    lock: ServingLock,
) {
    let upkeep = tokio::spawn(upkeep::run(app.clone()));
    let background = background::start(&app);
    accept::serve(&app, listener, told).await;
    background.end().await;
    upkeep.abort();
    upkeep::flush(&app).await;
    drop(lock);
}
