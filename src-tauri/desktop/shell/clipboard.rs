//! The clipboard: one owner, on one thread, for as long as the app runs. On X11 and Wayland the program that copied
//! something serves it to others, so it would be lost with a short-lived owner.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// What can be uploaded from the clipboard, the most specific kind first.
#[derive(Debug, PartialEq, Eq)]
pub enum ClipboardContents {
    Files(Vec<PathBuf>),
    /// The pixels of a picture, encoded as PNG.
    Picture(Vec<u8>),
    /// A web address.
    Address(String),
    Empty,
}

/// Counts how often another program was seen to copy something. It starts with the current time in milliseconds, so
/// that those of earlier runs are lower. Jobs store it.
pub type ClipboardGeneration = u64;

/// Text, and HTML for programs that paste more than text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipboardText {
    pub text: String,
    pub html: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("The clipboard didn't take the links: {0}")]
pub struct ClipboardError(String);

enum ClipboardRequest {
    Write {
        content: ClipboardText,
        answer: oneshot::Sender<Result<(), ClipboardError>>,
    },
    Rewrite {
        content: ClipboardText,
        answer: oneshot::Sender<Result<bool, ClipboardError>>,
    },
    Generation {
        answer: oneshot::Sender<ClipboardGeneration>,
    },
    WriteIfUnchanged {
        content: ClipboardText,
        since: ClipboardGeneration,
        answer: oneshot::Sender<Result<bool, ClipboardError>>,
    },
    HasChanged {
        since: ClipboardGeneration,
        answer: oneshot::Sender<bool>,
    },
    Read {
        answer: oneshot::Sender<ClipboardContents>,
    },
    Close {
        answer: mpsc::Sender<()>,
    },
}

pub struct Clipboard {
    requests: mpsc::Sender<ClipboardRequest>,
}

impl Clipboard {
    /// Starts the thread. The clipboard itself is opened at its first use.
    pub fn start() -> std::io::Result<Clipboard> {
        let (requests, inbox) = mpsc::channel();
        let first_generation = jiff::Timestamp::now().as_millisecond().unsigned_abs();
        thread::Builder::new()
            .name("clipboard".to_owned())
            .spawn(move || {
                let mut owner = ClipboardOwner {
                    clipboard: None,
                    last_written: None,
                    last_seen: None,
                    first_generation,
                    generation: first_generation,
                };
                for request in inbox {
                    if let Some(closed) = owner.answer_request(request) {
                        drop(owner);
                        let _ = closed.send(());
                        return;
                    }
                }
            })?;
        Ok(Clipboard { requests })
    }

    /// Writes text and reads it back.
    pub async fn write(&self, content: ClipboardText) -> Result<(), ClipboardError> {
        self.send_request(|answer| ClipboardRequest::Write { content, answer })
            .await
            .unwrap_or_else(|| Err(thread_ended()))
    }

    /// Replaces what we wrote last, if it is still on the clipboard. Returns whether it was.
    pub async fn rewrite(&self, content: ClipboardText) -> Result<bool, ClipboardError> {
        self.send_request(|answer| ClipboardRequest::Rewrite { content, answer })
            .await
            .unwrap_or_else(|| Err(thread_ended()))
    }

    /// The current generation, for [`Clipboard::write_if_unchanged`].
    pub async fn current_generation(&self) -> ClipboardGeneration {
        self.send_request(|answer| ClipboardRequest::Generation { answer })
            .await
            .unwrap_or_default()
    }

    /// Whether another program has copied something since then.
    pub async fn has_changed_since(&self, since: ClipboardGeneration) -> bool {
        self.send_request(|answer| ClipboardRequest::HasChanged { since, answer })
            .await
            .unwrap_or(true)
    }

    /// Writes text, unless another program has copied something since then. Returns whether it did.
    pub async fn write_if_unchanged(
        &self,
        content: ClipboardText,
        since: ClipboardGeneration,
    ) -> Result<bool, ClipboardError> {
        self.send_request(|answer| ClipboardRequest::WriteIfUnchanged {
            content,
            since,
            answer,
        })
        .await
        .unwrap_or_else(|| Err(thread_ended()))
    }

    /// Reads what could be uploaded.
    pub async fn read_contents(&self) -> ClipboardContents {
        self.send_request(|answer| ClipboardRequest::Read { answer })
            .await
            .unwrap_or(ClipboardContents::Empty)
    }

    /// Releases the clipboard, which gives a clipboard manager a moment to take over.
    pub fn close(&self, within: Duration) {
        let (answer, closed) = mpsc::channel();
        if self
            .requests
            .send(ClipboardRequest::Close { answer })
            .is_ok()
        {
            let _ = closed.recv_timeout(within);
        }
    }

    async fn send_request<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> ClipboardRequest,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).ok()?;
        answered.await.ok()
    }
}

fn thread_ended() -> ClipboardError {
    ClipboardError("its thread has ended".to_owned())
}

/// The state of the clipboard thread.
struct ClipboardOwner {
    clipboard: Option<arboard::Clipboard>,
    last_written: Option<String>,
    /// The text that was last read, once something was read.
    last_seen: Option<Option<String>>,
    first_generation: ClipboardGeneration,
    generation: ClipboardGeneration,
}

impl ClipboardOwner {
    /// Answers a request. Returns the sender of a request to close, which is answered after the clipboard is dropped.
    fn answer_request(&mut self, request: ClipboardRequest) -> Option<mpsc::Sender<()>> {
        match request {
            ClipboardRequest::Write { content, answer } => {
                let _ = answer.send(self.write_text(content).map_err(to_clipboard_error));
            }
            ClipboardRequest::Rewrite { content, answer } => {
                let _ = answer.send(self.rewrite_text(content).map_err(to_clipboard_error));
            }
            ClipboardRequest::Generation { answer } => {
                let _ = answer.send(self.update_generation());
            }
            ClipboardRequest::WriteIfUnchanged {
                content,
                since,
                answer,
            } => {
                let _ = answer.send(
                    self.write_text_if_unchanged(content, since)
                        .map_err(to_clipboard_error),
                );
            }
            ClipboardRequest::HasChanged { since, answer } => {
                let _ = answer.send(self.has_changed_since(since));
            }
            ClipboardRequest::Read { answer } => {
                let _ = answer.send(self.read_contents());
            }
            ClipboardRequest::Close { answer } => return Some(answer),
        }
        None
    }

    /// Tries twice: a clipboard manager that takes over may replace the first text.
    fn write_text(&mut self, content: ClipboardText) -> Result<(), arboard::Error> {
        for last in [false, true] {
            let clipboard = self.open_clipboard()?;
            let text = content.text.as_str();
            match &content.html {
                Some(html) => clipboard.set().html(html, Some(&content.text))?,
                None => clipboard.set_text(text)?,
            }
            match clipboard.get_text() {
                Ok(found) if found == text => break,
                Ok(_) if !last => {}
                Ok(_) => return Err(arboard::Error::ClipboardOccupied),
                Err(error) if last => return Err(error),
                Err(_) => {}
            }
        }
        self.last_written = Some(content.text);
        Ok(())
    }

    fn rewrite_text(&mut self, content: ClipboardText) -> Result<bool, arboard::Error> {
        let Some(written) = self.last_written.clone() else {
            return Ok(false);
        };
        // Whatever can't be read as text isn't ours.
        if self.open_clipboard()?.get_text().ok() != Some(written) {
            return Ok(false);
        }
        self.write_text(content).map(|()| true)
    }

    fn write_text_if_unchanged(
        &mut self,
        content: ClipboardText,
        since: ClipboardGeneration,
    ) -> Result<bool, arboard::Error> {
        if self.has_changed_since(since) {
            return Ok(false);
        }
        self.write_text(content).map(|()| true)
    }

    /// Generations of earlier runs count as the start of this one.
    fn has_changed_since(&mut self, since: ClipboardGeneration) -> bool {
        self.update_generation() > since.max(self.first_generation)
    }

    /// Clipboards do not count their changes, so a change is text other than last time, and other than ours.
    fn update_generation(&mut self) -> ClipboardGeneration {
        let found = self.read_text();
        let ours = found.is_some() && found == self.last_written;
        if self.last_seen.as_ref().is_some_and(|seen| *seen != found) && !ours {
            self.generation += 1;
        }
        self.last_seen = Some(found);
        self.generation
    }

    fn read_text(&mut self) -> Option<String> {
        self.open_clipboard().ok()?.get_text().ok()
    }

    fn read_contents(&mut self) -> ClipboardContents {
        let Ok(clipboard) = self.open_clipboard() else {
            return ClipboardContents::Empty;
        };
        if let Ok(files) = clipboard.get().file_list()
            && !files.is_empty()
        {
            return ClipboardContents::Files(files);
        }
        if let Ok(pixels) = clipboard.get_image() {
            return match encode_png(&pixels) {
                Ok(bytes) => ClipboardContents::Picture(bytes),
                Err(error) => {
                    tracing::warn!(%error, "could not encode the picture on the clipboard as PNG");
                    ClipboardContents::Empty
                }
            };
        }
        match clipboard.get_text() {
            Ok(text) => parse_web_address(&text)
                .map_or(ClipboardContents::Empty, ClipboardContents::Address),
            Err(_) => ClipboardContents::Empty,
        }
    }

    fn open_clipboard(&mut self) -> Result<&mut arboard::Clipboard, arboard::Error> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            empty => Ok(empty.insert(arboard::Clipboard::new()?)),
        }
    }
}

fn to_clipboard_error(error: arboard::Error) -> ClipboardError {
    ClipboardError(error.to_string())
}

/// Text that is a web address and nothing else.
fn parse_web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (web && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

fn encode_png(pixels: &arboard::ImageData<'_>) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut bytes, side(pixels.width), side(pixels.height));
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    // What is opaque is written without alpha: a third less, and it can become a JPEG anywhere.
    let opaque = pixels.bytes.chunks_exact(4).all(|pixel| pixel[3] == 255);
    let data: Cow<'_, [u8]> = if opaque {
        encoder.set_color(png::ColorType::Rgb);
        pixels
            .bytes
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    } else {
        Cow::Borrowed(pixels.bytes.as_ref())
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lone_web_address_counts_as_one() {
        assert_eq!(
            parse_web_address(" https://a.example/b.png\n"),
            Some("https://a.example/b.png".into())
        );
        assert_eq!(parse_web_address("see https://a.example/b.png"), None);
        assert_eq!(parse_web_address("file:///etc/passwd"), None);
    }

    #[test]
    fn opaque_pixels_lose_their_alpha_and_others_keep_it() -> Result<(), png::EncodingError> {
        let image = |alpha| arboard::ImageData {
            width: 1,
            height: 1,
            bytes: Cow::Owned(vec![1, 2, 3, alpha]),
        };
        // The colour type is the tenth byte of the header's data.
        assert_eq!(encode_png(&image(255))?[25], 2);
        assert_eq!(encode_png(&image(128))?[25], 6);
        Ok(())
    }
}
