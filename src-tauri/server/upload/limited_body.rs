//! A request body with limits on bytes and idle time.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http_body::Body as _;
use tokio::time::Sleep;

use crate::error::{Error, Result};

pub struct LimitedBody {
    body: Body,
    idle_timeout: Duration,
    /// Runs while nothing arrives.
    idle_timer: Pin<Box<Sleep>>,
    is_waiting: bool,
    max_bytes: u64,
    bytes_read: u64,
}

impl LimitedBody {
    pub fn new(body: Body, idle: Duration, most: u64) -> LimitedBody {
        LimitedBody {
            body,
            idle_timeout: idle,
            idle_timer: Box::pin(tokio::time::sleep(idle)),
            is_waiting: false,
            max_bytes: most,
            bytes_read: 0,
        }
    }

    /// A body that says itself that it is too long is refused before it is sent.
    pub fn check_announced_size(&self) -> Result<()> {
        if self.body.size_hint().lower() > self.max_bytes {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// All of it, for bodies with a small bound.
    pub async fn read_to_end(mut self) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        while let Some(bytes) = self.next().await {
            whole.extend_from_slice(&bytes?);
        }
        Ok(whole.freeze())
    }
}

impl Stream for LimitedBody {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.is_waiting = false;
                    let Ok(bytes) = frame.into_data() else {
                        continue;
                    };
                    self.bytes_read += bytes.len() as u64;
                    if self.bytes_read > self.max_bytes {
                        return Poll::Ready(Some(Err(Error::TooLarge)));
                    }
                    return Poll::Ready(Some(Ok(bytes)));
                }
                // Cut off: whoever sent it is most likely gone.
                Poll::Ready(Some(Err(_))) => {
                    return Poll::Ready(Some(Err(Error::bad_body("it was cut off"))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    if !std::mem::replace(&mut self.is_waiting, true) {
                        let until = tokio::time::Instant::now() + self.idle_timeout;
                        self.idle_timer.as_mut().reset(until);
                    }
                    let given_up = self.idle_timer.as_mut().poll(cx).is_ready();
                    return if given_up {
                        Poll::Ready(Some(Err(Error::BodyTimeout)))
                    } else {
                        Poll::Pending
                    };
                }
            }
        }
    }
}
