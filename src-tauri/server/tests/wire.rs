//! What only shows on a real connection: draining, `100 Continue`, stopping.

use std::time::Duration;

use library::{Library, NewApiKey};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::harness::{form, part, png};
use crate::{Config, RunningServer, StartError, start};

pub struct Served {
    pub running: RunningServer,
    pub library: Library,
    pub secret: String,
    _folder: TempDir,
}

pub async fn served(config: Config) -> Served {
    let folder = TempDir::new().unwrap();
    let library = Library::open(folder.path(), config.library_settings()).unwrap();
    let (_, secret) = library.create_api_key(NewApiKey::default()).unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..config
    };
    let running = start(config, library.clone(), "a test", None)
        .await
        .unwrap();
    Served {
        running,
        library,
        secret: secret.expose().to_owned(),
        _folder: folder,
    }
}

impl Served {
    pub async fn connect(&self) -> Client {
        Client::new(TcpStream::connect(self.running.address()).await.unwrap())
    }

    pub fn head(&self, secret: &str, more: &str) -> String {
        format!(
            "POST /upload HTTP/1.1\r\nHost: nas\r\nAuthorization: Bearer {secret}\r\n\
             Content-Type: multipart/form-data; boundary=a-boundary\r\n{more}\r\n\r\n"
        )
    }
}

pub struct Client(BufReader<TcpStream>);

impl Client {
    pub fn new(stream: TcpStream) -> Client {
        Client(BufReader::new(stream))
    }

    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).await.unwrap();
    }

    /// One answer: its head, and as much body as the head announces.
    pub async fn read(&mut self) -> (String, String) {
        let head = self.read_head().await;
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")
                .map(str::to_owned)
        });
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).await.unwrap();
        (head, String::from_utf8_lossy(&body).into_owned())
    }

    pub async fn read_head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(
                self.0.read_line(&mut head).await.unwrap() > 0,
                "closed after {head:?}"
            );
        }
        head
    }

    /// Everything until the other end closes.
    pub async fn read_rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).await.unwrap();
        rest
    }

    async fn closed(&mut self) -> bool {
        self.0.read_u8().await.is_err()
    }
}

const MEGABYTE: &[u8] = &[b'x'; 1 << 20];

#[tokio::test]
async fn a_client_that_sends_all_of_50_megabytes_still_reads_why_it_was_refused() {
    let served = served(Config::default()).await;
    let mut client = served.connect().await;
    client
        .write(served.head("sk_wrong", "Content-Length: 52428800"))
        .await;
    for _ in 0..50 {
        client.write(MEGABYTE).await;
    }
    let (head, body) = client.read().await;
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
    assert_eq!(body, "{\"error\":\"Unauthorized\"}");
    // Read to its end, the connection is good for another request.
    client
        .write("GET /nothing HTTP/1.1\r\nHost: nas\r\n\r\n")
        .await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn an_endless_body_is_refused_at_the_limit_and_the_answer_is_read() {
    let served = served(Config {
        max_upload_bytes: 1 << 20,
        ..Config::default()
    })
    .await;
    let mut client = served.connect().await;
    client
        .write(served.head(&served.secret, "Transfer-Encoding: chunked"))
        .await;
    let begin = part("name=\"file\"; filename=\"a.png\"", b"");
    client.write(format!("{:x}\r\n", begin.len())).await;
    client.write([&begin[..], b"\r\n"].concat()).await;
    for _ in 0..20 {
        client.write(format!("{:x}\r\n", MEGABYTE.len())).await;
        client.write([MEGABYTE, b"\r\n"].concat()).await;
    }
    let (head, body) = client.read().await;
    assert!(head.starts_with("HTTP/1.1 413"), "{head}");
    assert_eq!(body, "{\"error\":\"File too large\"}");
}

#[tokio::test]
async fn a_refused_client_is_never_asked_for_its_body() {
    let served = served(Config::default()).await;
    for (secret, more, status) in [
        ("sk_wrong", "Content-Length: 5000", "401"),
        (&*served.secret, "Content-Length: 99999999", "413"),
    ] {
        let mut client = served.connect().await;
        client
            .write(served.head(secret, &format!("{more}\r\nExpect: 100-continue")))
            .await;
        let (head, _) = client.read().await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        assert!(head.to_lowercase().contains("connection: close"), "{head}");
    }
}

#[tokio::test]
async fn a_welcome_client_is_asked_for_its_body() {
    let served = served(Config::default()).await;
    let mut client = served.connect().await;
    let body = form(&[part("name=\"file\"; filename=\"a.png\"", &png(300, 3))]);
    let more = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
    client.write(served.head(&served.secret, &more)).await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 100"));
    client.write(body).await;
    let (head, body) = client.read().await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(body.contains("\"original\":\"http://nas/"), "{body}");
}

#[tokio::test]
async fn an_upload_that_stands_still_is_given_up() {
    let served = served(Config {
        upload_idle_seconds: 1,
        ..Config::default()
    })
    .await;
    let mut client = served.connect().await;
    client
        .write(served.head(&served.secret, "Content-Length: 5000"))
        .await;
    client.write("--a-boundary\r\n").await;
    let (head, body) = client.read().await;
    assert!(head.starts_with("HTTP/1.1 408"), "{head}");
    assert_eq!(body, "{\"error\":\"Upload timed out\"}");
}

#[tokio::test]
async fn one_folder_has_one_server_and_one_address() {
    let served = served(Config::default()).await;
    let config = Config {
        listen: served.running.address(),
        ..Config::default()
    };
    let refused = start(config.clone(), served.library.clone(), "another", None).await;
    let Err(StartError::AlreadyServed(serving)) = refused else {
        panic!("started twice")
    };
    assert_eq!(serving.address, Some(served.running.address()));
    let elsewhere = TempDir::new().unwrap();
    let other = Library::open(elsewhere.path(), config.library_settings()).unwrap();
    let refused = start(config, other, "another", None).await;
    assert!(
        matches!(refused, Err(StartError::AddressTaken(address)) if address == served.running.address())
    );
}

#[tokio::test]
async fn stopping_finishes_what_is_in_flight_and_lets_go_of_the_folder() {
    let served = served(Config::default()).await;
    let address = served.running.address();
    let body = form(&[part("name=\"file\"; filename=\"a.png\"", &png(300, 3))]);
    let mut client = served.connect().await;
    client
        .write(served.head(
            &served.secret,
            &format!("Content-Length: {}\r\nExpect: 100-continue", body.len()),
        ))
        .await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 100"));
    let mut idle = served.connect().await;
    let stopping = tokio::spawn(served.running.stop(Duration::from_secs(30)));
    assert!(idle.closed().await);
    assert!(TcpStream::connect(address).await.is_err());
    client.write(body).await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 200"));
    stopping.await.unwrap();
    assert!(
        library::current_server(served.library.folder())
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_off() {
    let served = served(Config::default()).await;
    let mut client = served.connect().await;
    client
        .write(served.head(
            &served.secret,
            "Content-Length: 5000\r\nExpect: 100-continue",
        ))
        .await;
    assert!(client.read().await.0.starts_with("HTTP/1.1 100"));
    served.running.stop(Duration::from_millis(50)).await;
    assert!(client.closed().await);
}
