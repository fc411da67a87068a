//! `vitrine serve`: runs the server until a signal stops it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use server::Config;

use crate::error::CliError;
use crate::output;
use crate::settings::{self, Settings};

/// How long requests in flight may take to end after a signal.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// How long what was cut off may take to clear up after itself.
const CLEANUP_TIMEOUT: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
pub struct Args {
    /// The address to listen on [default: 127.0.0.1:4870]; port 0 picks a free one
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// The address that links start with, when it is not the one that requests name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Args {
    /// The assignments of `--set` with this command's own options, which win, at the end.
    pub fn with_own_options(&self, mut set: Vec<(String, String)>) -> Vec<(String, String)> {
        let own = [("listen", &self.listen), ("public_url", &self.public_url)];
        set.extend(
            own.into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))),
        );
        set
    }

    pub fn run(self, settings: Settings) -> Result<(), CliError> {
        tracing_subscriber::fmt()
            .with_env_filter(settings::log_filter()?)
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .init();
        let library = settings.open_library()?;
        write_config_template(&settings.data_dir.join("vitrine.toml"))?;

        // Every client is an open file, and the usual limit is made for programs with few.
        if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|error| {
            CliError::failure(format!("the server's threads cannot be started: {error}"))
        })?;
        let served = runtime.block_on(async {
            // Before the address is announced: from then on a signal must find us listening.
            let mut signals = Signals::new()?;
            let running = server::start(
                settings.config,
                library,
                "vitrine serve",
                Some(app_paths::load_spa()),
            )
            .await
            .map_err(CliError::failure)?;
            // A script that has gone away does not end the server; its log says the same.
            let _ = output::print_result(&format!("listening on http://{}", running.address()));
            signals.recv_any().await;
            running.stop(STOP_GRACE).await;
            Ok(())
        });
        // An upload that was cut off takes its beginning away; rendering that nobody waits for must not hold up the end.
        runtime.shutdown_timeout(CLEANUP_TIMEOUT);
        served
    }
}

/// Leaves the commented configuration file in a folder that has none.
fn write_config_template(path: &Path) -> Result<(), CliError> {
    let written = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(Config::commented_toml().as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    written.map_err(|error| {
        CliError::failure(format!("{} cannot be written: {error}", path.display()))
    })
}

/// The signals that ask for a graceful end.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Result<Signals, CliError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind)
                .map_err(|error| CliError::failure(format!("signals cannot be received: {error}")))
        };
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn recv_any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn new() -> Result<Signals, CliError> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        let failed = |error| CliError::failed(format!("signals cannot be received: {error}"));
        Ok(Signals {
            interrupt: ctrl_c().map_err(failed)?,
            close: ctrl_close().map_err(failed)?,
        })
    }

    async fn recv_any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
