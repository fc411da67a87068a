//! An editor's side of the door: a queue behind it, and questions as they go over the wire.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uploader::picgo_server::{Door, Editors, House, Unclear};
use uploader::{Job, Uploader};

use crate::fake_server::{Manners, Server, answer, links};
use crate::harness::{Open, file, png, target};

#[derive(Default)]
pub struct Home {
    pub clipboard: Option<Vec<u8>>,
    pub token: Option<String>,
}

impl House for Home {
    fn clipboard(&self) -> Option<Vec<u8>> {
        self.clipboard.clone()
    }

    fn link(&self, job: &Job) -> Option<String> {
        Some(job.state.uploaded()?.original.clone())
    }

    fn token(&self) -> Option<String> {
        self.token.clone()
    }

    fn target(&self, named: &str) -> Result<String, Unclear> {
        match named {
            "Story" => Ok("t".into()),
            "twice" => Err(Unclear::Several),
            _ => Err(Unclear::Unknown),
        }
    }
}

pub struct World {
    pub server: Server,
    pub pictures: tempfile::TempDir,
    pub _queue: tempfile::TempDir,
    pub uploader: Uploader,
    pub editors: Editors,
}

pub struct Said {
    pub status: u16,
    pub head: String,
    pub json: Value,
}

impl World {
    pub async fn new(home: Home) -> World {
        World::answering(home, "200 OK").await
    }

    /// A world whose server answers so what is not an upload.
    pub async fn answering(home: Home, status: &'static str) -> World {
        let server = Server::hearing(move |n, head| {
            Manners::Answer(match head.starts_with("POST ") {
                true => links(&format!("picture{n:04}")),
                false => answer(status, "", "{}"),
            })
        })
        .await;
        let queue = tempfile::tempdir().unwrap();
        let uploader = Uploader::open(queue.path(), Arc::new(Open)).unwrap();
        uploader.set_target(target(&server.base));
        let door = Door {
            port: 0,
            max_bytes: 200_000,
            ..Door::default()
        };
        let editors = Editors::open(uploader.clone(), Arc::new(home), door)
            .await
            .unwrap();
        World {
            server,
            pictures: tempfile::tempdir().unwrap(),
            _queue: queue,
            uploader,
            editors,
        }
    }

    pub fn picture(&self, name: &str, width: u32) -> PathBuf {
        file(self.pictures.path(), name, &png(width, 4))
    }

    /// Sends a request as it stands, but for its `Host` and length, and reads the answer.
    pub async fn ask(&self, first: &str, headers: &str, body: &[u8]) -> Said {
        let host = format!("host: 127.0.0.1:{}\r\n", self.editors.port());
        let length = format!("content-length: {}\r\n", body.len());
        self.say(
            &format!("{first} HTTP/1.1\r\n{host}{length}{headers}"),
            body,
        )
        .await
    }

    pub async fn say(&self, head: &str, body: &[u8]) -> Said {
        let mut stream = TcpStream::connect(("127.0.0.1", self.editors.port()))
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
        Said {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            json: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    pub async fn list(&self, query: &str, list: &[&str]) -> Said {
        let body = json!({ "list": list }).to_string();
        let headers = "content-type: application/json\r\n";
        self.ask(&format!("POST /upload{query}"), headers, body.as_bytes())
            .await
    }

    pub fn uploads(&self) -> usize {
        self.server.requests.load(Ordering::SeqCst)
    }
}
