//! One HTTP/1.1 request on one connection, sent as it is written down.
//!
//! It adds `Host`, `Connection: close` and the length of a body unless set otherwise, follows no
//! redirect, and never changes a path.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long the server may be silent before a test gives up.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    chunked: bool,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Request {
        Request {
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
        }
    }

    pub fn get(path: &str) -> Request {
        Request::new("GET", path)
    }

    pub fn head(path: &str) -> Request {
        Request::new("HEAD", path)
    }

    pub fn post(path: &str) -> Request {
        Request::new("POST", path)
    }

    pub fn delete(path: &str) -> Request {
        Request::new("DELETE", path)
    }

    /// The same request with another verb.
    pub fn with_method(mut self, method: &str) -> Request {
        self.method = method.into();
        self
    }

    pub fn header(mut self, name: &str, value: impl ToString) -> Request {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    pub fn bearer(self, key: &str) -> Request {
        self.header("Authorization", format!("Bearer {key}"))
    }

    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Request {
        self.body = bytes.into();
        self
    }

    /// Sends the body in chunks, so that its length is not known beforehand.
    pub fn chunked(mut self) -> Request {
        self.chunked = true;
        self
    }

    /// Sends all of it and reads the whole answer. What the server closes on us in mid-body shows up
    /// as an error of the reading side, if the answer did not arrive.
    pub fn send(&self, address: SocketAddr) -> io::Result<Answer> {
        let stream = connect(address)?;
        // A server that refuses early may stop reading; its answer is what counts then.
        let sent = self.write(&stream);
        let answer = read_answer(&stream, self.method == "HEAD");
        match (answer, sent) {
            (Ok(answer), _) => Ok(answer),
            (Err(_), Err(error)) | (Err(error), Ok(())) => Err(error),
        }
    }

    /// The lines before the body, ending with the empty one.
    pub fn head_text(&self, address: SocketAddr) -> String {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let names = |name: &str| {
            self.headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        if !names("host") {
            text += &format!("Host: {address}\r\n");
        }
        if !names("connection") {
            text += "Connection: close\r\n";
        }
        if self.chunked {
            text += "Transfer-Encoding: chunked\r\n";
        } else if !names("content-length") && (!self.body.is_empty() || self.method == "POST") {
            text += &format!("Content-Length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text + "\r\n"
    }

    fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        stream.write_all(self.head_text(stream.peer_addr()?).as_bytes())?;
        if self.chunked {
            for chunk in self.body.chunks(64 * 1024) {
                write!(stream, "{:x}\r\n", chunk.len())?;
                stream.write_all(chunk)?;
                stream.write_all(b"\r\n")?;
            }
            stream.write_all(b"0\r\n\r\n")
        } else {
            stream.write_all(&self.body)
        }
    }
}

pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, or "" where it is missing.
    pub fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(given, _)| given == &name.to_ascii_lowercase());
        found.map_or("", |(_, value)| value)
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error}): {self}"),
        }
    }

    /// The body as a picture, decoded, so that its size and pixels can be looked at.
    #[track_caller]
    pub fn picture(&self) -> image::DynamicImage {
        match image::load_from_memory(&self.body) {
            Ok(picture) => picture,
            Err(error) => panic!("no picture ({error}): {self}"),
        }
    }

    /// Asserts the status, showing the whole answer when it is another.
    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Asserts an error `{"error": "…"}` that may not be cached.
    #[track_caller]
    pub fn refuses(self, status: u16, words: &str) -> Answer {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), "application/json", "{self}");
        assert_eq!(self.header("cache-control"), "no-store", "{self}");
        assert_eq!(self.json(), serde_json::json!({ "error": words }), "{self}");
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "HTTP {}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        let shown = &self.body[..self.body.len().min(300)];
        write!(
            f,
            "({} bytes) {}",
            self.body.len(),
            String::from_utf8_lossy(shown)
        )
    }
}

/// Reads one answer. `bodyless` says that it answers a HEAD, whose length is only announced.
pub fn read_answer(stream: impl Read, bodyless: bool) -> io::Result<Answer> {
    let mut reader = BufReader::new(stream);
    loop {
        let (status, headers) = read_head(&mut reader)?;
        if status == 100 {
            continue;
        }
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        if bodyless || status == 204 || status == 304 {
            return Ok(answer);
        }
        if answer
            .header("transfer-encoding")
            .eq_ignore_ascii_case("chunked")
        {
            answer.body = read_chunks(&mut reader)?;
        } else if let Ok(length) = answer.header("content-length").parse() {
            answer.body = vec![0; length];
            reader.read_exact(&mut answer.body)?;
        } else {
            reader.read_to_end(&mut answer.body)?;
        }
        return Ok(answer);
    }
}

fn read_head(reader: &mut impl BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let first = line(reader)?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| invalid(format!("this is no status line: {first:?}")))?;
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        if line.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| invalid(format!("this is no header: {line:?}")))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(reader)?;
        let size = usize::from_str_radix(&size, 16)
            .map_err(|_| invalid(format!("this is no chunk size: {size:?}")))?;
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        line(reader)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the server closed the connection without an answer",
        ));
    }
    Ok(String::from_utf8_lossy(&line)
        .trim_end_matches(['\r', '\n'])
        .to_owned())
}

fn invalid(words: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}
