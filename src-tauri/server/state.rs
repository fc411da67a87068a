//! What every handler shares, and the one crossing from async into blocking work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imaging::Stop;
use library::{Actor, Library, Scope};
use tokio::sync::{Semaphore, oneshot};

use crate::config::Config;
use crate::config::live::Configured;
use crate::error::{Error, Result};
use crate::http::middleware::rate_limit::RateLimit;
use crate::http::middleware::real_ip::Client;
use crate::recent_requests::Recent;
use crate::render::background::Background;
use crate::render::limiter::Workers;
use crate::upload::remote_fetch::Fetches;
use crate::web_ui::spa::Page;

/// Uploads on their way at one time; tokio has 512 blocking threads.
const RECEIVING: usize = 128;

/// A handle; cloning it shares everything.
#[derive(Clone)]
pub struct App(Arc<Shared>);

pub struct Shared {
    pub configured: Configured,
    pub workers: Workers,
    /// Each upload on its way holds a blocking thread; the rest of them is for everybody else.
    pub receiving: Semaphore,
    pub fetches: Fetches,
    /// Uploads with a key.
    pub uploads: RateLimit,
    /// Uploads without one.
    pub guest_uploads: RateLimit,
    /// Accounts that people make for themselves.
    pub sign_ups: RateLimit,
    /// Secrets that were wrong.
    pub failures: RateLimit,
    pub recent: Recent,
    /// What browsers get at `/`.
    pub page: Option<Page>,
    library: Library,
    pub background: Background,
    /// Set when the time for finishing is over: blocking work ends at its next step.
    cut: Arc<AtomicBool>,
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    pub fn new(config: Config, library: Library, page: Option<Page>) -> App {
        App(Arc::new(Shared {
            workers: Workers::new(&config),
            receiving: Semaphore::new(RECEIVING),
            fetches: Fetches::new(&config),
            uploads: RateLimit::per_minute(config.rate_limit_uploads_per_minute),
            guest_uploads: RateLimit::per_minute(config.rate_limit_guest_uploads_per_minute),
            sign_ups: RateLimit::per_minute(config.rate_limit_signups_per_minute),
            failures: RateLimit::per_minute(config.rate_limit_auth_failures_per_minute),
            configured: Configured::new(config),
            recent: Recent::default(),
            page,
            library,
            background: Background::default(),
            cut: Arc::default(),
        }))
    }

    /// The configuration as it is just now; it may be another at the next look.
    pub fn config(&self) -> Arc<Config> {
        self.configured.now()
    }

    /// Whether a stranger with this address may make an account now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where strangers may not at all, and [`Error::TooMany`].
    pub fn admit_stranger(&self, client: &Client) -> Result<()> {
        if !self.config().allow_signup {
            return Err(Error::Forbidden);
        }
        self.sign_ups.take(client.address)
    }

    /// Whether this client may upload now: its key's scope first, then its share of the minute.
    pub fn admit(&self, actor: &Actor, client: &Client) -> Result<()> {
        actor.may(Scope::Upload)?;
        self.pace(actor, client)
    }

    /// Whether this client has a share of the minute left, whatever its key must allow here.
    pub fn pace(&self, actor: &Actor, client: &Client) -> Result<()> {
        if actor.is_app() {
            Ok(())
        } else {
            self.uploads.take(client.address)
        }
    }

    /// Whether a guest with this address may upload now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where guests are not let in at all, and [`Error::TooMany`].
    pub fn admit_guest(&self, client: &Client) -> Result<()> {
        if !self.config().allow_guest_uploads {
            return Err(Error::Forbidden);
        }
        self.guest_uploads.take(client.address)
    }

    /// Runs blocking work on a thread that may block, and waits for it.
    ///
    /// A thread cannot be taken away from its work, so when the client leaves (this future is
    /// dropped) the work's [`Stop`] is asked instead.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Library, &dyn Stop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let library = self.library.clone();
        let left = Arc::new(AtomicBool::new(false));
        let _leaving = Leaving(left.clone());
        let stop = Asked {
            left,
            cut: self.cut.clone(),
        };
        tokio::task::spawn_blocking(move || work(&library, &stop))
            .await
            .map_err(Error::internal)?
    }

    /// Runs work of a thread's own beside all requests, until it ends by itself. Answers with what
    /// closes when it has.
    pub fn beside(
        &self,
        name: &str,
        work: impl FnOnce(&App, &Library) + Send + 'static,
    ) -> std::io::Result<oneshot::Receiver<()>> {
        let (app, (running, ended)) = (self.clone(), oneshot::channel());
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                work(&app, &app.library);
                drop(running);
            })?;
        Ok(ended)
    }

    /// Ends all blocking work at its next step.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }
}

/// Raises its flag when the request is dropped.
struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Asked {
    left: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
}

impl Stop for Asked {
    fn asked(&self) -> bool {
        self.left.load(Ordering::Relaxed) || self.cut.load(Ordering::Relaxed)
    }
}
