//! An HTTP server written by hand, because it has to do what no proper one would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};

/// What to do with one request.
#[derive(Clone)]
pub enum Behaviour {
    /// Reads all of it, then answers.
    Answer(String),
    /// Answers once told to.
    AnswerWhen(Arc<Notify>, String),
    /// Reads this many bytes of the body, then answers and throws the rest away.
    AnswerEarly(usize, String),
    /// Reads this many bytes of the body, then closes.
    Cut(usize),
    /// Reads this many bytes of the body, then nothing more, for ever.
    Stall(usize),
}

/// A request as far as it was read.
#[derive(Debug)]
pub struct ReceivedRequest {
    pub head: String,
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (given, value) = line.split_once(':')?;
            given.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

impl ReceivedRequest {
    /// The picture in an upload's form.
    pub fn picture(&self) -> &[u8] {
        let start = self.body.windows(4).position(|four| four == b"\r\n\r\n");
        let body = &self.body[start.unwrap() + 4..];
        let boundary = self
            .header("content-type")
            .unwrap()
            .rsplit('=')
            .next()
            .unwrap();
        &body[..body.len() - boundary.len() - "\r\n----\r\n".len()]
    }
}

pub struct FakeServer {
    pub base: String,
    pub received: mpsc::UnboundedReceiver<ReceivedRequest>,
    pub requests: Arc<AtomicUsize>,
}

impl FakeServer {
    /// `manners` is asked with the number of the request, the first is 0.
    pub async fn start(
        behaviour: impl Fn(usize) -> Behaviour + Send + Sync + 'static,
    ) -> FakeServer {
        FakeServer::start_with_head(move |n, _| behaviour(n)).await
    }

    /// The same, with the head of the request.
    pub async fn start_with_head(
        behaviour: impl Fn(usize, &str) -> Behaviour + Send + Sync + 'static,
    ) -> FakeServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (tell, heard) = mpsc::unbounded_channel();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        let manners = Arc::new(behaviour);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tell, manners, count) = (tell.clone(), manners.clone(), count.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some((head, body)) = read_head(&mut stream).await else {
                        return;
                    };
                    let mine = manners(count.fetch_add(1, Ordering::SeqCst), &head);
                    serve_request(stream, head, body, mine, tell).await;
                });
            }
        });
        FakeServer {
            base,
            received: heard,
            requests,
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            return Some((String::from_utf8(read).unwrap(), body));
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

async fn serve_request(
    mut stream: TcpStream,
    head: String,
    mut body: Vec<u8>,
    behaviour: Behaviour,
    requests: mpsc::UnboundedSender<ReceivedRequest>,
) {
    let mut heard = ReceivedRequest {
        head,
        body: Vec::new(),
    };
    let length: usize = heard
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let body_bytes = match &behaviour {
        Behaviour::Answer(_) | Behaviour::AnswerWhen(..) => length,
        Behaviour::AnswerEarly(most, _) | Behaviour::Cut(most) | Behaviour::Stall(most) => {
            length.min(*most)
        }
    };
    while body.len() < body_bytes {
        if !matches!(stream.read_buf(&mut body).await, Ok(read) if read > 0) {
            return;
        }
    }
    heard.body = body;
    let _ = requests.send(heard);
    match behaviour {
        Behaviour::Cut(_) => {}
        Behaviour::Stall(_) => std::future::pending().await,
        Behaviour::Answer(answer) => stream
            .write_all(answer.as_bytes())
            .await
            .unwrap_or_default(),
        Behaviour::AnswerWhen(now, answer) => {
            now.notified().await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
        Behaviour::AnswerEarly(_, answer) => {
            let _ = stream.write_all(answer.as_bytes()).await;
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
    }
}

pub fn http_response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What an `imgs` server says to an upload of a picture 600 pixels wide.
pub fn imgs_response(id: &str) -> String {
    imgs_response_at("https://pics.example", id)
}

/// The same of one that shows its pictures elsewhere.
pub fn imgs_response_at(base: &str, id: &str) -> String {
    let body =
        format!(r#"{{"id":"{id}","original":"{base}/{id}","sizes":{{"200":"{base}/{id}/200"}}}}"#);
    http_response("200 OK", "content-type: application/json\r\n", &body)
}
