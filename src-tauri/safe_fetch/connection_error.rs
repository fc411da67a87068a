//! What went wrong with a connection, as far as it makes a difference to anybody.

use std::error::Error;

use crate::tls_trust::of_unbelieved;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
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

impl Trouble {
    pub fn of(error: &reqwest::Error) -> Trouble {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(hyper) = error.downcast_ref::<hyper::Error>()
                && (hyper.is_parse() || hyper.is_parse_status())
            {
                return Trouble::NotHttp;
            }
            match of_tls(error) {
                Some(rustls::Error::InvalidCertificate(why)) => {
                    let fingerprint = of_unbelieved(why);
                    return Trouble::Certificate { fingerprint };
                }
                Some(rustls::Error::InvalidMessage(_)) => return Trouble::NotHttp,
                _ => cause = error.source(),
            }
        }
        match () {
            () if error.is_timeout() => Trouble::TimedOut,
            () if error.is_connect() => Trouble::Unreachable,
            () => Trouble::Interrupted,
        }
    }
}

/// What TLS says, however often it is wrapped: what an I/O error wraps is not among its sources.
fn of_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<std::io::Error>() {
        Some(io) => of_tls(io.get_ref()?),
        None => error.downcast_ref(),
    }
}
