//! What the configuration takes, from where, and how it refuses the rest.

use super::keys::KEYS;
use super::*;

fn config_with(name: &str, value: &str) -> Result<Config, ConfigError> {
    Config::resolve(&Sources {
        cli: vec![(name.into(), value.into())],
        ..Sources::default()
    })
}

#[test]
fn nothing_set_is_the_default() {
    assert_eq!(
        Config::resolve(&Sources::default()).unwrap(),
        Config::default()
    );
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let mut sources = Sources {
        toml: Some("queue = 1\nmax_pixels = 11\nworkers = 3".into()),
        env: vec![
            ("VITRINE_QUEUE".into(), "2".into()),
            ("VITRINE_MAX_PIXELS".into(), "12".into()),
            ("HOME".into(), "/root".into()),
            ("VITRINE_DATA".into(), "/tmp".into()),
        ],
        cli: vec![("queue".into(), "3".into())],
    };
    let config = Config::resolve(&sources).unwrap();
    assert_eq!(
        (config.queue, config.max_pixels, config.workers),
        (3, 12, 3)
    );
    sources.cli.push(("queue".into(), "4".into()));
    assert_eq!(Config::resolve(&sources).unwrap().queue, 4);
}

#[test]
fn an_unknown_key_is_refused_by_name_with_a_suggestion() {
    let error = config_with("max_upload_byte", "1").unwrap_err().to_string();
    assert_eq!(
        error,
        "`max_upload_byte` in --set is not a configuration key; did you mean `max_upload_bytes`?"
    );
    let error = config_with("zzz", "1").unwrap_err().to_string();
    assert!(error.starts_with("`zzz` in --set is not a configuration key;"));
    let sources = Sources {
        env: vec![("VITRINE_NONSENSE".into(), String::new())],
        ..Sources::default()
    };
    let error = Config::resolve(&sources).unwrap_err().to_string();
    assert!(
        error.starts_with("the environment variable VITRINE_NONSENSE"),
        "{error}"
    );
}

#[test]
fn a_bad_value_is_refused_with_a_sentence() {
    for (name, value, said) in [
        (
            "queue",
            "many",
            "must be a whole number from 0 to 100000, not \"many\"",
        ),
        ("queue", "-1", "must be a whole number"),
        ("workers", "0", "must be a whole number from 1 to 1024"),
        (
            "allow_signup",
            "perhaps",
            "must be true or false, not \"perhaps\"",
        ),
        (
            "listen",
            "4870",
            "must be an address and a port such as 127.0.0.1:4870",
        ),
        (
            "public_url",
            "pictures.example",
            "must be an address such as https://",
        ),
        (
            "public_url",
            "ftp://pictures.example",
            "must be an address such as https://",
        ),
        (
            "public_url",
            "https://me:secret@pictures.example",
            "must be an address",
        ),
        (
            "trusted_proxies",
            "10.0.0.0/8, nginx",
            "must list addresses or networks",
        ),
        ("fetch_allow_hosts", "a b", "must list hosts or host:port"),
        (
            "duplicates",
            "never",
            "must be one of allow, reject, existing, not \"never\"",
        ),
    ] {
        let error = config_with(name, value).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`{name}` in --set {said}")),
            "{error}"
        );
    }
}

#[test]
fn lists_are_comma_separated_or_toml_lists() {
    let config = config_with("trusted_proxies", "10.0.0.0/8, ::1").unwrap();
    assert!(config.is_trusted_proxy("10.1.2.3".parse().unwrap()));
    assert!(config.is_trusted_proxy("::1".parse().unwrap()));
    assert!(config.is_trusted_proxy("::ffff:10.0.0.1".parse().unwrap()));
    assert!(!config.is_trusted_proxy("11.0.0.1".parse().unwrap()));
    let config = Config::resolve(&Sources {
        toml: Some("fetch_allow_hosts = [\"Nas:8080\", \"printer\"]".into()),
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(config.fetch_allow_hosts, ["nas:8080", "printer"]);
}

#[test]
fn the_public_url_loses_its_trailing_slash() {
    let url = |text| config_with("public_url", text).unwrap().public_url;
    assert_eq!(
        url("https://pictures.example/"),
        Some("https://pictures.example".into())
    );
    assert_eq!(
        url("http://nas:81/pics/"),
        Some("http://nas:81/pics".into())
    );
    assert_eq!(url(""), None);
}

#[test]
fn the_commented_file_names_every_key_at_its_default() {
    let text = Config::commented_toml();
    let sources = |toml| Sources {
        toml: Some(toml),
        ..Sources::default()
    };
    let all_comments = Config::resolve(&sources(text.clone())).unwrap();
    assert_eq!(all_comments, Config::default());
    let uncommented: String = text
        .lines()
        .filter(|line| !line.starts_with("# ") && line.starts_with('#'))
        .map(|line| format!("{}\n", &line[1..]))
        .collect();
    assert_eq!(uncommented.lines().count(), KEYS.len());
    let set = Config::resolve(&sources(uncommented)).unwrap();
    assert_eq!(set.fixed_keys.len(), KEYS.len());
    let fixed_keys = set.fixed_keys.clone();
    assert_eq!(
        set,
        Config {
            fixed_keys,
            ..Config::default()
        }
    );
}

#[test]
fn the_place_that_won_is_remembered_by_name() {
    let config = Config::resolve(&Sources {
        toml: Some("queue = 1\nworkers = 3\nmax_pixels = 11".into()),
        env: vec![
            ("VITRINE_QUEUE".into(), "2".into()),
            ("VITRINE_WORKERS".into(), "2".into()),
        ],
        cli: vec![("queue".into(), "3".into())],
    });
    let fixed = config.unwrap().fixed_keys;
    let by = |key: &str| fixed.get(key).map(String::as_str);
    assert_eq!(by("queue"), Some("--set queue"));
    assert_eq!(by("workers"), Some("VITRINE_WORKERS"));
    assert_eq!(by("max_pixels"), Some("vitrine.toml"));
    assert_eq!(by("contact"), None);
}

#[test]
fn broken_toml_is_refused_with_its_place() {
    let sources = Sources {
        toml: Some("queue =".into()),
        ..Sources::default()
    };
    let error = Config::resolve(&sources).unwrap_err().to_string();
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn lifetimes_are_tiers_from_the_smallest_on() {
    let read =
        |text| config_with("imgshare_lifetimes", text).map(|config| config.imgshare_lifetimes);
    let tier = |up_to_bytes, days, permanent| RetentionTier {
        up_to_bytes,
        days,
        allows_permanent: permanent,
    };
    assert_eq!(
        read("1_000:365:permanent, 2000:1"),
        Ok(vec![tier(1000, 365, true), tier(2000, 1, false)])
    );
    for text in [
        "",
        "1000",
        "1000:0",
        "1000:366",
        "0:1",
        "1000:1:forever",
        "1000:1:permanent:1",
        "x:1",
        "2:1,1:1",
        "1:1,1:2",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let error = read("1000:366").unwrap_err().to_string();
    assert!(
        error.starts_with("`imgshare_lifetimes` in --set must list lifetimes such as"),
        "{error}"
    );
}

#[test]
fn a_contact_is_something_that_a_header_can_hold() {
    let read = |text| config_with("contact", text).map(|config| config.contact);
    assert_eq!(
        read(" me@pictures.example "),
        Ok(Some("me@pictures.example".into()))
    );
    assert_eq!(read(""), Ok(None));
    for text in ["me at home", "a\r\nb", "ich@bücher.example"] {
        assert!(read(text).is_err(), "{text}");
    }
}

/// `docs/configuration.md`: every key with its description, default and environment variable.
fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         Every setting of the server. A value is taken from `--set KEY=VALUE`, else from the environment variable, else\n\
         from `vitrine.toml` in the data folder, else from what an administrator chose in the dashboard, else it is the\n\
         default. This page is generated from the keys (`make configuration`); do not edit it.\n",
    );
    let defaults = Config::default();
    for key in KEYS {
        let values = match key.value_kind {
            ValueKind::Bool => "`true` or `false`".to_owned(),
            ValueKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            ValueKind::Choice(choices) => {
                let quoted: Vec<_> = choices.iter().map(|name| format!("`{name}`")).collect();
                quoted.join(", ")
            }
            ValueKind::Text => "a text".to_owned(),
            ValueKind::List => "a list".to_owned(),
        };
        text += &format!(
            "\n## `{}`\n\n{}\n\nDefault: `{}`. Value: {values}. Environment variable: `VITRINE_{}`.\n",
            key.name,
            key.description,
            (key.format)(&defaults),
            key.name.to_uppercase(),
        );
    }
    text
}

#[test]
fn the_configuration_page_lists_every_key() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let written = reference();
    if std::env::var_os("VITRINE_WRITE_DOCS").is_some() {
        std::fs::write(&file, &written).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap_or_default() == written,
        "docs/configuration.md is out of date: run `make configuration`."
    );
}
