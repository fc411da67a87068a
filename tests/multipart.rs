//! A `multipart/form-data` body, part by part, right or deliberately wrong.

use crate::Request;

const BOUNDARY: &str = "----------------------------vitrine8731904562";

#[derive(Clone, Debug, Default)]
pub struct Form {
    bytes: Vec<u8>,
}

impl Form {
    pub fn new() -> Form {
        Form::default()
    }

    /// The usual upload: one part `file`.
    pub fn file(name: &str, bytes: &[u8]) -> Form {
        Form::new().with_file("file", name, bytes)
    }

    pub fn with_file(self, part: &str, name: &str, bytes: &[u8]) -> Form {
        let head = format!(
            "Content-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream"
        );
        self.with_part(&head, bytes)
    }

    pub fn with_text(self, part: &str, text: &str) -> Form {
        self.with_part(
            &format!("Content-Disposition: form-data; name=\"{part}\""),
            text.as_bytes(),
        )
    }

    /// A part with exactly these header lines.
    pub fn with_part(mut self, head: &str, bytes: &[u8]) -> Form {
        self.bytes
            .extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\r\n");
        self
    }

    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// The whole body, with its closing boundary.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes
            .extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.bytes
    }

    /// A POST of it to `path`.
    pub fn post(self, path: &str) -> Request {
        Request::post(path)
            .header("Content-Type", Form::content_type())
            .body(self.finish())
    }
}
