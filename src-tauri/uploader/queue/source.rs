//! Where a picture comes from: a file, bytes, or a web address.

use std::path::PathBuf;

/// What is given to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    /// A picture that is in no file, such as one from the clipboard.
    Bytes {
        name: String,
        bytes: Vec<u8>,
    },
    /// `http:`, `https:` or `data:`.
    Web(String),
}

impl Source {
    /// A "path" that was dropped on the window: browsers drop web addresses as if they were paths.
    pub fn from_dropped_path(path: PathBuf) -> Source {
        match path.to_str() {
            Some(text)
                if ["http://", "https://", "data:"].iter().any(|start| {
                    text.get(..start.len())
                        .is_some_and(|given| given.eq_ignore_ascii_case(start))
                }) =>
            {
                Source::Web(text.to_owned())
            }
            _ => Source::File(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_web_addresses_are_distinguished_from_files() {
        let cases = [
            ("https://example.com/a.png", true),
            ("HTTP://example.com/a.png", true),
            ("data:image/png;base64,AA==", true),
            ("/home/me/https://a.png", false),
            ("/home/me/a.png", false),
            ("data", false),
            ("é", false),
        ];
        for (path, web) in cases {
            assert_eq!(
                matches!(Source::from_dropped_path(path.into()), Source::Web(_)),
                web,
                "{path}"
            );
        }
    }
}
