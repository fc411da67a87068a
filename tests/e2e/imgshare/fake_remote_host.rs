//! A fake remote host: answers each path as configured and records the requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub struct FakeRemoteHost {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

#[derive(Clone, Debug)]
pub struct RecordedRequest {
    pub path: String,
    pub user_agent: String,
}

impl FakeRemoteHost {
    /// `answer` gives a path's whole answer as it goes over the wire.
    pub fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> FakeRemoteHost {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::<Mutex<Vec<RecordedRequest>>>::default();
        let notes = requests.clone();
        // Ends with the test's process; there is one of these to a test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let answer = answer(&request.path);
                notes.lock().expect("no thread panicked").push(request);
                // A client that has read enough closes the connection.
                let _ = (&stream).write_all(&answer);
            }
        });
        FakeRemoteHost { address, requests }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().expect("no thread panicked").clone()
    }
}

/// A whole answer with this body.
pub fn ok(body: &[u8]) -> Vec<u8> {
    with_status("200 OK", body)
}

pub fn with_status(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

pub fn redirect(to: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .into_bytes()
}

fn read(stream: &TcpStream) -> Option<RecordedRequest> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let mut user_agent = String::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("user-agent")
        {
            user_agent = value.trim().to_owned();
        }
    }
    Some(RecordedRequest { path, user_agent })
}
