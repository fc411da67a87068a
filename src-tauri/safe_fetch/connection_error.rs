//! Connection failures, classified by what the caller does about them.

use std::error::Error;

use crate::tls_trust::rejected_fingerprint;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    /// The certificate that was shown is not believed; its fingerprint, where that is known.
    Certificate {
        fingerprint: Option<String>,
    },
    /// Something answers, but it does not speak HTTP, or TLS where that was expected.
    NotHttp,
    /// The connection was refused, or there is no way to the host.
    Unreachable,
    TimedOut,
    /// It was cut in the middle.
    Interrupted,
}

impl ConnectionError {
    pub fn from_reqwest(error: &reqwest::Error) -> ConnectionError {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(hyper) = error.downcast_ref::<hyper::Error>()
                && (hyper.is_parse() || hyper.is_parse_status())
            {
                return ConnectionError::NotHttp;
            }
            match find_tls_error(error) {
                Some(rustls::Error::InvalidCertificate(why)) => {
                    let fingerprint = rejected_fingerprint(why);
                    return ConnectionError::Certificate { fingerprint };
                }
                Some(rustls::Error::InvalidMessage(_)) => return ConnectionError::NotHttp,
                _ => cause = error.source(),
            }
        }
        match () {
            () if error.is_timeout() => ConnectionError::TimedOut,
            () if error.is_connect() => ConnectionError::Unreachable,
            () => ConnectionError::Interrupted,
        }
    }
}

/// What TLS says, however often it is wrapped: what an I/O error wraps is not among its sources.
fn find_tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<std::io::Error>() {
        Some(io) => find_tls_error(io.get_ref()?),
        None => error.downcast_ref(),
    }
}
