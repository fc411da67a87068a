//! The only file that opens a connection to a target, so the only one in which one can time out: it carries out the
//! requests that `targets` describes.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use url::{Host, Url};
use web::Trouble;

use crate::pulse::Pulse;
use crate::targets::{self, KeyPlace, Reply, Request};
use crate::{Failure, Picture, Target, Uploaded, body};

const CONNECT: Duration = Duration::from_secs(10);
/// No answer of a target is longer than that.
const ANSWER: usize = 1024 * 1024;

/// Sends one picture and gives its links. `idempotency` makes a repetition harmless where the target knows the header.
/// `progress` hears how many bytes of the request's body have been handed over, and of how many.
pub async fn send(
    target: &Target,
    secret: &str,
    picture: &Picture,
    idempotency: Option<&str>,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<Uploaded, Failure> {
    let request = targets::request(target, picture);
    let reply = exchange(target, &request, secret, picture, idempotency, progress).await?;
    targets::parse(target, picture, &reply)
}

async fn exchange(
    target: &Target,
    request: &Request,
    secret: &str,
    picture: &Picture,
    idempotency: Option<&str>,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<Reply, Failure> {
    let address = &target.base;
    let bad_address = || Failure::BadAddress {
        address: address.clone(),
    };
    let url = Url::parse(&request.url).map_err(|_| bad_address())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad_address());
    }
    let file = tokio::fs::File::open(&picture.path)
        .await
        .map_err(|error| Failure::reading(&error))?;
    let (content_type, head, tail) = body::framing(&request.body)?;
    let total = head.len() as u64 + picture.bytes + tail.len() as u64;

    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        headers.insert(
            HeaderName::from_static(name),
            text(value).ok_or(Failure::Internal)?,
        );
    }
    let KeyPlace::Bearer = request.key;
    let mut key = text(&format!("Bearer {}", secret.trim())).ok_or(Failure::Unauthorised)?;
    key.set_sensitive(true);
    headers.insert(AUTHORIZATION, key);
    headers.insert(CONTENT_TYPE, text(&content_type).ok_or(Failure::Internal)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(total));
    if let Some(idempotency) = idempotency {
        headers.insert(
            "idempotency-key",
            text(idempotency).ok_or(Failure::Internal)?,
        );
    }

    let pulse = Arc::new(Pulse::new());
    let body = body::stream(
        head,
        file,
        picture.bytes,
        tail,
        pulse.clone(),
        move |sent| progress(sent, total),
    );
    let method =
        reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| Failure::Internal)?;
    let sending = client(&url)?
        .request(method, url)
        .headers(headers)
        .body(reqwest::Body::wrap_stream(body))
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

/// The client for an address: no proxy stands between this computer and itself.
fn client(url: &Url) -> Result<&'static reqwest::Client, Failure> {
    static DIRECT: OnceLock<reqwest::Client> = OnceLock::new();
    static BY_PROXY: OnceLock<reqwest::Client> = OnceLock::new();
    let (client, direct) = match is_loopback(url) {
        true => (&DIRECT, true),
        false => (&BY_PROXY, false),
    };
    if let Some(client) = client.get() {
        return Ok(client);
    }
    let builder = web::client()
        .user_agent(crate::USER_AGENT)
        .connect_timeout(CONNECT)
        .pool_idle_timeout(Duration::from_secs(2));
    let built = if direct { builder.no_proxy() } else { builder }
        .build()
        .map_err(unbuilt)?;
    Ok(client.get_or_init(|| built))
}

fn unbuilt(error: reqwest::Error) -> Failure {
    tracing::error!(error = &error as &dyn Error, "no HTTP client could be made");
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
        Trouble::Certificate => Failure::Certificate { address },
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
