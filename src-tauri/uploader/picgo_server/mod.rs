//! The upload API that Markdown editors speak to a program on the same computer, as PicGo and PicList made it. Off unless
//! it is started.
//!
//! Every page that is open in a browser here can knock at this door, so who may come in is decided in `gate` before
//! anything else is looked at; what is asked for is read in `asked`, and answered in `answer`.

mod file_names;
mod origin_check;
mod request;
mod response;
mod self_test;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::{Clock, HttpClients, Job, JobId, Uploader};
use origin_check::OriginPolicy;
use request::EditorRequest;
use response::EditorResponse;
pub use self_test::{SelfTest, SelfTestResult};

/// Where PicGo listens.
pub const DEFAULT_PORT: u16 = 36677;
/// Ports that are tried, each one higher than the one before.
const PORT_ATTEMPTS: u16 = 10;
/// Requests that are worked on at the same time.
const MAX_CONCURRENT_REQUESTS: usize = 8;
/// How long a request may take to be read, but for its pictures' upload.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Callers that are remembered.
const MAX_RECENT_CLIENTS: usize = 20;

/// How the door is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditorServerConfig {
    pub port: u16,
    /// Pages and apps that may ask although a browser carries their question, as their `Origin` says. One that ends
    /// with `*` stands for all that begin like it.
    pub origins: Vec<String>,
    /// A picture that is larger is refused.
    pub max_bytes: u64,
    /// How long an editor is kept waiting for a picture that cannot be sent at the moment.
    pub patience: Duration,
}

impl Default for EditorServerConfig {
    fn default() -> EditorServerConfig {
        EditorServerConfig {
            port: DEFAULT_PORT,
            origins: [
                "app://obsidian.md",
                "vscode-file://vscode-app",
                "vscode-webview://*",
            ]
            .map(str::to_owned)
            .to_vec(),
            max_bytes: 50 * 1024 * 1024,
            patience: Duration::from_secs(60),
        }
    }
}

/// What the program does for editors.
pub trait EditorHost: Send + Sync {
    /// The picture on the clipboard, if there is one. It may block.
    fn clipboard_picture(&self) -> Option<Vec<u8>>;
    /// The link of a picture that is there, as it is to be pasted.
    fn link(&self, job: &Job) -> Option<String>;
    /// What editors have to say before they may upload, if the user wants that. It may block.
    fn token(&self) -> Option<String>;
    /// The id of the target that an editor names; `Err` where it names none, or several.
    fn find_target(&self, name: &str) -> Result<String, TargetLookupError>;
}

/// Why a name is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetLookupError {
    Unknown,
    Ambiguous,
}

/// Somebody who has asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RecentClient {
    /// What it says that it is.
    pub name: String,
    /// RFC 3339, UTC: the last time.
    pub at: String,
    pub times: u64,
    pub refused: bool,
}

/// Why the door cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    #[error(
        "Another program already takes pictures from editors at port {0}. Stop it there, or leave this switched off."
    )]
    AlreadyRunning(u16),
    #[error("No port from {first} to {last} is free. Choose another.")]
    NoFreePort { first: u16, last: u16 },
}

/// The door while it is open; it closes with the last of these.
pub struct EditorServer {
    address: SocketAddr,
    state: Arc<ServerState>,
    _stop: watch::Sender<()>,
}

struct ServerState {
    uploader: Uploader,
    host: Arc<dyn EditorHost>,
    config: EditorServerConfig,
    clock: Arc<dyn Clock>,
    origin_policy: OriginPolicy,
    recent_clients: Mutex<VecDeque<RecentClient>>,
    request_slots: Semaphore,
    /// What the door's own test says, so that its picture is known to be one.
    self_test_token: String,
    /// The pictures of tests, until they are taken away.
    self_test_jobs: Mutex<Vec<JobId>>,
}

impl EditorServer {
    /// Opens the door to this computer and nobody else.
    pub async fn start(
        uploader: Uploader,
        host: Arc<dyn EditorHost>,
        config: EditorServerConfig,
    ) -> Result<EditorServer, StartError> {
        let (listener, address) = bind_listener(&uploader.http_clients(), config.port).await?;
        let state = Arc::new(ServerState {
            origin_policy: OriginPolicy::new(&config.origins),
            clock: uploader.clock(),
            uploader,
            host,
            config,
            recent_clients: Mutex::default(),
            request_slots: Semaphore::new(MAX_CONCURRENT_REQUESTS),
            self_test_token: crate::ids::random_boundary(),
            self_test_jobs: Mutex::default(),
        });
        let (stop, stopped) = watch::channel(());
        tokio::spawn(accept_connections(listener, state.clone(), stopped));
        Ok(EditorServer {
            address,
            state,
            _stop: stop,
        })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Who has asked lately, the last first.
    pub fn recent_clients(&self) -> Vec<RecentClient> {
        self.state.lock_recent_clients().iter().cloned().collect()
    }
}

/// The first port that is free, from the wished one on; none if another program of this kind has one of them.
async fn bind_listener(
    clients: &HttpClients,
    first: u16,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let last = first.saturating_add(PORT_ATTEMPTS - 1);
    for port in first..=last {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
            && let Ok(address) = listener.local_addr()
        {
            return Ok((listener, address));
        }
        if clients.is_editor_server(port).await {
            return Err(StartError::AlreadyRunning(port));
        }
    }
    Err(StartError::NoFreePort { first, last })
}

async fn accept_connections(
    listener: TcpListener,
    state: Arc<ServerState>,
    mut stopped: watch::Receiver<()>,
) {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // Out of files: those that are open are closed by and by.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            // The sender is never used: it only goes.
            _ = stopped.changed() => return,
        };
        let inside = state.clone();
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let inside = inside.clone();
                async move { Ok::<_, Infallible>(inside.respond(request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(READ_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

impl ServerState {
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let origin =
            match self
                .origin_policy
                .check(request.method(), request.uri(), request.headers())
            {
                Ok(origin) => origin,
                Err(refusal) => {
                    self.record_client(&request, true);
                    return EditorResponse::forbidden_origin(refusal).into_response(None, true);
                }
            };
        let origin = origin.as_deref();
        if request.method() == Method::OPTIONS {
            return response::preflight_response(origin);
        }
        let strict =
            origin_check::query_param(request.uri(), "strict").is_some_and(|strict| strict == "1");
        let path = request.uri().path().trim_end_matches('/').to_owned();
        let answer = match (request.method(), path.as_str()) {
            (_, "/heartbeat") => EditorResponse::heartbeat(),
            (&Method::POST, "/upload") => {
                self.respond_authorised(request, EditorRequest::Upload)
                    .await
            }
            (&Method::POST, "/delete") => {
                self.respond_authorised(request, EditorRequest::Delete)
                    .await
            }
            (&Method::GET, "" | "/upload") => EditorResponse::help(),
            _ => EditorResponse::not_found(),
        };
        answer.into_response(origin, strict)
    }

    /// What only those may ask who know the token.
    async fn respond_authorised(
        &self,
        request: Request<Incoming>,
        operation: EditorRequest,
    ) -> EditorResponse {
        let host = self.host.clone();
        let token = tokio::task::spawn_blocking(move || host.token()).await;
        let is_authorised = match token {
            Ok(None) => true,
            Ok(Some(token)) => origin_check::has_token(&token, request.uri(), request.headers()),
            Err(_) => false,
        };
        self.record_client(&request, !is_authorised);
        if !is_authorised {
            return EditorResponse::unauthorised();
        }
        let Ok(_room) = self.request_slots.try_acquire() else {
            return EditorResponse::too_many_uploads();
        };
        match operation {
            EditorRequest::Upload => request::upload_pictures(self, request).await,
            EditorRequest::Delete => request::delete_pictures(self, request).await,
        }
    }

    fn record_client(&self, request: &Request<Incoming>, was_refused: bool) {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let name: String = header("origin")
            .or_else(|| header("user-agent"))
            .unwrap_or_else(|| "unknown".to_owned())
            .chars()
            .filter(|letter| !letter.is_control())
            .take(100)
            .collect();
        let mut callers = self.lock_recent_clients();
        let known = callers
            .iter()
            .position(|caller| caller.name == name && caller.refused == was_refused);
        let times = known
            .and_then(|at| callers.remove(at))
            .map_or(0, |caller| caller.times);
        callers.push_front(RecentClient {
            name,
            at: self.clock.now().to_string(),
            times: times + 1,
            refused: was_refused,
        });
        callers.truncate(MAX_RECENT_CLIENTS);
    }

    fn lock_recent_clients(&self) -> MutexGuard<'_, VecDeque<RecentClient>> {
        self.recent_clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
