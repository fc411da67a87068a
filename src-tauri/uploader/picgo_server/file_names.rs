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
pub(super) enum Refused {
    NoPath,
    NotThere,
    Hidden,
    NoPicture,
    TooLarge,
    Unreadable,
}

impl Refused {
    pub fn sentence(self) -> &'static str {
        match self {
            Refused::NoPath => "This is neither a web address nor the whole path of a file.",
            Refused::NotThere => "There is no such file.",
            Refused::Hidden => {
                "Hidden files are not uploaded. Save the picture under another name."
            }
            Refused::NoPicture => "This is not a picture.",
            Refused::TooLarge => "The picture is too large. Make it smaller and try again.",
            Refused::Unreadable => "The file cannot be read.",
        }
    }
}

/// One entry of a list.
pub(super) fn source(named: &str, most: u64) -> Result<Source, Refused> {
    let named = named.trim();
    if named.starts_with("http://") || named.starts_with("https://") {
        return Ok(Source::Web(named.to_owned()));
    }
    let path = match named.starts_with("file:") {
        true => url::Url::parse(named)
            .ok()
            .and_then(|url| url.to_file_path().ok())
            .ok_or(Refused::NoPath)?,
        false => PathBuf::from(named),
    };
    if !path.is_absolute() {
        return Err(Refused::NoPath);
    }
    // What a link leads to is what counts, and what is taken.
    let real = fs::canonicalize(&path).map_err(|_| Refused::NotThere)?;
    if hidden(&path) || hidden(&real) {
        return Err(Refused::Hidden);
    }
    let metadata = fs::metadata(&real).map_err(|_| Refused::NotThere)?;
    if !metadata.is_file() {
        return Err(Refused::NoPicture);
    }
    if metadata.len() > most {
        return Err(Refused::TooLarge);
    }
    let mut head = Vec::with_capacity(4096);
    File::open(&real)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .map_err(|_| Refused::Unreadable)?;
    match Format::sniff(&head) {
        Some(_) => Ok(Source::File(real)),
        None => Err(Refused::NoPicture),
    }
}

fn hidden(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIF: &[u8] =
        b"GIF89a\x01\0\x01\0\x70\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

    #[test]
    fn a_list_names_whole_pictures_and_nothing_else_on_the_disk() {
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
        assert_eq!(source(&picture, 1000), Ok(real.clone()));
        let url = url::Url::from_file_path(&picture).unwrap();
        assert_eq!(source(url.as_str(), 1000), Ok(real));
        assert_eq!(source(&picture, 10), Err(Refused::TooLarge));
        let cases = [
            (
                file("id_rsa", b"-----BEGIN OPENSSH PRIVATE KEY-----"),
                Refused::NoPicture,
            ),
            (
                file("key.png", b"-----BEGIN OPENSSH PRIVATE KEY-----"),
                Refused::NoPicture,
            ),
            (file(".hidden.gif", GIF), Refused::Hidden),
            (inner.to_str().unwrap().to_owned(), Refused::NoPicture),
            (format!("{picture}.gone"), Refused::NotThere),
            ("a.png".to_owned(), Refused::NoPath),
            ("../../etc/passwd".to_owned(), Refused::NoPath),
            ("file://elsewhere/a.png".to_owned(), Refused::NoPath),
            (String::new(), Refused::NoPath),
        ];
        for (named, refused) in cases {
            assert_eq!(source(&named, 1000), Err(refused), "{named}");
        }
        #[cfg(unix)]
        {
            let (link, secret) = (
                folder.path().join("link.gif"),
                folder.path().join(".secret.gif"),
            );
            fs::write(&secret, GIF).unwrap();
            std::os::unix::fs::symlink(&secret, &link).unwrap();
            assert_eq!(source(link.to_str().unwrap(), 1000), Err(Refused::Hidden));
            assert_eq!(source("/dev/zero", 1000), Err(Refused::NoPicture));
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
