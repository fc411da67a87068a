//! Drains refused request bodies, so that the client reads the response instead of a connection reset.
//!
//! hyper closes a connection as soon as the answer is out and nobody wants the rest of the body;
//! with bytes unread, the system then resets it, and the answer may be lost on the way. So the
//! body is only lent to the handler, and once hyper has taken the whole answer the rest is read
//! and thrown away, up to a bound. Not earlier: reading a body that the client has not sent yet
//! makes hyper ask for it (`100 Continue`), and a refused client should not send it at all.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use bytes::{Buf, Bytes};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::watch;

/// How much of a refused body is read, and until when.
#[derive(Clone)]
pub struct DrainLimits {
    pub max_bytes: u64,
    /// Without one byte arriving.
    pub idle_timeout: Duration,
    pub total_timeout: Duration,
    /// Becomes true when the server stops.
    pub shutdown: watch::Receiver<bool>,
}

/// The request's body, kept while a handler reads it.
#[derive(Clone)]
pub struct SharedBody(Arc<Mutex<Body>>);

impl SharedBody {
    /// Takes the body out of a request and lends it back. Nothing is held of a request without one.
    pub fn share_body(request: Request<Body>) -> (Request<Body>, Option<SharedBody>) {
        if request.body().is_end_stream() {
            return (request, None);
        }
        let (parts, body) = request.into_parts();
        let held = SharedBody(Arc::new(Mutex::new(body)));
        (
            Request::from_parts(parts, Body::new(held.clone())),
            Some(held),
        )
    }

    fn with_body<T>(&self, look: impl FnOnce(&mut Body) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn drain(mut self, mut bounds: DrainLimits) {
        let mut left = bounds.max_bytes;
        let reading = async {
            while left > 0 {
                match tokio::time::timeout(bounds.idle_timeout, self.frame()).await {
                    Ok(Some(Ok(frame))) => {
                        let read = frame.data_ref().map_or(0, Bytes::remaining);
                        left = left.saturating_sub(read as u64);
                    }
                    Ok(Some(Err(_)) | None) | Err(_) => break,
                }
            }
        };
        tokio::select! {
            () = reading => {}
            () = tokio::time::sleep(bounds.total_timeout) => {}
            _ = bounds.shutdown.wait_for(|stopping| *stopping) => {}
        }
    }
}

impl http_body::Body for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with_body(|body| Pin::new(body).poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.with_body(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with_body(|body| body.size_hint())
    }
}

/// Makes the end of the answer the beginning of the draining.
///
/// A client that `expected` to be told whether to send its body is told to close instead: it
/// must not mistake our waiting for an invitation.
pub fn drain_after_response(
    mut response: Response,
    held: Option<SharedBody>,
    expected: bool,
    bounds: &DrainLimits,
) -> Response {
    let Some(held) = held else { return response };
    if held.is_end_stream() {
        return response;
    }
    if expected {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let rest = DrainOnDrop(Some((held, bounds.clone())));
    response.map(|answer| {
        Body::new(DrainingBody {
            body: answer,
            _drain_on_drop: rest,
        })
    })
}

/// The answer's body; hyper drops it when it has taken all of it, or when the client is gone.
struct DrainingBody {
    body: Body,
    _drain_on_drop: DrainOnDrop,
}

impl http_body::Body for DrainingBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct DrainOnDrop(Option<(SharedBody, DrainLimits)>);

impl Drop for DrainOnDrop {
    fn drop(&mut self) {
        let (Some((held, bounds)), Ok(runtime)) =
            (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        if !held.is_end_stream() {
            runtime.spawn(held.drain(bounds));
        }
    }
}
