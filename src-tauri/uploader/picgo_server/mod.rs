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

use crate::{Clock, Connections, Job, JobId, Uploader};
use origin_check::Gate;
use request::Asked;
use response::Answer;
pub use self_test::{Trial, Tried};

/// Where PicGo listens.
pub const PORT: u16 = 36677;
/// Ports that are tried, each one higher than the one before.
const TRIES: u16 = 10;
/// Requests that are worked on at the same time.
const AT_ONCE: usize = 8;
/// How long a request may take to be read, but for its pictures' upload.
const READING: Duration = Duration::from_secs(60);
/// Callers that are remembered.
const CALLERS: usize = 20;

/// How the door is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Door {
    pub port: u16,
    /// Pages and apps that may ask although a browser carries their question, as their `Origin` says. One that ends
    /// with `*` stands for all that begin like it.
    pub origins: Vec<String>,
    /// A picture that is larger is refused.
    pub max_bytes: u64,
    /// How long an editor is kept waiting for a picture that cannot be sent at the moment.
    pub patience: Duration,
}

impl Default for Door {
    fn default() -> Door {
        Door {
            port: PORT,
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
pub trait House: Send + Sync {
    /// The picture on the clipboard, if there is one. It may block.
    fn clipboard(&self) -> Option<Vec<u8>>;
    /// The link of a picture that is there, as it is to be pasted.
    fn link(&self, job: &Job) -> Option<String>;
    /// What editors have to say before they may upload, if the user wants that. It may block.
    fn token(&self) -> Option<String>;
    /// The id of the target that an editor names; `Err` where it names none, or several.
    fn target(&self, named: &str) -> Result<String, Unclear>;
}

/// Why a name is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    Unknown,
    Several,
}

/// Somebody who has asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// What it says that it is.
    pub name: String,
    /// RFC 3339, UTC: the last time.
    pub at: String,
    pub times: u64,
    pub refused: bool,
}

/// Why the door cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    #[error(
        "Another program already takes pictures from editors at port {0}. Stop it there, or leave this switched off."
    )]
    Sibling(u16),
    #[error("No port from {first} to {last} is free. Choose another.")]
    NoPort { first: u16, last: u16 },
}

/// The door while it is open; it closes with the last of these.
pub struct Editors {
    address: SocketAddr,
    inside: Arc<Inside>,
    _stop: watch::Sender<()>,
}

struct Inside {
    uploader: Uploader,
    house: Arc<dyn House>,
    door: Door,
    clock: Arc<dyn Clock>,
    gate: Gate,
    callers: Mutex<VecDeque<Caller>>,
    room: Semaphore,
    /// What the door's own test says, so that its picture is known to be one.
    password: String,
    /// The pictures of tests, until they are taken away.
    tried: Mutex<Vec<JobId>>,
}

impl Editors {
    /// Opens the door to this computer and nobody else.
    pub async fn open(
        uploader: Uploader,
        house: Arc<dyn House>,
        door: Door,
    ) -> Result<Editors, DoorError> {
        let (listener, address) = listen(&uploader.connections(), door.port).await?;
        let inside = Arc::new(Inside {
            gate: Gate::of(&door.origins),
            clock: uploader.clock(),
            uploader,
            house,
            door,
            callers: Mutex::default(),
            room: Semaphore::new(AT_ONCE),
            password: crate::ids::boundary(),
            tried: Mutex::default(),
        });
        let (stop, stopped) = watch::channel(());
        tokio::spawn(serve(listener, inside.clone(), stopped));
        Ok(Editors {
            address,
            inside,
            _stop: stop,
        })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Who has asked lately, the last first.
    pub fn callers(&self) -> Vec<Caller> {
        self.inside.callers().iter().cloned().collect()
    }
}

/// The first port that is free, from the wished one on; none if another program of this kind has one of them.
async fn listen(
    connections: &Connections,
    first: u16,
) -> Result<(TcpListener, SocketAddr), DoorError> {
    let last = first.saturating_add(TRIES - 1);
    for port in first..=last {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
            && let Ok(address) = listener.local_addr()
        {
            return Ok((listener, address));
        }
        if connections.is_picture_door(port).await {
            return Err(DoorError::Sibling(port));
        }
    }
    Err(DoorError::NoPort { first, last })
}

async fn serve(listener: TcpListener, inside: Arc<Inside>, mut stopped: watch::Receiver<()>) {
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
        let inside = inside.clone();
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let inside = inside.clone();
                async move { Ok::<_, Infallible>(inside.answer(request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(READING)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

impl Inside {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let origin = match self
            .gate
            .admit(request.method(), request.uri(), request.headers())
        {
            Ok(origin) => origin,
            Err(refusal) => {
                self.remember(&request, true);
                return Answer::refused(refusal).response(None, true);
            }
        };
        let origin = origin.as_deref();
        if request.method() == Method::OPTIONS {
            return response::preflight(origin);
        }
        let strict =
            origin_check::query(request.uri(), "strict").is_some_and(|strict| strict == "1");
        let path = request.uri().path().trim_end_matches('/').to_owned();
        let answer = match (request.method(), path.as_str()) {
            (_, "/heartbeat") => Answer::alive(),
            (&Method::POST, "/upload") => self.let_in(request, Asked::Upload).await,
            (&Method::POST, "/delete") => self.let_in(request, Asked::Delete).await,
            (&Method::GET, "" | "/upload") => Answer::help(),
            _ => Answer::nothing_there(),
        };
        answer.response(origin, strict)
    }

    /// What only those may ask who know the token.
    async fn let_in(&self, request: Request<Incoming>, asked: Asked) -> Answer {
        let house = self.house.clone();
        let token = tokio::task::spawn_blocking(move || house.token()).await;
        let known = match token {
            Ok(None) => true,
            Ok(Some(token)) => origin_check::knows(&token, request.uri(), request.headers()),
            Err(_) => false,
        };
        self.remember(&request, !known);
        if !known {
            return Answer::wrong_token();
        }
        let Ok(_room) = self.room.try_acquire() else {
            return Answer::busy();
        };
        match asked {
            Asked::Upload => request::upload(self, request).await,
            Asked::Delete => request::delete(self, request).await,
        }
    }

    fn remember(&self, request: &Request<Incoming>, refused: bool) {
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
        let mut callers = self.callers();
        let before = callers
            .iter()
            .position(|caller| caller.name == name && caller.refused == refused);
        let times = before
            .and_then(|at| callers.remove(at))
            .map_or(0, |caller| caller.times);
        callers.push_front(Caller {
            name,
            at: self.clock.now().to_string(),
            times: times + 1,
            refused,
        });
        callers.truncate(CALLERS);
    }

    fn callers(&self) -> MutexGuard<'_, VecDeque<Caller>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
