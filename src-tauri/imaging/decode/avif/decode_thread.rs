//! Runs `rav1d` on a thread of its own, where its panics are contained.
//!
//! Its only entrances are `extern "C"` functions, and a panic that reaches the end of one ends the process
//! before `catch_unwind` could see it. So it runs on a thread of its own, and the panic hook, which runs first,
//! reports the failure and then parks that thread for good. What it leaves behind is the memory of one decoder
//! each, therefore only so many may be lost; after that no AVIF is decoded until the program starts again.

use std::cell::Cell;
use std::panic::{set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::Error;
use crate::container::avif::CodePoints;
use crate::raster::Raster;

type DecodeResult = Result<(Raster, CodePoints), Error>;

/// Decoders that may be lost.
const MAX_LOST_THREADS: usize = 8;

static LOST_THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Who is told when the decoder of this thread gives up.
    static RESULT_SENDER: Cell<Option<SyncSender<DecodeResult>>> = const { Cell::new(None) };
}

pub(super) fn decode_on_thread(
    work: impl FnOnce() -> DecodeResult + Send + 'static,
) -> DecodeResult {
    if LOST_THREADS.load(Ordering::Relaxed) >= MAX_LOST_THREADS {
        return Err(Error::broken(
            "the AVIF decoder failed too often and is off until the next start",
        ));
    }
    install_panic_hook();
    let (tell, answer) = sync_channel(1);
    let run = move || {
        RESULT_SENDER.set(Some(tell));
        let result = work();
        if let Some(tell) = RESULT_SENDER.take() {
            // Nobody waits any more when the program ends meanwhile.
            let _ = tell.send(result);
        }
    };
    thread::Builder::new()
        .name("avif".to_owned())
        .spawn(run)
        .map_err(Error::Io)?;
    answer.recv().unwrap_or_else(|_| Err(decoder_panicked()))
}

fn decoder_panicked() -> Error {
    Error::broken("its decoder gave up on it")
}

fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            before(panic);
            if let Some(tell) = RESULT_SENDER.take() {
                LOST_THREADS.fetch_add(1, Ordering::Relaxed);
                let _ = tell.send(Err(decoder_panicked()));
                loop {
                    thread::park();
                }
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn panic_across_ffi() {
        panic!("as a decoder would, in the middle of a picture");
    }

    /// In a process of its own: a lost decoder holds the panic hook for good, which the test runner wants back.
    #[test]
    fn a_panic_that_cannot_be_caught_is_an_error() {
        const CHILD: &str = "IMAGING_TEST_DECODE_THREAD";
        if std::env::var_os(CHILD).is_none() {
            let name =
                "decode::avif::decode_thread::tests::a_panic_that_cannot_be_caught_is_an_error";
            let child = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", name])
                .env(CHILD, "1")
                .status();
            assert!(child.unwrap().success());
            return;
        }
        let panics = || {
            panic_across_ffi();
            Err(Error::Empty)
        };
        for _ in 0..MAX_LOST_THREADS {
            assert!(matches!(
                decode_on_thread(|| Err(Error::Empty)),
                Err(Error::Empty)
            ));
            assert!(matches!(decode_on_thread(panics), Err(Error::Broken(_))));
        }
        assert!(matches!(
            decode_on_thread(|| Err(Error::Empty)),
            Err(Error::Broken(_))
        ));
        std::process::exit(0);
    }
}
