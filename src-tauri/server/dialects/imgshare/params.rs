//! What a request says beside its picture: every parameter's name, in one table, and how its value is read.
//!
//! The reference's own tables of names are lost. Only `token` is certain; of the others the first name is the one
//! that we document, and those after it are guesses that are taken as well. A value that is not supported
//! counts as if it were not there, as the reference has it; so do parameters of other names.

use crate::upload::form::Fields;

use super::expiration::Expiration;

/// The one certain name.
pub const TOKEN_FIELD: &str = "token";
pub const FILE_FIELDS: &[&str] = &["file", "image", "img", "upload"];
pub const PRESERVE_FIELDS: &[&str] = &["preserve_filename", "keep_filename", "preserve"];
pub const FILENAME_FIELDS: &[&str] = &["filename", "name"];
pub const EXPIRE_FIELDS: &[&str] = &["expire", "expiry", "expires", "ttl"];
pub const OUTPUT_FIELDS: &[&str] = &["output", "format", "output_format"];
/// What is gathered.
pub const URL_FIELDS: &[&str] = &["url", "link", "image_url", "source"];
/// What is deleted.
pub const DELETE_FIELDS: &[&str] = &["filename", "file", "image", "name", "url"];

/// How an upload, or what is gathered, is to be kept and answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadOptions {
    /// Whether the picture keeps a name of its own; a random one is made otherwise.
    pub preserve_name: bool,
    /// The name to keep instead of the file's.
    pub filename: Option<String>,
    pub expiration: Expiration,
    pub output: OutputFormat,
}

/// The formats of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    #[default]
    Json,
    /// `Key=Value` lines.
    Plain,
}

impl UploadOptions {
    pub fn from_fields(fields: &Fields) -> UploadOptions {
        let word = |names| {
            first_value(fields, names)
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        UploadOptions {
            preserve_name: matches!(&*word(PRESERVE_FIELDS), "1" | "true" | "yes" | "on"),
            filename: first_value(fields, FILENAME_FIELDS).map(str::to_owned),
            expiration: Expiration::parse(&word(EXPIRE_FIELDS)),
            output: match &*word(OUTPUT_FIELDS) {
                "plain" | "text" | "kv" | "txt" => OutputFormat::Plain,
                _ => OutputFormat::Json,
            },
        }
    }
}

/// The first value under these names that says something.
pub fn first_value<'a>(fields: &'a Fields, names: &[&str]) -> Option<&'a str> {
    let values = names.iter().filter_map(|name| fields.get(name));
    values.map(str::trim).find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(query: &str) -> UploadOptions {
        UploadOptions::from_fields(&Fields::from_query(query))
    }

    #[test]
    fn without_options_the_name_is_random_and_the_output_json() {
        for query in [
            "",
            "token=sk_1&unknown=1",
            "output=&expire=+&filename=&preserve_filename=",
        ] {
            assert_eq!(options(query), UploadOptions::default(), "{query}");
        }
        assert_eq!(OutputFormat::default(), OutputFormat::Json);
    }

    #[test]
    fn every_alias_is_accepted_and_the_documented_name_wins() {
        for name in PRESERVE_FIELDS {
            assert!(options(&format!("{name}=1")).preserve_name, "{name}");
        }
        for name in FILENAME_FIELDS {
            let wishes = options(&format!("{name}=+a.png"));
            assert_eq!(wishes.filename.as_deref(), Some("a.png"), "{name}");
        }
        for name in EXPIRE_FIELDS {
            assert_eq!(
                options(&format!("{name}=24")).expiration,
                Expiration::Hours(24),
                "{name}"
            );
        }
        for name in OUTPUT_FIELDS {
            assert_eq!(
                options(&format!("{name}=plain")).output,
                OutputFormat::Plain,
                "{name}"
            );
        }
        let both = options("ttl=3&name=b&filename=a&expire=2");
        assert_eq!(
            (both.expiration, both.filename.as_deref()),
            (Expiration::Hours(2), Some("a"))
        );
        assert_eq!(options("expire=&ttl=3").expiration, Expiration::Hours(3));
    }

    #[test]
    fn switches_have_four_spellings_each_and_all_else_is_off() {
        for value in ["1", "true", "yes", "on", "TRUE", "On"] {
            assert!(
                options(&format!("preserve_filename={value}")).preserve_name,
                "{value}"
            );
        }
        for value in ["0", "false", "no", "off", "2", "maybe", "-1"] {
            assert!(
                !options(&format!("preserve_filename={value}")).preserve_name,
                "{value}"
            );
        }
    }

    #[test]
    fn an_output_that_is_not_supported_is_json() {
        for value in ["plain", "text", "kv", "txt", "Plain"] {
            assert_eq!(
                options(&format!("output={value}")).output,
                OutputFormat::Plain,
                "{value}"
            );
        }
        for value in ["json", "xml", "1", "plain text"] {
            assert_eq!(
                options(&format!("output={value}")).output,
                OutputFormat::Json,
                "{value}"
            );
        }
    }
}
