//! The settings that the page saves together: clipboard policy, link format, proxy, editors.

use serde::{Deserialize, Serialize};
use uploader::clipboard_policy::ClipboardPolicy;
use uploader::{Network, Proxy};
use url::Url;

use crate::error::CommandError;
use crate::i18n::t;
use crate::network::certificates;
use crate::network::certificates::Certificate;
use crate::settings::{EditorSettings, Settings};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    courtesy: ClipboardPolicy,
    html: bool,
    template: String,
    proxy: ProxyChoice,
    /// Read-only: they are added and removed one by one.
    #[serde(skip_deserializing)]
    certificates: Vec<Certificate>,
    editors: EditorSettings,
    delete_delay: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "lowercase")]
enum ProxyChoice {
    System,
    None,
    At { address: String },
}

/// In seconds.
const MAX_DELETE_DELAY: u64 = 600;

impl Preferences {
    pub fn from_settings(settings: &Settings) -> Preferences {
        Preferences {
            courtesy: settings.courtesy,
            html: settings.html,
            template: settings.template.clone(),
            proxy: match &settings.network.proxy {
                Proxy::System => ProxyChoice::System,
                Proxy::None => ProxyChoice::None,
                Proxy::At(address) => ProxyChoice::At {
                    address: address.clone(),
                },
            },
            certificates: certificates::parse_certificates(&settings.network.certificates),
            editors: settings.editors.clone(),
            delete_delay: settings.delete_delay,
        }
    }

    /// Validates them and changes the settings.
    pub fn apply_to(self, settings: &mut Settings) -> Result<(), CommandError> {
        if self.template.trim().is_empty() {
            return Err(CommandError::new("no_template", t("settings.no_template")));
        }
        if self.editors.port < 1024 {
            return Err(CommandError::new("bad_port", t("settings.bad_port")));
        }
        if self.delete_delay > MAX_DELETE_DELAY {
            return Err(CommandError::new("bad_delay", t("settings.bad_delay")));
        }
        let proxy = match self.proxy {
            ProxyChoice::System => Proxy::System,
            ProxyChoice::None => Proxy::None,
            ProxyChoice::At { address } => Proxy::At(check_proxy_address(&address)?),
        };
        settings.courtesy = self.courtesy;
        settings.html = self.html;
        settings.template = self.template;
        settings.network = Network {
            proxy,
            certificates: std::mem::take(&mut settings.network.certificates),
        };
        settings.editors = EditorSettings {
            // Read-only: it changes with the keychain.
            has_token: settings.editors.has_token,
            ..self.editors
        };
        settings.delete_delay = self.delete_delay;
        Ok(())
    }
}

/// Rejects a password, because it would be saved in a file that other programs can read.
fn check_proxy_address(address: &str) -> Result<String, CommandError> {
    let address = address.trim();
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    let url = url.ok_or_else(|| CommandError::new("bad_proxy", t("settings.bad_proxy")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(CommandError::new(
            "proxy_secret",
            t("settings.proxy_secret"),
        ));
    }
    Ok(address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_address_with_a_password_is_refused() {
        assert!(check_proxy_address("http://proxy.example:3128").is_ok());
        for bad in [
            "http://me:secret@proxy.example:3128",
            "proxy",
            "socks5://a:1",
        ] {
            assert!(check_proxy_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn read_only_preferences_cannot_be_changed_by_the_page() -> Result<(), serde_json::Error> {
        let mut settings = Settings {
            editors: EditorSettings {
                has_token: true,
                ..EditorSettings::default()
            },
            ..Settings::default()
        };
        settings.network.certificates = vec!["-----BEGIN".to_owned()];
        let mut shown = serde_json::to_value(Preferences::from_settings(&settings))?;
        shown["editors"]["hasToken"] = false.into();
        shown["deleteDelay"] = 5.into();
        let before = settings.clone();
        let given: Preferences = serde_json::from_value(shown)?;
        assert!(given.apply_to(&mut settings).is_ok());
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
