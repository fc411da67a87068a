//! App state that every handler shares, and the one crossing from async into blocking work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imaging::CancelToken;
use library::{Actor, Library, Scope};
use tokio::sync::{Semaphore, oneshot};

use crate::config::Config;
use crate::config::live::LiveConfig;
use crate::error::{Error, Result};
use crate::http::middleware::rate_limit::RateLimit;
use crate::http::middleware::real_ip::ClientInfo;
use crate::recent_requests::RecentRequests;
use crate::render::background_switch::BackgroundRenderer;
use crate::render::limiter::RenderLimiter;
use crate::upload::remote_fetcher::RemoteFetcher;
use crate::web_ui::spa::Spa;

/// Uploads on their way at one time; tokio has 512 blocking threads.
const MAX_CONCURRENT_UPLOADS: usize = 128;

/// A handle; cloning it shares everything.
#[derive(Clone)]
pub struct App(Arc<AppState>);

pub struct AppState {
    pub live_config: LiveConfig,
    pub limiter: RenderLimiter,
    /// Each upload on its way holds a blocking thread; the rest of them is for everybody else.
    pub upload_slots: Semaphore,
    pub remote_fetcher: RemoteFetcher,
    /// Uploads with a key.
    pub upload_limit: RateLimit,
    /// Uploads without one.
    pub guest_upload_limit: RateLimit,
    /// Accounts that people make for themselves.
    pub signup_limit: RateLimit,
    /// Secrets that were wrong.
    pub auth_failure_limit: RateLimit,
    pub recent_requests: RecentRequests,
    /// What browsers get at `/`.
    pub spa: Option<Spa>,
    library: Library,
    pub background: BackgroundRenderer,
    /// Set when the time for finishing is over: blocking work ends at its next step.
    is_cancelled: Arc<AtomicBool>,
}

impl std::ops::Deref for App {
    type Target = AppState;
    fn deref(&self) -> &AppState {
        &self.0
    }
}

impl App {
    pub fn new(config: Config, library: Library, page: Option<Spa>) -> App {
        App(Arc::new(AppState {
            limiter: RenderLimiter::new(&config),
            upload_slots: Semaphore::new(MAX_CONCURRENT_UPLOADS),
            remote_fetcher: RemoteFetcher::new(&config),
            upload_limit: RateLimit::per_minute(config.rate_limit_uploads_per_minute),
            guest_upload_limit: RateLimit::per_minute(config.rate_limit_guest_uploads_per_minute),
            signup_limit: RateLimit::per_minute(config.rate_limit_signups_per_minute),
            auth_failure_limit: RateLimit::per_minute(config.rate_limit_auth_failures_per_minute),
            live_config: LiveConfig::new(config),
            recent_requests: RecentRequests::default(),
            spa: page,
            library,
            background: BackgroundRenderer::default(),
            is_cancelled: Arc::default(),
        }))
    }

    /// The configuration as it is just now; it may be another at the next look.
    pub fn config(&self) -> Arc<Config> {
        self.live_config.current()
    }

    /// Whether a stranger with this address may make an account now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where strangers may not at all, and [`Error::RateLimited`].
    pub fn authorise_signup(&self, client: &ClientInfo) -> Result<()> {
        if !self.config().allow_signup {
            return Err(Error::Forbidden);
        }
        self.signup_limit.consume(client.address)
    }

    /// Whether this client may upload now: its key's scope first, then its share of the minute.
    pub fn authorise_upload(&self, actor: &Actor, client: &ClientInfo) -> Result<()> {
        actor.require_scope(Scope::Upload)?;
        self.check_upload_rate(actor, client)
    }

    /// Whether this client has a share of the minute left, whatever its key must allow here.
    pub fn check_upload_rate(&self, actor: &Actor, client: &ClientInfo) -> Result<()> {
        if actor.is_app() {
            Ok(())
        } else {
            self.upload_limit.consume(client.address)
        }
    }

    /// Whether a guest with this address may upload now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where guests are not let in at all, and [`Error::RateLimited`].
    pub fn authorise_guest_upload(&self, client: &ClientInfo) -> Result<()> {
        if !self.config().allow_guest_uploads {
            return Err(Error::Forbidden);
        }
        self.guest_upload_limit.consume(client.address)
    }

    /// Runs blocking work on a thread that may block, and waits for it.
    ///
    /// A thread cannot be taken away from its work, so when the client leaves (this future is
    /// dropped) the work's [`CancelToken`] is asked instead.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Library, &dyn CancelToken) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let library = self.library.clone();
        let left = Arc::new(AtomicBool::new(false));
        let _leaving = CancelOnDrop(left.clone());
        let stop = RequestCancelToken {
            client_left: left,
            server_stopping: self.is_cancelled.clone(),
        };
        tokio::task::spawn_blocking(move || work(&library, &stop))
            .await
            .map_err(Error::internal)?
    }

    /// Runs work of a thread's own beside all requests, until it ends by itself. Answers with what
    /// closes when it has.
    pub fn spawn_thread(
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
    pub fn cancel_all(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }
}

/// Raises its flag when the request is dropped.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct RequestCancelToken {
    client_left: Arc<AtomicBool>,
    server_stopping: Arc<AtomicBool>,
}

impl CancelToken for RequestCancelToken {
    fn is_cancelled(&self) -> bool {
        self.client_left.load(Ordering::Relaxed) || self.server_stopping.load(Ordering::Relaxed)
    }
}
