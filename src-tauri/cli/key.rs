//! `vitrine key`: creates, lists and revokes API keys.

use std::time::Duration;

use library::{ApiKeyId, NewApiKey, Scopes};

use crate::error::CliError;
use crate::output;
use crate::settings::Settings;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Makes a key and prints its secret, which cannot be seen again
    Create {
        /// Whose key it is
        #[arg(long, value_name = "NAME", default_value = library::OWNER)]
        account: String,
        /// What to call it in lists
        #[arg(long, value_name = "LABEL")]
        name: Option<String>,
        /// What it allows: upload, delete, manage
        #[arg(long, default_value = "upload,delete,manage")]
        scopes: Scopes,
        /// How long it lives, for example 90s, 15m, 12h, 30d, 4w [default: for ever]
        #[arg(long, value_name = "SPAN", value_parser = parse_duration)]
        expires: Option<Duration>,
    },
    /// Lists the keys, one a line: id, name, account, scopes, created, expires, last used
    List {
        /// Only this account's keys
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
    },
    /// Revokes a key: it stops working at once, also on a running server
    Revoke { id: String },
}

impl Command {
    pub fn run(self, settings: &Settings) -> Result<(), CliError> {
        let library = settings.open_library()?;
        match self {
            Command::Create {
                account,
                name,
                scopes,
                expires,
            } => {
                let (key, secret) = library.create_api_key(NewApiKey {
                    account,
                    name: name.unwrap_or_default(),
                    scopes,
                    expires_in: expires,
                })?;
                // A secret that nobody saw is a key that nobody can use, nor knows to revoke.
                if let Err(error) = output::print_result(secret.expose()) {
                    library.revoke_api_key(&key.id)?;
                    return Err(CliError::failure(format!(
                        "the secret cannot be written to stdout ({error}), so the key was revoked again."
                    )));
                }
                output::print_message(&format!(
                    "Made the key {}. Keep the secret: it cannot be seen again.",
                    key.id
                ));
            }
            Command::List { account } => {
                let lines = library
                    .api_keys(account.as_deref())?
                    .into_iter()
                    .map(|key| {
                        let moment = |time: Option<library::Timestamp>| {
                            time.map(|time| time.to_string()).unwrap_or_default()
                        };
                        output::format_columns([
                            key.id.to_string(),
                            key.name,
                            key.account,
                            key.scopes.to_string(),
                            key.created_at.to_string(),
                            moment(key.expires_at),
                            moment(key.last_used_at),
                        ])
                    });
                output::print_listing(lines).map_err(CliError::failure)?;
            }
            Command::Revoke { id } => {
                library.revoke_api_key(&ApiKeyId::new(id.as_str()))?;
                output::print_message(&format!("Revoked the key {id}."));
            }
        }
        Ok(())
    }
}

/// `30d`: a whole number and one of s, m, h, d, w.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a whole number and s, m, h, d or w, for example 30d".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return Err(wrong()),
    };
    let digits = &text[..text.len() - 1];
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    match number.checked_mul(seconds) {
        None => Err("that is longer than anything lasts".into()),
        Some(0) => Err("a key that has expired already is of no use".into()),
        Some(seconds) => Ok(Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_duration;
    use std::time::Duration;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        let hours = |hours: u64| Ok(Duration::from_secs(hours * 3600));
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(parse_duration("12h"), hours(12));
        assert_eq!(parse_duration("30d"), hours(720));
        assert_eq!(parse_duration("4w"), hours(672));
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "",
            "d",
            "30",
            "30 d",
            "-1d",
            "+1d",
            "1.5h",
            "0d",
            "30ä",
            "99999999999999999999w",
            "9999999999999999999w",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
