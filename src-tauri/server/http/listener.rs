//! The listener: accepts connections, serves them, and lets them finish at shutdown.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::StartError;
use crate::dialects::registry;
use crate::dialects::registry::DialectRouters;
use crate::http::middleware;
use crate::http::middleware::drain_body::DrainLimits;
use crate::http::rebind;
use crate::http::write_timeout::with_write_timeout;
use crate::state::App;

/// A client has this long to send a request's head, and a kept connection this long to be quiet.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// And this long to take the next bytes of an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(120);
/// What hyper reads ahead on one connection, at most; a request's head must fit.
const READ_BUFFER_BYTES: usize = 64 << 10;
/// Patience with clients that are refused in the middle of their body.
const DRAIN_IDLE_TIMEOUT: Duration = Duration::from_secs(10);
const DRAIN_TOTAL_TIMEOUT: Duration = Duration::from_secs(300);
/// Refused bodies are read to the end up to twice the largest upload, and up to this anyway.
const MIN_DRAIN_BYTES: u64 = 64 << 20;

struct ConnectionContext {
    app: App,
    dialects: DialectRouters,
    drain_limits: DrainLimits,
}

/// What a running server is told.
pub enum ListenerCommand {
    /// To listen elsewhere; how that went is answered.
    Rebind(SocketAddr, oneshot::Sender<Result<SocketAddr, StartError>>),
    /// To stop, and how long it may take.
    Shutdown(Duration),
}

/// Serves until told to stop, and then for at most as long as told. `announce` tells others where.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    mut told: mpsc::Receiver<ListenerCommand>,
    mut announce: impl FnMut(SocketAddr),
) {
    let (stopping, stopped) = watch::channel(false);
    let house = Arc::new(ConnectionContext {
        app: app.clone(),
        dialects: registry::mount(app),
        drain_limits: DrainLimits {
            max_bytes: app
                .config()
                .max_upload_bytes
                .saturating_mul(2)
                .max(MIN_DRAIN_BYTES),
            idle_timeout: DRAIN_IDLE_TIMEOUT,
            total_timeout: DRAIN_TOTAL_TIMEOUT,
            shutdown: stopped,
        },
    });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    let within = loop {
        tokio::select! {
            accepted = accept_if_listening(listener.as_ref()) => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve_connection(house.clone(), stream, peer, &graceful));
                }
                Err(error) => pause_after_accept_error(&error).await,
            },
            Some(_) = connections.join_next() => {}
            told = told.recv() => match told {
                Some(ListenerCommand::Rebind(address, answer)) => {
                    let moved = rebind::rebind(&mut listener, address, |stream, peer| {
                        connections.spawn(serve_connection(house.clone(), stream, peer, &graceful));
                    });
                    let moved = moved.await;
                    if let Some(Ok(address)) = listener.as_ref().map(TcpListener::local_addr) {
                        app.live_config.set_listen_address(address);
                        announce(address);
                    }
                    // Who asked may have lost interest; it is done all the same.
                    let _ = answer.send(moved);
                }
                Some(ListenerCommand::Shutdown(within)) => break within,
                None => break Duration::ZERO,
            },
        }
    };
    drop(listener);
    stopping.send_replace(true);
    app.background.stop();
    if tokio::time::timeout(within, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "cut off what was not finished in time"
        );
    }
    app.cancel_all();
    connections.shutdown().await;
}

async fn accept_if_listening(
    listener: Option<&TcpListener>,
) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// One connection, watched so that it may finish its request when the server stops.
fn serve_connection(
    house: Arc<ConnectionContext>,
    stream: TcpStream,
    peer: SocketAddr,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    // Answers are written whole; waiting to join them with others only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let house = house.clone();
        async move {
            let ConnectionContext {
                app,
                dialects: doors,
                drain_limits: bounds,
            } = &*house;
            let response =
                middleware::respond(app, doors, bounds, peer, request.map(Body::new)).await;
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(READ_BUFFER_BYTES)
        .serve_connection(
            TokioIo::new(with_write_timeout(stream, WRITE_TIMEOUT)),
            service,
        );
    let served = graceful.watch(served);
    async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// A client that left before it was accepted is nothing. Without file descriptors the next accept
/// would fail at once, too: wait for connections to end.
async fn pause_after_accept_error(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::warn!(%error, "no connection can be accepted just now");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
