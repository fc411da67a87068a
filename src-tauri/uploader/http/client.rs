//! The only file that opens a connection to a target, so the only one in which one can time out: it carries out the
//! requests that `targets` describes.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use safe_fetch::{ConnectionError, TrustError};
use url::{Host, Url};

use crate::http::idle_timeout::IdleTimer;
use crate::http::local_proxy::ProxyRequest;
use crate::http::network::{Network, Proxy};
use crate::http::request_body;
use crate::http::request_body::{FramedBody, PicturePart};
use crate::targets::test_picture;
use crate::targets::{self, Body, Reply, Request};
use crate::{Failure, Picture, Target, UploadResult};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// No answer of a target is longer than that.
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;
/// No answer that is passed on to the app's page is longer: it holds no more than a picture.
const MAX_FORWARDED_BYTES: usize = 64 * 1024 * 1024;

/// Sends one picture and gives its links. `idempotency` makes a repetition harmless where the target knows the header.
/// `progress` hears how many bytes of the upload's body have been handed over, and of how many.
pub async fn send_picture(
    target: &Target,
    secret: &str,
    picture: &Picture,
    idempotency_key: Option<&str>,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<UploadResult, Failure> {
    let sending = HttpClients::system_default()?.send_picture(
        target,
        secret,
        picture,
        idempotency_key,
        progress,
    );
    Ok(sending.await?.upload)
}

/// What came of sending a picture.
pub(crate) struct SendResult {
    pub upload: UploadResult,
    /// The target gives the first answer to a repetition.
    pub supports_idempotency: bool,
}

/// The ways to targets.
#[derive(Clone, Debug)]
pub struct HttpClients {
    /// To this computer itself.
    local_client: reqwest::Client,
    remote_client: reqwest::Client,
}

impl HttpClients {
    pub fn new(network: &Network) -> Result<HttpClients, Failure> {
        let tls = safe_fetch::tls_config(&network.certificates).map_err(|error| match error {
            TrustError::InvalidAuthority => Failure::BadCertificate,
            TrustError::SystemRoots(_) => client_build_failure(&error),
        })?;
        let base_client = || {
            safe_fetch::client_builder()
                .user_agent(crate::USER_AGENT)
                .connect_timeout(CONNECT_TIMEOUT)
                .tls_backend_preconfigured(tls.clone())
        };
        let outside = match &network.proxy {
            Proxy::System => base_client(),
            Proxy::None => base_client().no_proxy(),
            Proxy::At(address) => base_client().proxy(parse_proxy(address)?),
        };
        let build_client = |builder: reqwest::ClientBuilder| {
            let built = builder.pool_idle_timeout(Duration::from_secs(2)).build();
            // Everything about it that is the user's has been looked at.
            built.map_err(|error| client_build_failure(&error))
        };
        Ok(HttpClients {
            local_client: build_client(base_client().no_proxy())?,
            remote_client: build_client(outside)?,
        })
    }

    /// As the system says.
    fn system_default() -> Result<&'static HttpClients, Failure> {
        static SYSTEM_DEFAULT: OnceLock<HttpClients> = OnceLock::new();
        if let Some(clients) = SYSTEM_DEFAULT.get() {
            return Ok(clients);
        }
        let clients = HttpClients::new(&Network::default())?;
        Ok(SYSTEM_DEFAULT.get_or_init(|| clients))
    }

    /// The client for an address: no proxy stands between this computer and itself.
    fn client_for(&self, url: &Url) -> &reqwest::Client {
        match is_loopback(url) {
            true => &self.local_client,
            false => &self.remote_client,
        }
    }

    pub(crate) async fn send_picture(
        &self,
        target: &Target,
        secret: &str,
        picture: &Picture,
        idempotency_key: Option<&str>,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<SendResult, Failure> {
        let request = targets::request(target, picture);
        let upload = PictureUpload {
            picture,
            idempotency_key,
            progress,
        };
        let reply = self
            .send_request(target, &request, secret, Some(upload))
            .await?;
        let mut follow_ups = Vec::new();
        let parse = |later: &[Reply]| {
            Ok(SendResult {
                upload: targets::parse(target, picture, &reply, later)?,
                supports_idempotency: target.here || reply.is_from_vitrine(),
            })
        };
        while let Some(request) = targets::follow_up_request(target, picture, &reply, &follow_ups) {
            match self
                .send_request(
                    target,
                    &request,
                    secret,
                    None::<PictureUpload<fn(u64, u64)>>,
                )
                .await
            {
                Ok(follow_up_reply) => follow_ups.push(follow_up_reply),
                // What has been answered may be enough: a link, if not one of each size.
                Err(failure) => return parse(&follow_ups).map_err(|_: Failure| failure),
            }
        }
        parse(&follow_ups)
    }

    /// Takes a picture away from where it was uploaded to. One that is not there any more is one that has been taken away.
    pub(crate) async fn delete_picture(
        &self,
        target: &Target,
        secret: &str,
        upload: &UploadResult,
    ) -> Result<(), Failure> {
        let request =
            targets::delete_request(target, upload).ok_or_else(|| Failure::CannotDelete {
                target: target.name.clone(),
            })?;
        let reply = self
            .send_request(
                target,
                &request,
                secret,
                None::<PictureUpload<fn(u64, u64)>>,
            )
            .await?;
        targets::parse_delete(target, &reply)
    }

    /// Carries what the app's own page asks to this computer's server. No proxy stands between, and it is trusted with
    /// the app's key, so it goes to this computer and nowhere else.
    pub(crate) async fn forward_request(
        &self,
        request: ProxyRequest,
        key: &str,
    ) -> Result<Reply, Failure> {
        let url = Url::parse(&request.url).ok().filter(is_loopback);
        let url = url.ok_or_else(|| Failure::BadAddress {
            address: request.url.clone(),
        })?;
        let address = url.origin().ascii_serialization();
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| Failure::Internal)?;
        let mut outgoing = self.local_client.request(method, url).bearer_auth(key);
        for (name, value) in request.headers {
            outgoing = outgoing.header(name, value);
        }
        let exchange = async {
            let mut response = outgoing.body(request.body).send().await?;
            let mut reply = Reply {
                status: response.status().as_u16(),
                headers: header_pairs(response.headers()),
                body: Vec::new(),
            };
            while let Some(chunk) = response.chunk().await? {
                if reply.body.len() + chunk.len() > MAX_FORWARDED_BYTES {
                    return Ok(None);
                }
                reply.body.extend_from_slice(&chunk);
            }
            Ok(Some(reply))
        };
        match exchange.await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(Failure::UnexpectedReply {
                address,
                status: None,
            }),
            Err(error) => Err(connection_failure(&error, &address)),
        }
    }

    /// Whether a program at this port of this computer takes pictures from editors, as we do.
    pub(crate) async fn is_editor_server(&self, port: u16) -> bool {
        let address = format!("http://127.0.0.1:{port}/heartbeat");
        let response = self
            .local_client
            .post(address)
            .timeout(Duration::from_secs(2))
            .send()
            .await;
        match response {
            Ok(mut answer) => matches!(
                answer.chunk().await,
                Ok(Some(words)) if words.windows(7).any(|seven| seven == b"\"alive\"")
            ),
            Err(_) => false,
        }
    }

    /// Brings the tests' picture to the editors' door of this computer, as an editor does; gives what the door says.
    pub(crate) async fn probe(&self, probe: Probe<'_>) -> Result<Vec<u8>, Failure> {
        let address = format!("http://127.0.0.1:{}", probe.port);
        let form = Body::Multipart {
            texts: Vec::new(),
            field: "files".to_owned(),
            file_name: test_picture::TEST_FILE_NAME.to_owned(),
            media_type: "image/png",
        };
        let form = request_body::frame_body(&form, &[]).ok_or(Failure::Internal)?;
        let tail = form.tail.unwrap_or_default();
        let mut request = self
            .local_client
            .post(format!("{address}/upload"))
            .timeout(probe.timeout)
            .header(CONTENT_TYPE, form.content_type)
            .header(probe.header.0, probe.header.1)
            .body([&form.head[..], &test_picture::TEST_PNG, &tail].concat());
        if let Some(token) = &probe.token {
            request = request.bearer_auth(token);
        }
        let response = async { request.send().await?.bytes().await };
        let bytes = response
            .await
            .map_err(|error| connection_failure(&error, &address))?;
        Ok(bytes.to_vec())
    }

    /// Whether a link still leads to something. Only a server that says no means no: one that refuses the question has
    /// not answered it.
    pub(crate) async fn link_exists(&self, link: &str) -> Result<bool, Failure> {
        let unreachable = || Failure::Unreachable {
            address: link.to_owned(),
        };
        let url = Url::parse(link).map_err(|_| unreachable())?;
        let response = self
            .client_for(&url)
            .head(url)
            .timeout(CONNECT_TIMEOUT)
            .send()
            .await;
        let status = response
            .map_err(|error| connection_failure(&error, link))?
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
pub(crate) struct Probe<'a> {
    pub port: u16,
    pub token: Option<String>,
    /// By which the door knows it for a test.
    pub header: (&'a str, &'a str),
    pub timeout: Duration,
}

/// What is only part of the request that brings the picture.
struct PictureUpload<'a, P> {
    picture: &'a Picture,
    idempotency_key: Option<&'a str>,
    progress: P,
}

impl HttpClients {
    async fn send_request<P: Fn(u64, u64) + Send + Sync + 'static>(
        &self,
        target: &Target,
        request: &Request,
        secret: &str,
        upload: Option<PictureUpload<'_, P>>,
    ) -> Result<Reply, Failure> {
        let address = &target.base;
        let bad_address = || Failure::BadAddress {
            address: address.clone(),
        };
        let no_key = Failure::Unauthorised;
        let key = targets::key_parts(&target.kind, secret).ok_or(no_key.clone())?;
        // What cannot stand in a header is no key, wherever it goes.
        if key.iter().any(|part| header_value(part).is_none()) {
            return Err(no_key);
        }
        let url = request.url.fill(&key).ok_or(no_key.clone())?;
        let url = Url::parse(&url).map_err(|_| bad_address())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad_address());
        }
        let mut headers = request_headers(request, &key)?;
        let FramedBody {
            content_type,
            head,
            tail,
            encoding,
        } = request_body::frame_body(&request.body, &key).ok_or(no_key)?;
        let body_length = match (&tail, &upload) {
            (Some(tail), Some(PictureUpload { picture, .. })) => {
                let length =
                    request_body::encoded_length(encoding, &picture.path, picture.bytes).await;
                length.map_err(|error| Failure::from_read_error(&error))? + tail.len() as u64
            }
            (Some(_), None) => return Err(Failure::Internal),
            (None, _) => 0,
        };
        let total = head.len() as u64 + body_length;
        if !content_type.is_empty() {
            headers.insert(
                CONTENT_TYPE,
                header_value(&content_type).ok_or(Failure::Internal)?,
            );
            headers.insert(CONTENT_LENGTH, HeaderValue::from(total));
        }
        let idempotency_key = upload.as_ref().and_then(|upload| upload.idempotency_key);
        if let Some(idempotency) = idempotency_key {
            headers.insert(
                "idempotency-key",
                header_value(idempotency).ok_or(Failure::Internal)?,
            );
        }

        let idle_timer = Arc::new(IdleTimer::new());
        let body = match tail.zip(upload) {
            Some((
                tail,
                PictureUpload {
                    picture, progress, ..
                },
            )) => {
                let file = tokio::fs::File::open(&picture.path)
                    .await
                    .map_err(|error| Failure::from_read_error(&error))?;
                let progress = move |sent| progress(sent, total);
                let pulse = idle_timer.clone();
                let middle = PicturePart {
                    file,
                    bytes: picture.bytes,
                    encoding,
                };
                reqwest::Body::wrap_stream(request_body::stream_body(
                    head, middle, tail, pulse, progress,
                ))
            }
            None => head.into(),
        };
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| Failure::Internal)?;
        let pending_response = self
            .client_for(&url)
            .request(method, url)
            .headers(headers)
            .body(body)
            .send();
        let exchange = async {
            let mut response = pending_response.await?;
            idle_timer.reset();
            let mut reply = Reply {
                status: response.status().as_u16(),
                headers: header_pairs(response.headers()),
                body: Vec::new(),
            };
            while let Some(chunk) = response.chunk().await? {
                idle_timer.reset();
                if reply.body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                    break;
                }
                reply.body.extend_from_slice(&chunk);
            }
            Ok(reply)
        };
        match idle_timer.run_until_idle(exchange).await {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(error)) => Err(idle_timer
                .take_error()
                .unwrap_or_else(|| connection_failure(&error, address))),
            None => Err(Failure::TimedOut {
                address: address.clone(),
            }),
        }
    }
}

/// The headers that a target asks for, the key in those that want it.
fn request_headers(request: &Request, key: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, template) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Internal)?;
        let value = template.fill(key).ok_or(Failure::Unauthorised)?;
        // A picture's name may be in it, and have line breaks.
        let value = value.replace(char::is_control, " ");
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Failure::Internal)?;
        value.set_sensitive(template.has_key());
        headers.insert(name, value);
    }
    Ok(headers)
}

fn parse_proxy(address: &str) -> Result<reqwest::Proxy, Failure> {
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

fn client_build_failure(error: &(dyn Error + 'static)) -> Failure {
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

fn header_value(value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(value).ok()
}

fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
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
fn connection_failure(error: &reqwest::Error, address: &str) -> Failure {
    let address = address.to_owned();
    match ConnectionError::from_reqwest(error) {
        ConnectionError::Certificate { fingerprint } => Failure::Certificate {
            address,
            fingerprint,
        },
        ConnectionError::NotHttp => Failure::UnexpectedReply {
            address,
            status: None,
        },
        ConnectionError::Unreachable => Failure::Unreachable { address },
        // Nobody there, as far as we can tell.
        ConnectionError::TimedOut if error.is_connect() => Failure::Unreachable { address },
        ConnectionError::TimedOut => Failure::TimedOut { address },
        ConnectionError::Interrupted => Failure::Interrupted { address },
    }
}
