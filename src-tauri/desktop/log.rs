//! The log, on stderr.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// Rooms of others whose chatter can carry secrets: what travels over D-Bus, the keychain's words,
/// and the headers of requests. However much the user asks for, they say no more than this.
const CAPPED: [&str; 12] = [
    "zbus=error",
    "tracing=warn",
    "keyring=warn",
    "keyring_core=warn",
    "secret_service=warn",
    "zbus_secret_service_keyring_store=warn",
    "arboard=warn",
    "hyper=info",
    "hyper_util=info",
    "h2=info",
    "reqwest=info",
    "rustls=info",
];

/// `VITRINE_LOG` in the syntax of tracing, or `info`.
pub fn start() {
    let asked = std::env::var("VITRINE_LOG")
        .ok()
        .filter(|asked| !asked.trim().is_empty());
    let parsed = asked
        .as_deref()
        .map_or_else(|| Ok(EnvFilter::new("info")), EnvFilter::try_new);
    let (filter, wrong) = match parsed {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let caps = CAPPED
        .iter()
        .filter_map(|cap| cap.parse::<Directive>().ok());
    let filter = caps.fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    if let Some(error) = wrong {
        tracing::warn!(%error, "VITRINE_LOG cannot be read: logging at `info`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cap_is_a_directive() {
        for cap in CAPPED {
            assert!(cap.parse::<Directive>().is_ok(), "{cap}");
        }
    }
}
