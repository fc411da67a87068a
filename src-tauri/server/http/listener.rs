//! Connections: accepted, served, and at the end let finish.

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
use crate::dialects::{self, Doors};
use crate::http::middleware;
use crate::http::middleware::drain_body::Bounds;
use crate::http::rebind;
use crate::http::write_timeout::Patient;
use crate::state::App;

/// A client has this long to send a request's head, and a kept connection this long to be quiet.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// And this long to take the next bytes of an answer.
const TAKEN_WITHIN: Duration = Duration::from_secs(120);
/// What hyper reads ahead on one connection, at most; a request's head must fit.
const READ_AHEAD: usize = 64 << 10;
/// Patience with clients that are refused in the middle of their body.
const DRAIN_IDLE: Duration = Duration::from_secs(10);
const DRAIN_TOTAL: Duration = Duration::from_secs(300);
/// Refused bodies are read to the end up to twice the largest upload, and up to this anyway.
const DRAIN_BYTES: u64 = 64 << 20;

struct House {
    app: App,
    doors: Doors,
    bounds: Bounds,
}

/// What a running server is told.
pub enum Told {
    /// To listen elsewhere; how that went is answered.
    Listen(SocketAddr, oneshot::Sender<Result<SocketAddr, StartError>>),
    /// To stop, and how long it may take.
    Stop(Duration),
}

/// Serves until told to stop, and then for at most as long as told. `announce` tells others where.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    mut told: mpsc::Receiver<Told>,
    mut announce: impl FnMut(SocketAddr),
) {
    let (stopping, stopped) = watch::channel(false);
    let house = Arc::new(House {
        app: app.clone(),
        doors: dialects::mount(app),
        bounds: Bounds {
            bytes: app
                .config()
                .max_upload_bytes
                .saturating_mul(2)
                .max(DRAIN_BYTES),
            idle: DRAIN_IDLE,
            total: DRAIN_TOTAL,
            stopping: stopped,
        },
    });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    let within = loop {
        tokio::select! {
            accepted = accept(listener.as_ref()) => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(house.clone(), stream, peer, &graceful));
                }
                Err(error) => pause_after(&error).await,
            },
            Some(_) = connections.join_next() => {}
            told = told.recv() => match told {
                Some(Told::Listen(address, answer)) => {
                    let moved = rebind::listen_anew(&mut listener, address, |stream, peer| {
                        connections.spawn(connection(house.clone(), stream, peer, &graceful));
                    });
                    let moved = moved.await;
                    if let Some(Ok(address)) = listener.as_ref().map(TcpListener::local_addr) {
                        app.configured.listens(address);
                        announce(address);
                    }
                    // Who asked may have lost interest; it is done all the same.
                    let _ = answer.send(moved);
                }
                Some(Told::Stop(within)) => break within,
                None => break Duration::ZERO,
            },
        }
    };
    drop(listener);
    stopping.send_replace(true);
    app.background.end();
    if tokio::time::timeout(within, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "cut off what was not finished in time"
        );
    }
    app.cut();
    connections.shutdown().await;
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// One connection, watched so that it may finish its request when the server stops.
fn connection(
    house: Arc<House>,
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
            let House { app, doors, bounds } = &*house;
            let response =
                middleware::answer(app, doors, bounds, peer, request.map(Body::new)).await;
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(READ_AHEAD)
        .serve_connection(TokioIo::new(Patient::new(stream, TAKEN_WITHIN)), service);
    let served = graceful.watch(served);
    async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// A client that left before it was accepted is nothing. Without file descriptors the next accept
/// would fail at once, too: wait for connections to end.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::warn!(%error, "no connection can be accepted just now");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
