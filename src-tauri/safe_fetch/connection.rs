//! Connections: resolves a host once and sends one request per hop; the only file of this crate that opens
//! connections.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Response};
use rustls::ClientConfig;
use rustls::client::Resumption;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::{Host, Url};

use crate::tls_provider::crypto_provider;
use crate::{ConnectionError, Error, Limits, host, tls_trust};

/// Names that are looked up at one time. A look-up holds one of the threads that may block, and cannot be ended when
/// whoever wanted it has left: names that nobody answers for must not take all of them.
static LOOKUP_SLOTS: Semaphore = Semaphore::const_new(16);

/// What every HTTP client of ours begins as: our TLS, HTTP/1.1, and no redirect followed unseen.
pub fn client_builder() -> ClientBuilder {
    crypto_provider();
    reqwest::Client::builder()
        .http1_only()
        .redirect(Policy::none())
}

/// Every address that the host of `url` stands for.
pub(crate) async fn resolve_host(
    url: &Url,
    time_limit: Duration,
) -> Result<Vec<SocketAddr>, Error> {
    let port = url.port_or_known_default().ok_or(Error::InvalidUrl)?;
    let name = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Ipv6(address)) => return Ok(vec![(address, port).into()]),
        Some(Host::Domain(name)) => name.to_owned(),
        None => return Err(Error::InvalidUrl),
    };
    let lookup = async {
        let slot = LOOKUP_SLOTS.acquire().await;
        // In a task of its own, so that the turn lasts as long as the look-up does.
        tokio::spawn(async move {
            let _turn = slot;
            let found = tokio::net::lookup_host((name, port)).await?;
            Ok::<Vec<_>, std::io::Error>(found.collect())
        })
        .await
    };
    match timeout(time_limit, lookup).await {
        Ok(Ok(Ok(addresses))) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err(Error::UnknownHost { host: host(url) }),
        Err(_) => Err(Error::TimedOut { host: host(url) }),
    }
}

/// Asks at these addresses and no others: no second look-up, no proxy. The client is made for this one question, so
/// that nothing of it, a connection or an address, is there for the next.
pub(crate) async fn send_request(
    url: &Url,
    addresses: &[SocketAddr],
    user_agent: &str,
    limits: &Limits,
) -> Result<Response, Error> {
    let response = client_builder()
        .no_proxy()
        .referer(false)
        .user_agent(user_agent)
        .connect_timeout(limits.connect_timeout)
        .tls_backend_preconfigured(cached_tls_config()?)
        .dns_resolver(Arc::new(NoResolver))
        .resolve_to_addrs(url.host_str().unwrap_or_default(), addresses)
        // The bytes as they come: what is small when packed may not be when unpacked. Said here, because features of
        // a crate are those of the whole build.
        .no_gzip()
        .no_deflate()
        .no_brotli()
        .no_zstd()
        .build()
        .map_err(|error| setup_error(&error))?
        .get(url.clone())
        .header(ACCEPT, "image/*, */*;q=0.5")
        .header(ACCEPT_ENCODING, "identity")
        .send()
        .await;
    response.map_err(|error| request_error(&error, url))
}

/// How to speak TLS, with the certificates that this system trusts. Reading those takes longer than all else, so it is
/// done once.
fn cached_tls_config() -> Result<ClientConfig, Error> {
    static TLS: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(tls) = TLS.get() {
        return Ok(tls.clone());
    }
    let mut tls = tls_trust::tls_config(&[]).map_err(|error| setup_error(&error))?;
    tls.resumption = Resumption::disabled();
    Ok(TLS.get_or_init(|| tls).clone())
}

fn setup_error(error: &dyn std::error::Error) -> Error {
    Error::ClientSetup {
        reason: innermost_cause(error),
    }
}

/// What became of a question to `url`.
pub(crate) fn request_error(error: &reqwest::Error, url: &Url) -> Error {
    let host = host(url);
    match ConnectionError::from_reqwest(error) {
        ConnectionError::Certificate { .. } => Error::UntrustedCertificate { host },
        ConnectionError::NotHttp => Error::NotHttp { host },
        ConnectionError::Unreachable => Error::Unreachable { host },
        ConnectionError::TimedOut => Error::TimedOut { host },
        ConnectionError::Interrupted => Error::Interrupted { host },
    }
}

fn innermost_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => innermost_cause(cause),
        None => error.to_string(),
    }
}

/// Answers for the names that were judged beforehand are at hand; there are none for others.
struct NoResolver;

impl Resolve for NoResolver {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("this name was not judged".into()) })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn only_the_checked_addresses_are_contacted() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // Nobody can look this name up.
        let url = Url::parse(&format!("http://judged.invalid:{}/a.png", address.port())).unwrap();
        let answering = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
            stream.write_all(answer).await.unwrap();
            String::from_utf8(head[..read].to_vec()).unwrap()
        };
        let limits = Limits::with_max_bytes(100);
        let asking = send_request(&url, std::slice::from_ref(&address), "us/1", &limits);
        let (asked, head) = tokio::join!(asking, answering);
        assert_eq!(asked.unwrap().text().await.unwrap(), "hi");
        let host = format!("host: judged.invalid:{}", address.port());
        assert!(head.to_lowercase().contains(&host), "{head}");
    }

    #[tokio::test]
    async fn an_invalid_user_agent_is_a_setup_error() {
        let url = Url::parse("http://192.0.2.1/").unwrap();
        let asked = send_request(&url, &[], "a\nb", &Limits::with_max_bytes(100)).await;
        assert!(matches!(asked, Err(Error::ClientSetup { .. })), "{asked:?}");
    }
}
