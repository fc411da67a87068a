//! The body of a request: mostly a picture's bytes from the disk, framed as a form, piece by piece.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{Stream, try_unfold};
use tokio::io::AsyncReadExt;

use crate::Failure;
use crate::pulse::Pulse;
use crate::targets::Body;

/// Read and handed over at a time; what "sent" can be ahead of the network by is a few of these.
const CHUNK: usize = 32 * 1024;

/// A body but for the bytes of the picture, if it carries them.
pub(crate) struct Framing {
    pub content_type: String,
    pub head: Bytes,
    /// What follows the picture; `None` where there is no picture, and the head is all of it.
    pub tail: Option<Bytes>,
}

/// Frames a body, with the parts of the key where it wants them; `None` where there is no such part.
pub(crate) fn framing(body: &Body, key: &[String]) -> Option<Framing> {
    Some(match body {
        Body::Multipart {
            texts,
            field,
            file_name,
            media_type,
        } => {
            let boundary = crate::ids::boundary();
            let mut head = String::new();
            for (name, words) in texts {
                let text = words.with(key)?;
                head += &format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{text}\r\n",
                    quoted(name)
                );
            }
            head += &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 Content-Type: {media_type}\r\n\r\n",
                quoted(field),
                quoted(file_name)
            );
            Framing {
                content_type: format!("multipart/form-data; boundary={boundary}"),
                head: head.into(),
                tail: Some(format!("\r\n--{boundary}--\r\n").into()),
            }
        }
        Body::Binary { media_type } => Framing {
            content_type: (*media_type).to_owned(),
            head: Bytes::new(),
            tail: Some(Bytes::new()),
        },
        Body::Nothing => Framing {
            content_type: String::new(),
            head: Bytes::new(),
            tail: None,
        },
        Body::Form(pairs) => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, words) in pairs {
                form.append_pair(name, &words.with(key)?);
            }
            Framing {
                content_type: "application/x-www-form-urlencoded".to_owned(),
                head: form.finish().into(),
                tail: None,
            }
        }
        Body::Json(text) => Framing {
            content_type: "application/json".to_owned(),
            head: text.clone().into(),
            tail: None,
        },
    })
}

/// As browsers write names: the three characters that would end the header are percent-encoded.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The body piece by piece. Exactly `length` bytes of the file: one that became shorter or longer is not the picture
/// that was looked at.
pub(crate) fn stream(
    head: Bytes,
    file: tokio::fs::File,
    length: u64,
    tail: Bytes,
    pulse: Arc<Pulse>,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    enum Next {
        Head(Bytes),
        File { left: u64 },
        End,
    }
    let progress = Arc::new(progress);
    let state = (Next::Head(head), file, tail, 0_u64);
    try_unfold(state, move |(next, mut file, tail, sent)| {
        let (pulse, progress) = (pulse.clone(), progress.clone());
        // Being asked for more means that what was given before has been taken.
        progress(sent);
        async move {
            let (chunk, next) = match next {
                Next::Head(head) => (head, Next::File { left: length }),
                Next::File { left: 0 } => (tail.clone(), Next::End),
                Next::File { left } => {
                    let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
                    let read = file
                        .read(&mut chunk)
                        .await
                        .inspect_err(|error| pulse.stumble(Failure::reading(error)))?;
                    if read == 0 {
                        pulse.stumble(Failure::FileChanged);
                        return Err(std::io::ErrorKind::UnexpectedEof.into());
                    }
                    chunk.truncate(read);
                    (
                        Bytes::from(chunk),
                        Next::File {
                            left: left - read as u64,
                        },
                    )
                }
                Next::End => return Ok(None),
            };
            pulse.beat();
            let sent = sent + chunk.len() as u64;
            if matches!(next, Next::End) {
                // Nobody asks for more than the announced length.
                progress(sent);
            }
            Ok(Some((chunk, (next, file, tail, sent))))
        }
    })
}
