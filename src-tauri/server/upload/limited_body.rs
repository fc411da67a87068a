//! A request's body, piece by piece, within bounds of bytes and patience.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http_body::Body as _;
use tokio::time::Sleep;

use crate::error::{Error, Result};

pub struct Paced {
    body: Body,
    idle: Duration,
    /// Runs while nothing arrives.
    quiet: Pin<Box<Sleep>>,
    waiting: bool,
    most: u64,
    read: u64,
}

impl Paced {
    pub fn new(body: Body, idle: Duration, most: u64) -> Paced {
        Paced {
            body,
            idle,
            quiet: Box::pin(tokio::time::sleep(idle)),
            waiting: false,
            most,
            read: 0,
        }
    }

    /// A body that says itself that it is too long is refused before it is sent.
    pub fn check_announced(&self) -> Result<()> {
        if self.body.size_hint().lower() > self.most {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// All of it, for bodies with a small bound.
    pub async fn whole(mut self) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        while let Some(bytes) = self.next().await {
            whole.extend_from_slice(&bytes?);
        }
        Ok(whole.freeze())
    }
}

impl Stream for Paced {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.waiting = false;
                    let Ok(bytes) = frame.into_data() else {
                        continue;
                    };
                    self.read += bytes.len() as u64;
                    if self.read > self.most {
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
                    if !std::mem::replace(&mut self.waiting, true) {
                        let until = tokio::time::Instant::now() + self.idle;
                        self.quiet.as_mut().reset(until);
                    }
                    let given_up = self.quiet.as_mut().poll(cx).is_ready();
                    return if given_up {
                        Poll::Ready(Some(Err(Error::TooSlow)))
                    } else {
                        Poll::Pending
                    };
                }
            }
        }
    }
}
