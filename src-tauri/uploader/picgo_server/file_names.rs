//! What an editor names: files by their paths, and the names of files in a form. Neither is trusted.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use imaging::Format;

use crate::Source;

/// Some send the whole path as a file's name.
pub(super) fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    match plain.trim_matches(['.', ' ']) {
        "" => "picture".to_owned(),
        plain => plain.to_owned(),
    }
}

/// Why what a list names is not touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceError {
    NotAPath,
    NotFound,
    Hidden,
    NotAPicture,
    TooLarge,
    Unreadable,
}

impl SourceError {
    pub fn sentence(self) -> &'static str {
        match self {
            SourceError::NotAPath => "This is neither a web address nor the whole path of a file.",
            SourceError::NotFound => "There is no such file.",
            SourceError::Hidden => {
                "Hidden files are not uploaded. Save the picture under another name."
            }
            SourceError::NotAPicture => "This is not a picture.",
            SourceError::TooLarge => "The picture is too large. Make it smaller and try again.",
            SourceError::Unreadable => "The file cannot be read.",
        }
    }
}

/// One entry of a list.
pub(super) fn parse_source(entry: &str, max_bytes: u64) -> Result<Source, SourceError> {
    let entry = entry.trim();
    if entry.starts_with("http://") || entry.starts_with("https://") {
        return Ok(Source::Web(entry.to_owned()));
    }
    let path = match entry.starts_with("file:") {
        true => url::Url::parse(entry)
            .ok()
            .and_then(|url| url.to_file_path().ok())
            .ok_or(SourceError::NotAPath)?,
        false => PathBuf::from(entry),
    };
    if !path.is_absolute() {
        return Err(SourceError::NotAPath);
    }
    // What a link leads to is what counts, and what is taken.
    let real = fs::canonicalize(&path).map_err(|_| SourceError::NotFound)?;
    if is_hidden(&path) || is_hidden(&real) {
        return Err(SourceError::Hidden);
    }
    let metadata = fs::metadata(&real).map_err(|_| SourceError::NotFound)?;
    if !metadata.is_file() {
        return Err(SourceError::NotAPicture);
    }
    if metadata.len() > max_bytes {
        return Err(SourceError::TooLarge);
    }
    let mut head = Vec::with_capacity(4096);
    File::open(&real)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .map_err(|_| SourceError::Unreadable)?;
    match Format::sniff(&head) {
        Some(_) => Ok(Source::File(real)),
        None => Err(SourceError::NotAPicture),
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIF: &[u8] =
        b"GIF89a\x01\0\x01\0\x70\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

    #[test]
    fn a_list_may_name_pictures_and_no_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let picture = file("a b.gif", GIF);
        let real = Source::File(fs::canonicalize(&picture).unwrap());
        assert_eq!(parse_source(&picture, 1000), Ok(real.clone()));
        let url = url::Url::from_file_path(&picture).unwrap();
        assert_eq!(parse_source(url.as_str(), 1000), Ok(real));
        assert_eq!(parse_source(&picture, 10), Err(SourceError::TooLarge));
        let cases = [
            (
                file("id_rsa", b"-----BEGIN OPENSSH PRIVATE KEY-----"),
                SourceError::NotAPicture,
            ),
            (
                file("key.png", b"-----BEGIN OPENSSH PRIVATE KEY-----"),
                SourceError::NotAPicture,
            ),
            (file(".hidden.gif", GIF), SourceError::Hidden),
            (inner.to_str().unwrap().to_owned(), SourceError::NotAPicture),
            (format!("{picture}.gone"), SourceError::NotFound),
            ("a.png".to_owned(), SourceError::NotAPath),
            ("../../etc/passwd".to_owned(), SourceError::NotAPath),
            ("file://elsewhere/a.png".to_owned(), SourceError::NotAPath),
            (String::new(), SourceError::NotAPath),
        ];
        for (named, refused) in cases {
            assert_eq!(parse_source(&named, 1000), Err(refused), "{named}");
        }
        #[cfg(unix)]
        {
            let (link, secret) = (
                folder.path().join("link.gif"),
                folder.path().join(".secret.gif"),
            );
            fs::write(&secret, GIF).unwrap();
            std::os::unix::fs::symlink(&secret, &link).unwrap();
            assert_eq!(
                parse_source(link.to_str().unwrap(), 1000),
                Err(SourceError::Hidden)
            );
            assert_eq!(
                parse_source("/dev/zero", 1000),
                Err(SourceError::NotAPicture)
            );
        }
    }

    #[test]
    fn a_form_s_names_are_names_and_no_paths() {
        let cases = [
            ("/vault/images/a.png", "a.png"),
            ("C:\\vault\\a.png", "a.png"),
            ("../../a.png", "a.png"),
            ("..", "picture"),
            ("", "picture"),
            ("a\r\nb.png", "ab.png"),
        ];
        for (given, expected) in cases {
            assert_eq!(base_name(given), expected, "{given:?}");
        }
    }
}
