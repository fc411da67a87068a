//! An editor's side of the door: a queue behind it, and questions as they go over the wire.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uploader::picgo_server::{EditorHost, EditorServer, EditorServerConfig, TargetLookupError};
use uploader::{Job, Uploader};

use crate::fake_server::{Behaviour, FakeServer, http_response, imgs_response};
use crate::harness::{FixedSecrets, imgs_target, png, write_file};

#[derive(Default)]
pub struct FakeHost {
    pub clipboard: Option<Vec<u8>>,
    pub token: Option<String>,
}

impl EditorHost for FakeHost {
    fn clipboard_picture(&self) -> Option<Vec<u8>> {
        self.clipboard.clone()
    }

    fn link(&self, job: &Job) -> Option<String> {
        Some(job.state.upload_result()?.original.clone())
    }

    fn token(&self) -> Option<String> {
        self.token.clone()
    }

    fn find_target(&self, named: &str) -> Result<String, TargetLookupError> {
        match named {
            "Story" => Ok("t".into()),
            "twice" => Err(TargetLookupError::Ambiguous),
            _ => Err(TargetLookupError::Unknown),
        }
    }
}

pub struct EditorFixture {
    pub server: FakeServer,
    pub pictures: tempfile::TempDir,
    pub _queue: tempfile::TempDir,
    pub uploader: Uploader,
    pub editor_server: EditorServer,
}

pub struct EditorReply {
    pub status: u16,
    pub head: String,
    pub json: Value,
}

impl EditorFixture {
    pub async fn new(home: FakeHost) -> EditorFixture {
        EditorFixture::with_delete_status(home, "200 OK").await
    }

    /// A world whose server answers so what is not an upload.
    pub async fn with_delete_status(home: FakeHost, status: &'static str) -> EditorFixture {
        let server = FakeServer::start_with_head(move |n, head| {
            Behaviour::Answer(match head.starts_with("POST ") {
                true => imgs_response(&format!("picture{n:04}")),
                false => http_response(status, "", "{}"),
            })
        })
        .await;
        let queue = tempfile::tempdir().unwrap();
        let uploader = Uploader::open(queue.path(), Arc::new(FixedSecrets)).unwrap();
        uploader.set_target(imgs_target(&server.base));
        let config = EditorServerConfig {
            port: 0,
            max_bytes: 200_000,
            ..EditorServerConfig::default()
        };
        let editors = EditorServer::start(uploader.clone(), Arc::new(home), config)
            .await
            .unwrap();
        EditorFixture {
            server,
            pictures: tempfile::tempdir().unwrap(),
            _queue: queue,
            uploader,
            editor_server: editors,
        }
    }

    pub fn write_picture(&self, name: &str, width: u32) -> PathBuf {
        write_file(self.pictures.path(), name, &png(width, 4))
    }

    /// Sends a request as it stands, but for its `Host` and length, and reads the answer.
    pub async fn send_request(&self, first: &str, headers: &str, body: &[u8]) -> EditorReply {
        let host = format!("host: 127.0.0.1:{}\r\n", self.editor_server.port());
        let length = format!("content-length: {}\r\n", body.len());
        self.send_raw(
            &format!("{first} HTTP/1.1\r\n{host}{length}{headers}"),
            body,
        )
        .await
    }

    pub async fn send_raw(&self, head: &str, body: &[u8]) -> EditorReply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.editor_server.port()))
            .await
            .unwrap();
        let head = format!("{head}connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // A refusal may come before all of it has gone.
        let _ = stream.write_all(body).await;
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read).await;
        let text = String::from_utf8(read).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        EditorReply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            json: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    pub async fn upload_paths(&self, query: &str, list: &[&str]) -> EditorReply {
        let body = json!({ "list": list }).to_string();
        let headers = "content-type: application/json\r\n";
        self.send_request(&format!("POST /upload{query}"), headers, body.as_bytes())
            .await
    }

    pub fn request_count(&self) -> usize {
        self.server.requests.load(Ordering::SeqCst)
    }
}
