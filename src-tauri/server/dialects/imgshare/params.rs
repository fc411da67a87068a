//! What a request says beside its picture: every parameter's name, in one table, and how its value is read.
//!
//! The reference's own tables of names are lost. Only `token` is certain; of the others the first name is the one
//! that we document, and those after it are guesses that are taken as well. A value that is not supported
//! counts as if it were not there, as the reference has it; so do parameters of other names.

use crate::upload::form::Fields;

use super::expiration::Expire;

/// The one certain name.
pub const TOKEN: &str = "token";
pub const FILE: &[&str] = &["file", "image", "img", "upload"];
pub const PRESERVE: &[&str] = &["preserve_filename", "keep_filename", "preserve"];
pub const FILENAME: &[&str] = &["filename", "name"];
pub const EXPIRE: &[&str] = &["expire", "expiry", "expires", "ttl"];
pub const OUTPUT: &[&str] = &["output", "format", "output_format"];
/// What is gathered.
pub const URL: &[&str] = &["url", "link", "image_url", "source"];
/// What is deleted.
pub const DELETED: &[&str] = &["filename", "file", "image", "name", "url"];

/// How an upload, or what is gathered, is to be kept and answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Whether the picture keeps a name of its own; a random one is made otherwise.
    pub preserve: bool,
    /// The name to keep instead of the file's.
    pub filename: Option<String>,
    pub expire: Expire,
    pub output: Output,
}

/// The formats of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    #[default]
    Json,
    /// `Key=Value` lines.
    Plain,
}

impl Wishes {
    pub fn of(fields: &Fields) -> Wishes {
        let word = |names| {
            given(fields, names)
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        Wishes {
            preserve: matches!(&*word(PRESERVE), "1" | "true" | "yes" | "on"),
            filename: given(fields, FILENAME).map(str::to_owned),
            expire: Expire::read(&word(EXPIRE)),
            output: match &*word(OUTPUT) {
                "plain" | "text" | "kv" | "txt" => Output::Plain,
                _ => Output::Json,
            },
        }
    }
}

/// The first value under these names that says something.
pub fn given<'a>(fields: &'a Fields, names: &[&str]) -> Option<&'a str> {
    let values = names.iter().filter_map(|name| fields.get(name));
    values.map(str::trim).find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Wishes {
        Wishes::of(&Fields::of_query(query))
    }

    #[test]
    fn nothing_said_is_a_random_name_the_tier_s_lifetime_and_json() {
        for query in [
            "",
            "token=sk_1&unknown=1",
            "output=&expire=+&filename=&preserve_filename=",
        ] {
            assert_eq!(of(query), Wishes::default(), "{query}");
        }
        assert_eq!(Output::default(), Output::Json);
    }

    #[test]
    fn every_name_and_every_alias_is_taken_and_the_documented_one_first() {
        for name in PRESERVE {
            assert!(of(&format!("{name}=1")).preserve, "{name}");
        }
        for name in FILENAME {
            let wishes = of(&format!("{name}=+a.png"));
            assert_eq!(wishes.filename.as_deref(), Some("a.png"), "{name}");
        }
        for name in EXPIRE {
            assert_eq!(
                of(&format!("{name}=24")).expire,
                Expire::Hours(24),
                "{name}"
            );
        }
        for name in OUTPUT {
            assert_eq!(of(&format!("{name}=plain")).output, Output::Plain, "{name}");
        }
        let both = of("ttl=3&name=b&filename=a&expire=2");
        assert_eq!(
            (both.expire, both.filename.as_deref()),
            (Expire::Hours(2), Some("a"))
        );
        assert_eq!(of("expire=&ttl=3").expire, Expire::Hours(3));
    }

    #[test]
    fn switches_have_four_spellings_each_and_all_else_is_off() {
        for value in ["1", "true", "yes", "on", "TRUE", "On"] {
            assert!(
                of(&format!("preserve_filename={value}")).preserve,
                "{value}"
            );
        }
        for value in ["0", "false", "no", "off", "2", "maybe", "-1"] {
            assert!(
                !of(&format!("preserve_filename={value}")).preserve,
                "{value}"
            );
        }
    }

    #[test]
    fn an_output_that_is_not_supported_is_json() {
        for value in ["plain", "text", "kv", "txt", "Plain"] {
            assert_eq!(
                of(&format!("output={value}")).output,
                Output::Plain,
                "{value}"
            );
        }
        for value in ["json", "xml", "1", "plain text"] {
            assert_eq!(
                of(&format!("output={value}")).output,
                Output::Json,
                "{value}"
            );
        }
    }
}
