//! The settings that the page shows and changes as one: when links are copied, how the network is reached, editors.

use serde::{Deserialize, Serialize};
use uploader::clipboard_policy::Courtesy;
use uploader::{Network, Proxy};
use url::Url;

use crate::commands::Refusal;
use crate::i18n::word;
use crate::network::certificates;
use crate::network::certificates::Certificate;
use crate::settings::{Editors, Settings};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    courtesy: Courtesy,
    html: bool,
    template: String,
    proxy: Through,
    /// Read only: they are added and removed one by one.
    #[serde(skip_deserializing)]
    certificates: Vec<Certificate>,
    editors: Editors,
    delete_delay: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Through {
    System,
    None,
    At { address: String },
}

/// Longer than that nobody waits for a deletion.
const LONGEST_DELAY: u64 = 600;

impl Preferences {
    pub fn of(settings: &Settings) -> Preferences {
        Preferences {
            courtesy: settings.courtesy,
            html: settings.html,
            template: settings.template.clone(),
            proxy: match &settings.network.proxy {
                Proxy::System => Through::System,
                Proxy::None => Through::None,
                Proxy::At(address) => Through::At {
                    address: address.clone(),
                },
            },
            certificates: certificates::of(&settings.network.certificates),
            editors: settings.editors.clone(),
            delete_delay: settings.delete_delay,
        }
    }

    /// Puts them into the settings, or says what is wrong with them.
    pub fn put(self, settings: &mut Settings) -> Result<(), Refusal> {
        if self.template.trim().is_empty() {
            return Err(Refusal::of("no_template", word("settings.no_template")));
        }
        if self.editors.port < 1024 {
            return Err(Refusal::of("bad_port", word("settings.bad_port")));
        }
        if self.delete_delay > LONGEST_DELAY {
            return Err(Refusal::of("bad_delay", word("settings.bad_delay")));
        }
        let proxy = match self.proxy {
            Through::System => Proxy::System,
            Through::None => Proxy::None,
            Through::At { address } => Proxy::At(checked(&address)?),
        };
        settings.courtesy = self.courtesy;
        settings.html = self.html;
        settings.template = self.template;
        settings.network = Network {
            proxy,
            certificates: std::mem::take(&mut settings.network.certificates),
        };
        settings.editors = Editors {
            // Said by the keychain.
            has_token: settings.editors.has_token,
            ..self.editors
        };
        settings.delete_delay = self.delete_delay;
        Ok(())
    }
}

/// A password would stand in a file that anybody can read; the system's own setting may have one.
fn checked(address: &str) -> Result<String, Refusal> {
    let address = address.trim();
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    let url = url.ok_or_else(|| Refusal::of("bad_proxy", word("settings.bad_proxy")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::of("proxy_secret", word("settings.proxy_secret")));
    }
    Ok(address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_not_taken_into_a_file() {
        assert!(checked("http://proxy.example:3128").is_ok());
        for bad in [
            "http://me:secret@proxy.example:3128",
            "proxy",
            "socks5://a:1",
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_the_page_gives_back_changes_nothing_it_was_only_shown() -> Result<(), serde_json::Error>
    {
        let mut settings = Settings {
            editors: Editors {
                has_token: true,
                ..Editors::default()
            },
            ..Settings::default()
        };
        settings.network.certificates = vec!["-----BEGIN".to_owned()];
        let mut shown = serde_json::to_value(Preferences::of(&settings))?;
        shown["editors"]["hasToken"] = false.into();
        shown["deleteDelay"] = 5.into();
        let before = settings.clone();
        let given: Preferences = serde_json::from_value(shown)?;
        assert!(given.put(&mut settings).is_ok());
        assert_eq!(settings.delete_delay, 5);
        assert_eq!(
            Settings {
                delete_delay: before.delete_delay,
                ..settings
            },
            before
        );
        Ok(())
    }
}
