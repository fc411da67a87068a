//! A host on the web that does what it likes, written by hand, because no proper server would.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;

/// What it does with one request.
#[derive(Clone)]
pub enum Does {
    /// Sends this and closes.
    Says(Vec<u8>),
    /// Sends this once there is a permit, and closes.
    SaysWhen(Arc<Semaphore>, Vec<u8>),
    /// Sends this, then nothing more, for as long as somebody listens.
    Stalls(Vec<u8>),
    /// Sends the first, then the second again and again, for as long as somebody listens.
    Floods(Vec<u8>, Vec<u8>),
}

pub struct Stranger {
    pub address: SocketAddr,
    pub heads: Arc<Mutex<Vec<String>>>,
    /// Told of every request.
    pub heard: mpsc::UnboundedReceiver<()>,
    /// Told of every connection that was closed from the other side.
    pub left: mpsc::UnboundedReceiver<()>,
}

impl Stranger {
    pub async fn doing(does: Does) -> Stranger {
        Stranger::at_each(move |_| does.clone()).await
    }

    /// `does` is asked with the number of the request, the first is 0.
    pub async fn at_each(does: impl Fn(usize) -> Does + Send + Sync + 'static) -> Stranger {
        Stranger::start(does, None).await
    }

    /// The same behind TLS, with a certificate of its own making.
    pub async fn self_signed(does: Does) -> Stranger {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Stranger::start(move |_| does.clone(), Some(Arc::new(config).into())).await
    }

    async fn start(
        does: impl Fn(usize) -> Does + Send + Sync + 'static,
        tls: Option<TlsAcceptor>,
    ) -> Stranger {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (hear, heard) = mpsc::unbounded_channel();
        let (leave, left) = mpsc::unbounded_channel();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let (book, does) = (heads.clone(), Arc::new(does));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (hear, leave) = (hear.clone(), leave.clone());
                let (book, does, tls) = (book.clone(), does.clone(), tls.clone());
                tokio::spawn(async move {
                    let next = move |head| {
                        let mut book = book.lock().unwrap();
                        book.push(head);
                        let _ = hear.send(());
                        does(book.len() - 1)
                    };
                    match tls {
                        None => converse(stream, next).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => converse(stream, next).await,
                            Err(_) => return,
                        },
                    }
                    let _ = leave.send(());
                });
            }
        });
        Stranger {
            address,
            heads,
            heard,
            left,
        }
    }

    pub fn requests(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    next: impl FnOnce(String) -> Does,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut head).await, Ok(read) if read > 0) {
            return;
        }
    }
    match next(String::from_utf8(head).unwrap()) {
        Does::Says(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        Does::SaysWhen(told, answer) => {
            told.acquire().await.unwrap().forget();
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        Does::Stalls(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.read_buf(&mut Vec::new()).await;
        }
        Does::Floods(first, more) => {
            let mut flows = stream.write_all(&first).await.is_ok();
            while flows {
                flows = stream.write_all(&more).await.is_ok();
            }
        }
    }
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub fn redirect(to: &str) -> Vec<u8> {
    answer("302 Found", &format!("location: {to}\r\n"), b"")
}
