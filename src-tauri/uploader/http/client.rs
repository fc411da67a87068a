//! The only file that opens a connection to a target, so the only one in which one can time out: it carries out the
//! requests that `targets` describes.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use safe_fetch::{Trouble, Untrusting};
use url::{Host, Url};

use crate::http::idle_timeout::Pulse;
use crate::http::local_proxy::Question;
use crate::http::network::{Network, Proxy};
use crate::http::request_body;
use crate::http::request_body::{Framing, Middle};
use crate::targets::self_test;
use crate::targets::{self, Body, Reply, Request};
use crate::{Failure, Picture, Target, Uploaded};

const CONNECT: Duration = Duration::from_secs(10);
/// No answer of a target is longer than that.
const ANSWER: usize = 1024 * 1024;
/// No answer that is passed on to the app's page is longer: it holds no more than a picture.
const PASSED: usize = 64 * 1024 * 1024;

/// Sends one picture and gives its links. `idempotency` makes a repetition harmless where the target knows the header.
/// `progress` hears how many bytes of the upload's body have been handed over, and of how many.
pub async fn send(
    target: &Target,
    secret: &str,
    picture: &Picture,
    idempotency: Option<&str>,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<Uploaded, Failure> {
    let sent = Connections::usual()?.send(target, secret, picture, idempotency, progress);
    Ok(sent.await?.uploaded)
}

/// What came of sending a picture.
pub(crate) struct Answered {
    pub uploaded: Uploaded,
    /// The target gives the first answer to a repetition.
    pub tells_repetitions: bool,
}

/// The ways to targets.
#[derive(Clone, Debug)]
pub struct Connections {
    /// To this computer itself.
    direct: reqwest::Client,
    outside: reqwest::Client,
}

impl Connections {
    pub fn new(network: &Network) -> Result<Connections, Failure> {
        let tls = safe_fetch::tls(&network.certificates).map_err(|error| match error {
            Untrusting::Authority => Failure::BadCertificate,
            Untrusting::System(_) => unbuilt(&error),
        })?;
        let trusting = || {
            safe_fetch::client()
                .user_agent(crate::USER_AGENT)
                .connect_timeout(CONNECT)
                .tls_backend_preconfigured(tls.clone())
        };
        let outside = match &network.proxy {
            Proxy::System => trusting(),
            Proxy::None => trusting().no_proxy(),
            Proxy::At(address) => trusting().proxy(proxy(address)?),
        };
        let built = |builder: reqwest::ClientBuilder| {
            let built = builder.pool_idle_timeout(Duration::from_secs(2)).build();
            // Everything about it that is the user's has been looked at.
            built.map_err(|error| unbuilt(&error))
        };
        Ok(Connections {
            direct: built(trusting().no_proxy())?,
            outside: built(outside)?,
        })
    }

    /// As the system says.
    fn usual() -> Result<&'static Connections, Failure> {
        static USUAL: OnceLock<Connections> = OnceLock::new();
        if let Some(usual) = USUAL.get() {
            return Ok(usual);
        }
        let made = Connections::new(&Network::default())?;
        Ok(USUAL.get_or_init(|| made))
    }

    /// The client for an address: no proxy stands between this computer and itself.
    fn to(&self, url: &Url) -> &reqwest::Client {
        match is_loopback(url) {
            true => &self.direct,
            false => &self.outside,
        }
    }

    pub(crate) async fn send(
        &self,
        target: &Target,
        secret: &str,
        picture: &Picture,
        idempotency: Option<&str>,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Answered, Failure> {
        let request = targets::request(target, picture);
        let upload = Upload {
            picture,
            idempotency,
            progress,
        };
        let reply = self
            .exchange(target, &request, secret, Some(upload))
            .await?;
        let mut later = Vec::new();
        let parse = |later: &[Reply]| {
            Ok(Answered {
                uploaded: targets::parse(target, picture, &reply, later)?,
                tells_repetitions: target.here || reply.is_from_vitrine(),
            })
        };
        while let Some(request) = targets::follow_up(target, picture, &reply, &later) {
            match self
                .exchange(target, &request, secret, None::<Upload<fn(u64, u64)>>)
                .await
            {
                Ok(answer) => later.push(answer),
                // What has been answered may be enough: a link, if not one of each size.
                Err(failure) => return parse(&later).map_err(|_: Failure| failure),
            }
        }
        parse(&later)
    }

    /// Takes a picture away from where it was uploaded to. One that is not there any more is one that has been taken away.
    pub(crate) async fn delete(
        &self,
        target: &Target,
        secret: &str,
        uploaded: &Uploaded,
    ) -> Result<(), Failure> {
        let request = targets::deletion(target, uploaded).ok_or_else(|| Failure::CannotDelete {
            target: target.name.clone(),
        })?;
        let reply = self
            .exchange(target, &request, secret, None::<Upload<fn(u64, u64)>>)
            .await?;
        targets::deleted(target, &reply)
    }

    /// Carries what the app's own page asks to this computer's server. No proxy stands between, and it is trusted with
    /// the app's key, so it goes to this computer and nowhere else.
    pub(crate) async fn pass(&self, question: Question, key: &str) -> Result<Reply, Failure> {
        let url = Url::parse(&question.url).ok().filter(is_loopback);
        let url = url.ok_or_else(|| Failure::BadAddress {
            address: question.url.clone(),
        })?;
        let address = url.origin().ascii_serialization();
        let method = reqwest::Method::from_bytes(question.method.as_bytes())
            .map_err(|_| Failure::Internal)?;
        let mut asked = self.direct.request(method, url).bearer_auth(key);
        for (name, value) in question.headers {
            asked = asked.header(name, value);
        }
        let passing = async {
            let mut response = asked.body(question.body).send().await?;
            let mut reply = Reply {
                status: response.status().as_u16(),
                headers: plain(response.headers()),
                body: Vec::new(),
            };
            while let Some(chunk) = response.chunk().await? {
                if reply.body.len() + chunk.len() > PASSED {
                    return Ok(None);
                }
                reply.body.extend_from_slice(&chunk);
            }
            Ok(Some(reply))
        };
        match passing.await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(Failure::UnexpectedReply {
                address,
                status: None,
            }),
            Err(error) => Err(trouble(&error, &address)),
        }
    }

    /// Whether a program at this port of this computer takes pictures from editors, as we do.
    pub(crate) async fn is_picture_door(&self, port: u16) -> bool {
        let address = format!("http://127.0.0.1:{port}/heartbeat");
        let asked = self
            .direct
            .post(address)
            .timeout(Duration::from_secs(2))
            .send()
            .await;
        match asked {
            Ok(mut answer) => matches!(
                answer.chunk().await,
                Ok(Some(words)) if words.windows(7).any(|seven| seven == b"\"alive\"")
            ),
            Err(_) => false,
        }
    }

    /// Brings the tests' picture to the editors' door of this computer, as an editor does; gives what the door says.
    pub(crate) async fn knock(&self, knock: Knock<'_>) -> Result<Vec<u8>, Failure> {
        let address = format!("http://127.0.0.1:{}", knock.port);
        let form = Body::Multipart {
            texts: Vec::new(),
            field: "files".to_owned(),
            file_name: self_test::NAME.to_owned(),
            media_type: "image/png",
        };
        let form = request_body::framing(&form, &[]).ok_or(Failure::Internal)?;
        let tail = form.tail.unwrap_or_default();
        let mut asked = self
            .direct
            .post(format!("{address}/upload"))
            .timeout(knock.within)
            .header(CONTENT_TYPE, form.content_type)
            .header(knock.header.0, knock.header.1)
            .body([&form.head[..], &self_test::DOT, &tail].concat());
        if let Some(token) = &knock.token {
            asked = asked.bearer_auth(token);
        }
        let answer = async { asked.send().await?.bytes().await };
        let answer = answer.await.map_err(|error| trouble(&error, &address))?;
        Ok(answer.to_vec())
    }

    /// Whether a link still leads to something. Only a server that says no means no: one that refuses the question has
    /// not answered it.
    pub(crate) async fn is_there(&self, link: &str) -> Result<bool, Failure> {
        let unreachable = || Failure::Unreachable {
            address: link.to_owned(),
        };
        let url = Url::parse(link).map_err(|_| unreachable())?;
        let asked = self.to(&url).head(url).timeout(CONNECT).send().await;
        let status = asked
            .map_err(|error| trouble(&error, link))?
            .status()
            .as_u16();
        match status {
            404 | 410 => Ok(false),
            429 | 500..=599 => Err(Failure::Busy {
                after_seconds: None,
            }),
            _ => Ok(true),
        }
    }
}

/// How the editors' door is tested.
pub(crate) struct Knock<'a> {
    pub port: u16,
    pub token: Option<String>,
    /// By which the door knows it for a test.
    pub header: (&'a str, &'a str),
    pub within: Duration,
}

/// What is only part of the request that brings the picture.
struct Upload<'a, P> {
    picture: &'a Picture,
    idempotency: Option<&'a str>,
    progress: P,
}

impl Connections {
    async fn exchange<P: Fn(u64, u64) + Send + Sync + 'static>(
        &self,
        target: &Target,
        request: &Request,
        secret: &str,
        upload: Option<Upload<'_, P>>,
    ) -> Result<Reply, Failure> {
        let address = &target.base;
        let bad_address = || Failure::BadAddress {
            address: address.clone(),
        };
        let no_key = Failure::Unauthorised;
        let key = targets::key_parts(&target.kind, secret).ok_or(no_key.clone())?;
        // What cannot stand in a header is no key, wherever it goes.
        if key.iter().any(|part| text(part).is_none()) {
            return Err(no_key);
        }
        let url = request.url.with(&key).ok_or(no_key.clone())?;
        let url = Url::parse(&url).map_err(|_| bad_address())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad_address());
        }
        let mut headers = headers(request, &key)?;
        let Framing {
            content_type,
            head,
            tail,
            written,
        } = request_body::framing(&request.body, &key).ok_or(no_key)?;
        let carried = match (&tail, &upload) {
            (Some(tail), Some(Upload { picture, .. })) => {
                let length = request_body::length(written, &picture.path, picture.bytes).await;
                length.map_err(|error| Failure::reading(&error))? + tail.len() as u64
            }
            (Some(_), None) => return Err(Failure::Internal),
            (None, _) => 0,
        };
        let total = head.len() as u64 + carried;
        if !content_type.is_empty() {
            headers.insert(CONTENT_TYPE, text(&content_type).ok_or(Failure::Internal)?);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(total));
        }
        let idempotency = upload.as_ref().and_then(|upload| upload.idempotency);
        if let Some(idempotency) = idempotency {
            headers.insert(
                "idempotency-key",
                text(idempotency).ok_or(Failure::Internal)?,
            );
        }

        let pulse = Arc::new(Pulse::new());
        let body = match tail.zip(upload) {
            Some((
                tail,
                Upload {
                    picture, progress, ..
                },
            )) => {
                let file = tokio::fs::File::open(&picture.path)
                    .await
                    .map_err(|error| Failure::reading(&error))?;
                let progress = move |sent| progress(sent, total);
                let pulse = pulse.clone();
                let middle = Middle {
                    file,
                    bytes: picture.bytes,
                    written,
                };
                reqwest::Body::wrap_stream(request_body::stream(
                    head, middle, tail, pulse, progress,
                ))
            }
            None => head.into(),
        };
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| Failure::Internal)?;
        let sending = self
            .to(&url)
            .request(method, url)
            .headers(headers)
            .body(body)
            .send();
        let exchange = async {
            let mut response = sending.await?;
            pulse.beat();
            let mut reply = Reply {
                status: response.status().as_u16(),
                headers: plain(response.headers()),
                body: Vec::new(),
            };
            while let Some(chunk) = response.chunk().await? {
                pulse.beat();
                if reply.body.len() + chunk.len() > ANSWER {
                    break;
                }
                reply.body.extend_from_slice(&chunk);
            }
            Ok(reply)
        };
        match pulse.watch(exchange).await {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(error)) => Err(pulse.stumbled().unwrap_or_else(|| trouble(&error, address))),
            None => Err(Failure::TimedOut {
                address: address.clone(),
            }),
        }
    }
}

/// The headers that a target asks for, the key in those that want it.
fn headers(request: &Request, key: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, words) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Internal)?;
        let value = words.with(key).ok_or(Failure::Unauthorised)?;
        // A picture's name may be in it, and have line breaks.
        let value = value.replace(char::is_control, " ");
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Failure::Internal)?;
        value.set_sensitive(words.has_key());
        headers.insert(name, value);
    }
    Ok(headers)
}

fn proxy(address: &str) -> Result<reqwest::Proxy, Failure> {
    let bad = || Failure::BadProxy {
        // It may hold a password.
        address: address.rsplit('@').next().unwrap_or_default().to_owned(),
    };
    let url = Url::parse(address).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(bad());
    }
    reqwest::Proxy::all(url).map_err(|_| bad())
}

fn unbuilt(error: &(dyn Error + 'static)) -> Failure {
    tracing::error!(error, "no HTTP client could be made");
    Failure::Internal
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn text(value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(value).ok()
}

fn plain(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// What went wrong on the way to `address`.
fn trouble(error: &reqwest::Error, address: &str) -> Failure {
    let address = address.to_owned();
    match Trouble::of(error) {
        Trouble::Certificate { fingerprint } => Failure::Certificate {
            address,
            fingerprint,
        },
        Trouble::NotHttp => Failure::UnexpectedReply {
            address,
            status: None,
        },
        Trouble::Unreachable => Failure::Unreachable { address },
        // Nobody there, as far as we can tell.
        Trouble::TimedOut if error.is_connect() => Failure::Unreachable { address },
        Trouble::TimedOut => Failure::TimedOut { address },
        Trouble::Interrupted => Failure::Interrupted { address },
    }
}
