//! The clipboard: one owner, on one thread, for the app's whole life. On X11 and Wayland what was
//! copied is served by whoever copied it, so an owner that comes and goes would take it along.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// What lies on the clipboard and can be sent, the most telling kind first.
#[derive(Debug, PartialEq, Eq)]
pub enum Pasted {
    Files(Vec<PathBuf>),
    /// A picture's pixels, written as PNG.
    Picture(Vec<u8>),
    /// The address of something on the web.
    Address(String),
    Nothing,
}

/// How many times somebody else had been seen to copy something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// Text, and where a program pastes more than text, an `<img>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub text: String,
    pub html: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("The clipboard didn't take the links: {0}")]
pub struct Refused(String);

enum Request {
    Write {
        content: Content,
        answer: oneshot::Sender<Result<(), Refused>>,
    },
    Rewrite {
        content: Content,
        answer: oneshot::Sender<Result<bool, Refused>>,
    },
    Look {
        answer: oneshot::Sender<Moment>,
    },
    Offer {
        content: Content,
        since: Moment,
        answer: oneshot::Sender<Result<bool, Refused>>,
    },
    Touched {
        since: Moment,
        answer: oneshot::Sender<bool>,
    },
    Read {
        answer: oneshot::Sender<Pasted>,
    },
    Close {
        answer: mpsc::Sender<()>,
    },
}

pub struct Clipboard {
    requests: mpsc::Sender<Request>,
}

impl Clipboard {
    /// Starts the thread. The clipboard itself is opened at its first use.
    pub fn start() -> std::io::Result<Clipboard> {
        let (requests, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("clipboard".to_owned())
            .spawn(move || {
                let mut owner = Owner {
                    clipboard: None,
                    written: None,
                    seen: None,
                    now: Moment::default(),
                };
                for request in inbox {
                    if let Some(closed) = owner.answer(request) {
                        drop(owner);
                        let _ = closed.send(());
                        return;
                    }
                }
            })?;
        Ok(Clipboard { requests })
    }

    /// Puts text on the clipboard and reads it back.
    pub async fn write(&self, content: Content) -> Result<(), Refused> {
        self.ask(|answer| Request::Write { content, answer })
            .await
            .unwrap_or_else(|| Err(gone()))
    }

    /// Replaces what we wrote last, if it still is what the clipboard holds; says whether it was.
    pub async fn rewrite(&self, content: Content) -> Result<bool, Refused> {
        self.ask(|answer| Request::Rewrite { content, answer })
            .await
            .unwrap_or_else(|| Err(gone()))
    }

    /// This moment, for [`Clipboard::offer`] to look back to.
    pub async fn look(&self) -> Moment {
        self.ask(|answer| Request::Look { answer })
            .await
            .unwrap_or_default()
    }

    /// Whether the user has copied something since then.
    pub async fn is_touched(&self, since: Moment) -> bool {
        self.ask(|answer| Request::Touched { since, answer })
            .await
            .unwrap_or(true)
    }

    /// Puts text on the clipboard, unless the user has copied something else since then; says
    /// whether it did.
    pub async fn offer(&self, content: Content, since: Moment) -> Result<bool, Refused> {
        self.ask(|answer| Request::Offer {
            content,
            since,
            answer,
        })
        .await
        .unwrap_or_else(|| Err(gone()))
    }

    /// What could be uploaded from the clipboard.
    pub async fn read(&self) -> Pasted {
        self.ask(|answer| Request::Read { answer })
            .await
            .unwrap_or(Pasted::Nothing)
    }

    /// Lets go of the clipboard, leaving the system's clipboard manager a moment to take over.
    pub fn close(&self, within: Duration) {
        let (answer, closed) = mpsc::channel();
        if self.requests.send(Request::Close { answer }).is_ok() {
            let _ = closed.recv_timeout(within);
        }
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).ok()?;
        answered.await.ok()
    }
}

fn gone() -> Refused {
    Refused("its thread has ended".to_owned())
}

/// The thread's side.
struct Owner {
    clipboard: Option<arboard::Clipboard>,
    written: Option<String>,
    /// What the last look found, once there was one: text, or something that is none.
    seen: Option<Option<String>>,
    now: Moment,
}

impl Owner {
    /// Answers a request; the last one's sender is returned, to be told when all is let go.
    fn answer(&mut self, request: Request) -> Option<mpsc::Sender<()>> {
        match request {
            Request::Write { content, answer } => {
                let _ = answer.send(self.write(content).map_err(refused));
            }
            Request::Rewrite { content, answer } => {
                let _ = answer.send(self.rewrite(content).map_err(refused));
            }
            Request::Look { answer } => {
                let _ = answer.send(self.look());
            }
            Request::Offer {
                content,
                since,
                answer,
            } => {
                let _ = answer.send(self.offer(content, since).map_err(refused));
            }
            Request::Touched { since, answer } => {
                let _ = answer.send(self.look() > since);
            }
            Request::Read { answer } => {
                let _ = answer.send(self.read());
            }
            Request::Close { answer } => return Some(answer),
        }
        None
    }

    /// Written twice at most: a clipboard manager that answers for us may take the first for its own.
    fn write(&mut self, content: Content) -> Result<(), arboard::Error> {
        for last in [false, true] {
            let clipboard = self.open()?;
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
        self.written = Some(content.text);
        Ok(())
    }

    fn rewrite(&mut self, content: Content) -> Result<bool, arboard::Error> {
        let Some(written) = self.written.clone() else {
            return Ok(false);
        };
        // Whatever can't be read as text isn't ours.
        if self.open()?.get_text().ok() != Some(written) {
            return Ok(false);
        }
        self.write(content).map(|()| true)
    }

    fn offer(&mut self, content: Content, since: Moment) -> Result<bool, arboard::Error> {
        if self.look() > since {
            return Ok(false);
        }
        self.write(content).map(|()| true)
    }

    /// There is no count of changes to ask for, so it is told by the text: another than at the last look, and not ours.
    fn look(&mut self) -> Moment {
        let found = self.text();
        let ours = found.is_some() && found == self.written;
        if self.seen.as_ref().is_some_and(|seen| *seen != found) && !ours {
            self.now.0 += 1;
        }
        self.seen = Some(found);
        self.now
    }

    fn text(&mut self) -> Option<String> {
        self.open().ok()?.get_text().ok()
    }

    fn read(&mut self) -> Pasted {
        let Ok(clipboard) = self.open() else {
            return Pasted::Nothing;
        };
        if let Ok(files) = clipboard.get().file_list()
            && !files.is_empty()
        {
            return Pasted::Files(files);
        }
        if let Ok(pixels) = clipboard.get_image() {
            return match png(&pixels) {
                Ok(bytes) => Pasted::Picture(bytes),
                Err(error) => {
                    tracing::warn!(%error, "the picture on the clipboard could not be written as PNG");
                    Pasted::Nothing
                }
            };
        }
        match clipboard.get_text() {
            Ok(text) => address(&text).map_or(Pasted::Nothing, Pasted::Address),
            Err(_) => Pasted::Nothing,
        }
    }

    fn open(&mut self) -> Result<&mut arboard::Clipboard, arboard::Error> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            empty => Ok(empty.insert(arboard::Clipboard::new()?)),
        }
    }
}

fn refused(error: arboard::Error) -> Refused {
    Refused(error.to_string())
}

/// Text that is a web address and nothing else.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (web && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

fn png(pixels: &arboard::ImageData<'_>) -> Result<Vec<u8>, png::EncodingError> {
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
    fn a_web_address_alone_counts_as_one() {
        assert_eq!(
            address(" https://a.example/b.png\n"),
            Some("https://a.example/b.png".into())
        );
        assert_eq!(address("see https://a.example/b.png"), None);
        assert_eq!(address("file:///etc/passwd"), None);
    }

    #[test]
    fn opaque_pixels_lose_their_alpha_and_others_keep_it() -> Result<(), png::EncodingError> {
        let image = |alpha| arboard::ImageData {
            width: 1,
            height: 1,
            bytes: Cow::Owned(vec![1, 2, 3, alpha]),
        };
        // The colour type is the tenth byte of the header's data.
        assert_eq!(png(&image(255))?[25], 2);
        assert_eq!(png(&image(128))?[25], 6);
        Ok(())
    }
}
