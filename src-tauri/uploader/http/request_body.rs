//! The body of a request: mostly a picture's bytes from the disk, framed as a form, piece by piece.

use std::path::Path;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream::{Stream, try_unfold};
use tokio::io::AsyncReadExt;

use crate::Failure;
use crate::http::idle_timeout::IdleTimer;
use crate::targets::{Body, PictureEncoding};

/// Read and handed over at a time; what "sent" can be ahead of the network by is a few of these. Three bytes are four
/// letters of base64, so it is a multiple of three.
const CHUNK_BYTES: usize = 33 * 1024;

/// A body but for the bytes of the picture, if it carries them.
pub(crate) struct FramedBody {
    pub content_type: String,
    pub head: Bytes,
    /// What follows the picture; `None` where there is no picture, and the head is all of it.
    pub tail: Option<Bytes>,
    pub encoding: PictureEncoding,
}

/// Frames a body, with the parts of the key where it wants them; `None` where there is no such part.
pub(crate) fn frame_body(body: &Body, key: &[String]) -> Option<FramedBody> {
    Some(match body {
        Body::Multipart {
            texts,
            field,
            file_name,
            media_type,
        } => {
            let boundary = crate::ids::random_boundary();
            let mut head = String::new();
            for (name, words) in texts {
                let text = words.fill(key)?;
                head += &format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{text}\r\n",
                    escape_field_name(name)
                );
            }
            head += &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 Content-Type: {media_type}\r\n\r\n",
                escape_field_name(field),
                escape_field_name(file_name)
            );
            FramedBody {
                content_type: format!("multipart/form-data; boundary={boundary}"),
                head: head.into(),
                tail: Some(format!("\r\n--{boundary}--\r\n").into()),
                encoding: PictureEncoding::Raw,
            }
        }
        Body::Binary { media_type } => FramedBody {
            content_type: (*media_type).to_owned(),
            head: Bytes::new(),
            tail: Some(Bytes::new()),
            encoding: PictureEncoding::Raw,
        },
        Body::Text {
            content_type,
            before,
            after,
            encoding,
        } => FramedBody {
            content_type: (*content_type).to_owned(),
            head: before.fill(key)?.into(),
            tail: Some(after.fill(key)?.into()),
            encoding: *encoding,
        },
        Body::Empty => body_without_picture("", Bytes::new()),
        Body::Form(pairs) => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, words) in pairs {
                form.append_pair(name, &words.fill(key)?);
            }
            body_without_picture("application/x-www-form-urlencoded", form.finish().into())
        }
        Body::Json(text) => body_without_picture("application/json", text.clone().into()),
    })
}

/// A body without a picture.
fn body_without_picture(content_type: &str, head: Bytes) -> FramedBody {
    FramedBody {
        content_type: content_type.to_owned(),
        head,
        tail: None,
        encoding: PictureEncoding::Raw,
    }
}

/// How many bytes a picture of so many takes.
pub(crate) async fn encoded_length(
    encoding: PictureEncoding,
    picture: &Path,
    bytes: u64,
) -> Result<u64, std::io::Error> {
    let letters = bytes.div_ceil(3) * 4;
    match encoding {
        PictureEncoding::Raw => Ok(bytes),
        PictureEncoding::Base64 => Ok(letters),
        // Some letters become three: they have to be counted.
        PictureEncoding::Base64FormValue => {
            let mut file = tokio::fs::File::open(picture).await?;
            let mut length = 0;
            let mut left = bytes;
            while left > 0 {
                let chunk = read_chunk(&mut file, left).await?;
                if chunk.is_empty() {
                    break;
                }
                left -= chunk.len() as u64;
                length += encode_chunk(encoding, chunk).len() as u64;
            }
            Ok(length)
        }
    }
}

fn encode_chunk(encoding: PictureEncoding, chunk: Vec<u8>) -> Bytes {
    match encoding {
        PictureEncoding::Raw => chunk.into(),
        PictureEncoding::Base64 => STANDARD.encode(chunk).into(),
        PictureEncoding::Base64FormValue => STANDARD
            .encode(chunk)
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
            .into(),
    }
}

/// A whole chunk, or all that is left, or all that there is: pieces of base64 fit together only where each is whole.
async fn read_chunk(file: &mut tokio::fs::File, left: u64) -> Result<Vec<u8>, std::io::Error> {
    let chunk_length = left.min(CHUNK_BYTES as u64);
    let mut chunk =
        Vec::with_capacity(CHUNK_BYTES.min(usize::try_from(left).unwrap_or(CHUNK_BYTES)));
    file.take(chunk_length).read_to_end(&mut chunk).await?;
    Ok(chunk)
}

/// As browsers write names: the three characters that would end the header are percent-encoded.
fn escape_field_name(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The picture in the middle of a body: so many bytes of a file, written so.
pub(crate) struct PicturePart {
    pub file: tokio::fs::File,
    pub bytes: u64,
    pub encoding: PictureEncoding,
}

/// The body piece by piece. Exactly so many bytes of the file: one that became shorter or longer is not the picture
/// that was looked at.
pub(crate) fn stream_body(
    head: Bytes,
    picture: PicturePart,
    tail: Bytes,
    idle_timer: Arc<IdleTimer>,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    enum Next {
        Head(Bytes),
        File { left: u64 },
        End,
    }
    let progress = Arc::new(progress);
    let PicturePart {
        file,
        bytes,
        encoding,
    } = picture;
    let state = (Next::Head(head), file, tail, 0_u64);
    try_unfold(state, move |(next, mut file, tail, sent)| {
        let (pulse, progress) = (idle_timer.clone(), progress.clone());
        // Being asked for more means that what was given before has been taken.
        progress(sent);
        async move {
            let (chunk, next) = match next {
                Next::Head(head) => (head, Next::File { left: bytes }),
                Next::File { left: 0 } => (tail.clone(), Next::End),
                Next::File { left } => {
                    let chunk = read_chunk(&mut file, left)
                        .await
                        .inspect_err(|error| pulse.mark_error(Failure::from_read_error(error)))?;
                    if chunk.is_empty() {
                        pulse.mark_error(Failure::FileChanged);
                        return Err(std::io::ErrorKind::UnexpectedEof.into());
                    }
                    let left = left - chunk.len() as u64;
                    (encode_chunk(encoding, chunk), Next::File { left })
                }
                Next::End => return Ok(None),
            };
            pulse.reset();
            let sent = sent + chunk.len() as u64;
            if matches!(next, Next::End) {
                // Nobody asks for more than the announced length.
                progress(sent);
            }
            Ok(Some((chunk, (next, file, tail, sent))))
        }
    })
}
