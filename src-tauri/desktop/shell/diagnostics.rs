//! The support report: the app's configuration and its last log lines. The log contains no secrets; file paths and server
//! addresses are redacted here.

use std::fmt::Write;

use crate::settings::Settings;
use crate::shell::logging;
use crate::view::app_state::{AppState, Reach, ServerState};

pub fn render_report(state: &AppState, settings: &Settings) -> String {
    let server = match &state.server {
        ServerState::Off => "off".to_owned(),
        ServerState::Starting => "starting".to_owned(),
        ServerState::Running { port, adopted, .. } => match adopted {
            Some(program) => format!("that of {program}, port {port}"),
            None => format!("running, port {port}"),
        },
        ServerState::Failed { message } => format!("failed: {message}"),
    };
    let reach = match state.reach {
        Reach::ThisComputer => "this computer",
        Reach::HomeNetwork { .. } => "home network",
    };
    let kinds: Vec<_> = settings
        .targets
        .iter()
        .map(|saved| saved.target.kind.name())
        .collect();
    let mut text = format!(
        "Vitrine {} on {} {}\nserver: {server}\nopen to: {reach}\nkeychain: {:?}\ntray: {}\ntargets: {}\n",
        state.version,
        std::env::consts::OS,
        std::env::consts::ARCH,
        state.keychain,
        state.tray,
        if kinds.is_empty() {
            "none".to_owned()
        } else {
            kinds.join(", ")
        },
    );
    for folder in &settings.folders {
        let _ = writeln!(text, "folder: {:?}, on: {}", folder.mode, folder.on);
    }
    text.push_str("log:\n");
    redact(&text) + &recent_log()
}

/// The last log lines, redacted.
pub fn recent_log() -> String {
    redact(&logging::recent_lines().concat())
}

fn redact(text: &str) -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    let text = match home.len() {
        // The root folder is in every path.
        0 | 1 => text.to_owned(),
        _ => text.replace(&home, "~"),
    };
    mask_after(
        &mask_after(&mask_after(&text, "https://"), "http://"),
        "sk_",
    )
}

/// Masks the words that begin with `start`, unless they are addresses of this computer.
fn mask_after(text: &str, start: &str) -> String {
    let mut parts = text.split(start);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|letter: char| letter.is_whitespace() || "\"')]},".contains(letter))
            .unwrap_or(part.len());
        let (word, rest) = part.split_at(end);
        let here = ["127.", "localhost", "[::1]"];
        let shown = match here.iter().any(|here| word.starts_with(here)) {
            true => word,
            false => "…",
        };
        masked.push_str(start);
        masked.push_str(shown);
        masked.push_str(rest);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_servers_and_keys_are_redacted() {
        let text =
            "to=\"https://nas.example:4870/upload?x=1\" key=sk_abc123, at http://127.0.0.1:4870/a";
        assert_eq!(
            redact(text),
            "to=\"https://…\" key=sk_…, at http://127.0.0.1:4870/a"
        );
    }
}
