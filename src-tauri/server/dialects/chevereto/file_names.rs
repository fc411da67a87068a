//! Names: of files and pages from what an upload was called, and what names in addresses mean.

use library::ImageName;

use super::sizes::Size;
use crate::aliases::chevereto::path_name;

const MAX_TITLE_CHARS: usize = 100;
/// Digits of year, month and day.
const DATE_DIGITS: [usize; 3] = [4, 2, 2];

/// The file name without its folders and its ending.
pub fn file_stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What a file's name says to people.
pub fn title_from_file_name(name: &str) -> String {
    let words = file_stem(name)
        .split(|c: char| matches!(c, '-' | '_') || c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    truncate_title(&words.join(" "))
}

/// At most 100 characters, on one line.
pub fn truncate_title(title: &str) -> String {
    let title = title.chars().take(MAX_TITLE_CHARS);
    let title: String = title
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    title.trim().to_owned()
}

/// The code in the name of a page: `{slug}.{code}` or `{code}` alone.
pub fn page_code(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// What `/images/{day}/{file}` names.
pub fn parse_file_path(day: &[String; 3], file: &str) -> Option<(ImageName, Size)> {
    let digits =
        |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = day
        .iter()
        .zip(DATE_DIGITS)
        .all(|(part, len)| digits(part, len));
    let (stem, extension) = file.rsplit_once('.')?;
    let (name, size) = Size::SMALLER_SIZES
        .into_iter()
        .find_map(|size| Some((stem.strip_suffix(size.suffix())?, size)))
        .unwrap_or((stem, Size::Original));
    is_day.then(|| {
        let name = path_name(&day.join("/"), name, extension);
        (name, size)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_becomes_a_title() {
        for (name, expected) in [
            ("my-summer_photo (2).jpg", "my summer photo (2)"),
            ("C:\\pictures\\a.b.png", "a.b"),
            ("fountain", "fountain"),
            (".jpg", ""),
            ("", ""),
        ] {
            assert_eq!(title_from_file_name(name), expected, "{name}");
        }
    }

    #[test]
    fn a_code_is_what_follows_the_last_dot() {
        assert_eq!(page_code("some.title.ZfGd1234"), "ZfGd1234");
        assert_eq!(page_code("ZfGd1234"), "ZfGd1234");
    }

    #[test]
    fn files_are_named_by_day_name_and_size() {
        let read = |path: &str| {
            let mut parts = path.splitn(4, '/').map(str::to_owned);
            let mut next = || parts.next().unwrap();
            let day = [next(), next(), next()];
            parse_file_path(&day, &next())
        };
        let named = |name: &str, size| Some((path_name("2026/02/14", name, "jpg"), size));
        assert_eq!(read("2026/02/14/a-b.jpg"), named("a-b", Size::Original));
        assert_eq!(read("2026/02/14/a.th.jpg"), named("a", Size::Thumb));
        assert_eq!(read("2026/02/14/a.md.jpg"), named("a", Size::Medium));
        for path in [
            "2026/2/14/a.jpg",
            "26/02/14/a.jpg",
            "2026/02/xx/a.jpg",
            "2026/02/14/jpg",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
