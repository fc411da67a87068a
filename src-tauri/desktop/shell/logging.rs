//! Logs to stderr, and keeps the last lines for the support report.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// Maximum levels for crates that could log secrets, such as D-Bus messages, keychain entries and request headers. They
/// apply whatever the user requests.
const LEVEL_CAPS: [&str; 12] = [
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
pub fn init_logging() {
    let requested = std::env::var("VITRINE_LOG")
        .ok()
        .filter(|requested| !requested.trim().is_empty());
    let parsed = requested
        .as_deref()
        .map_or_else(|| Ok(EnvFilter::new("info")), EnvFilter::try_new);
    let (filter, wrong) = match parsed {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let caps = LEVEL_CAPS
        .iter()
        .filter_map(|cap| cap.parse::<Directive>().ok());
    let filter = caps.fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Tee)
        .with_ansi(false)
        .init();
    if let Some(error) = wrong {
        tracing::warn!(%error, "could not parse VITRINE_LOG: logging at `info`");
    }
}

/// How many lines are kept.
const MAX_RECENT_LINES: usize = 200;

static RECENT_LINES: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// The last lines, oldest first, each with its line break.
pub fn recent_lines() -> Vec<String> {
    let recent = RECENT_LINES.lock().unwrap_or_else(PoisonError::into_inner);
    recent.iter().cloned().collect()
}

/// Each event is written by one call.
struct Tee;

impl Write for Tee {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut recent = RECENT_LINES.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == MAX_RECENT_LINES {
            recent.pop_front();
        }
        recent.push_back(String::from_utf8_lossy(line).into_owned());
        drop(recent);
        io::stderr().write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_remembered() -> io::Result<()> {
        for line in 0..MAX_RECENT_LINES + 5 {
            Tee.write_all(format!("line {line}\n").as_bytes())?;
        }
        let recent = recent_lines();
        assert_eq!(recent.len(), MAX_RECENT_LINES);
        assert!(recent.last().is_some_and(|line| line.contains("204")));
        Ok(())
    }

    #[test]
    fn every_cap_is_a_directive() {
        for cap in LEVEL_CAPS {
            assert!(cap.parse::<Directive>().is_ok(), "{cap}");
        }
    }
}
