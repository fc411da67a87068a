//! Write timeout: a client that reads nothing of its response is disconnected.
//!
//! hyper limits how long a request's head may take, but not how long a client may refuse to read its
//! response: one that never does would keep its connection, and the file behind the response, for ever.

use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_io_timeout::TimeoutStream;

/// Writing fails with `TimedOut` once `timeout` has passed without one byte being taken.
pub fn with_write_timeout<S: AsyncRead + AsyncWrite>(
    stream: S,
    timeout: Duration,
) -> Pin<Box<TimeoutStream<S>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeout));
    Box::pin(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_client_that_reads_nothing_times_out() {
        let (ours, _theirs) = tokio::io::duplex(4);
        let mut ours = with_write_timeout(ours, Duration::from_millis(20));
        let written = ours.write_all(b"more than four").await;
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_slow_client_that_keeps_reading_gets_everything() {
        let (ours, mut theirs) = tokio::io::duplex(1);
        let mut ours = with_write_timeout(ours, Duration::from_secs(60));
        let write = async {
            ours.write_all(b"more than one").await.unwrap();
            drop(ours);
        };
        let mut taken = String::new();
        let (_, read) = tokio::join!(write, theirs.read_to_string(&mut taken));
        assert_eq!((read.unwrap(), taken.as_str()), (13, "more than one"));
    }
}
