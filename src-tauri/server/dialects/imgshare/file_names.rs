//! From the name that a file came with to the name it keeps. The day in front of it, and a number behind one that is
//! taken, are the library's.

use imaging::Format;

use crate::aliases::imgshare::{ImgshareAliases, MAX_STEM_CHARS};

/// A longer word behind a dot is no ending, but part of the name.
const MAX_EXTENSION_CHARS: usize = 5;

/// A name like `name`, for bytes of that format. A random one where nothing is left of it.
pub fn preserve_name(name: &str, format: Format) -> ImgshareAliases {
    let (stem, ending) = split_extension(strip_folders(name));
    ImgshareAliases {
        stem: Some(sanitise_stem(stem)).filter(|stem| !stem.is_empty()),
        extension: ending.and_then(|ending| matching_extension(ending, format)),
    }
}

/// Some browsers send whole paths, of their system's kind.
fn strip_folders(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The name and its ending, if it has one.
fn split_extension(name: &str) -> (&str, Option<&str>) {
    let ending = |ending: &str| {
        (1..=MAX_EXTENSION_CHARS).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match name.rsplit_once('.') {
        Some((stem, found)) if ending(found) => (stem, Some(found)),
        _ => (name, None),
    }
}

/// One `_` for each character that could be trouble in a link.
fn sanitise_stem(stem: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    stem.chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .skip_while(|letter| *letter == '.')
        .take(MAX_STEM_CHARS)
        .collect()
}

/// The ending, if it is one of the format's; another would be very wrong.
fn matching_extension(ending: &str, format: Format) -> Option<String> {
    let ending = ending.to_ascii_lowercase();
    let right = match format {
        Format::Jpeg => matches!(&*ending, "jpg" | "jpeg" | "jpe"),
        other => ending == other.extension(),
    };
    right.then_some(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preserved_name(given: &str, format: Format) -> String {
        let ImgshareAliases { stem, extension } = preserve_name(given, format);
        format!(
            "{}.{}",
            stem.as_deref().unwrap_or("<random>"),
            extension.as_deref().unwrap_or(format.extension())
        )
    }

    #[test]
    fn an_ending_stays_unless_it_is_very_wrong() {
        for (given, format, kept) in [
            ("fountain.jpg", Format::Jpeg, "fountain.jpg"),
            ("fountain.jpeg", Format::Jpeg, "fountain.jpeg"),
            ("fountain.jpe", Format::Jpeg, "fountain.jpe"),
            ("FOUNTAIN.JPG", Format::Jpeg, "FOUNTAIN.jpg"),
            ("molly.png", Format::Jpeg, "molly.jpg"),
            ("molly.jpeg", Format::Png, "molly.png"),
            ("molly.webp", Format::WebP, "molly.webp"),
            ("molly.dib", Format::Bmp, "molly.bmp"),
            ("molly.exe", Format::Png, "molly.png"),
            ("molly", Format::Png, "molly.png"),
            ("molly.", Format::Png, "molly..png"),
            ("archive.tar.gz", Format::Png, "archive.tar.png"),
            (
                "Screenshot 12.30.45 at home",
                Format::Png,
                "Screenshot_12.30.45_at_home.png",
            ),
        ] {
            assert_eq!(preserved_name(given, format), kept, "{given}");
        }
    }

    #[test]
    fn other_characters_become_underscores_one_for_one() {
        for (given, kept) in [
            ("a b.png", "a_b.png"),
            ("café.png", "caf_.png"),
            ("日本.png", "__.png"),
            ("a%20b.png", "a_20b.png"),
            ("a\r\nb\0.png", "a__b_.png"),
            ("a=b&c;d\"e.png", "a_b_c_d_e.png"),
            ("a.b-c_d.png", "a.b-c_d.png"),
        ] {
            assert_eq!(preserved_name(given, Format::Png), kept, "{given}");
        }
    }

    #[test]
    fn folders_and_leading_dots_are_dropped_and_an_empty_name_is_random() {
        for (given, kept) in [
            ("/etc/passwd.png", "passwd.png"),
            ("..\\..\\boot.png", "boot.png"),
            ("C:\\a\\b.png", "b.png"),
            ("../../x", "x.png"),
            (".hidden.png", "hidden.png"),
            ("...dots.png", "dots.png"),
            ("", "<random>.png"),
            (".png", "<random>.png"),
            ("....png", "<random>.png"),
            ("..", "<random>.png"),
            ("a/", "<random>.png"),
        ] {
            assert_eq!(preserved_name(given, Format::Png), kept, "{given}");
        }
    }

    #[test]
    fn forty_characters_are_kept_without_the_ending() {
        let forty = "a".repeat(40);
        assert_eq!(
            preserved_name(&format!("{forty}.png"), Format::Png),
            format!("{forty}.png")
        );
        assert_eq!(
            preserved_name(&format!("{forty}b.jpeg"), Format::Jpeg),
            format!("{forty}.jpeg")
        );
        assert_eq!(
            preserved_name(&format!(".{}.png", "ü".repeat(99)), Format::Png),
            format!("{}.png", "_".repeat(40))
        );
    }
}
