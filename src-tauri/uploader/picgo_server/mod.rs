//! The upload API that Markdown editors speak to a program on the same computer, as PicGo and PicList made it. Off unless
//! it is started.
//!
//! Every page that is open in a browser here can knock at this door, so who may come in is decided in `gate` before
//! anything else is looked at; what is asked for is read in `asked`, and answered in `answer`.

mod config;
mod file_names;
mod origin_check;
mod request;
mod response;
mod self_test;
mod state;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::{HttpClients, Uploader};
pub use config::{DEFAULT_PORT, EditorHost, EditorServerConfig, TargetLookupError};
use origin_check::OriginPolicy;
use request::EditorRequest;
use response::EditorResponse;
pub use self_test::{SelfTest, SelfTestResult};
pub use state::RecentClient;
use state::{READ_TIMEOUT, ServerState};

/// Ports that are tried, each one higher than the one before.
const PORT_ATTEMPTS: u16 = 10;
/// Requests that are worked on at the same time.
const MAX_CONCURRENT_REQUESTS: usize = 8;

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

impl EditorServer {
    /// Listens on this computer only.
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

    pub fn self_test(&self) -> SelfTest {
        SelfTest::new(self.port(), Arc::clone(&self.state))
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
}
