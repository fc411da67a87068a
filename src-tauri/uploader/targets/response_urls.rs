//! The addresses in an answer: which of them become links, and how much of them is kept.

use crate::Target;

/// A link as an absolute URL. It is pasted into other people's pages and printed on terminals, so nothing but http and
/// https becomes one, and nothing with spaces or control characters in it.
pub fn absolute_url(link: &str, base: &str) -> Option<String> {
    let full_url = match link.starts_with('/') && !link.starts_with("//") {
        true => format!("{base}{link}"),
        false => link.to_owned(),
    };
    let url = url::Url::parse(&full_url).ok()?;
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    (matches!(url.scheme(), "http" | "https") && !full_url.contains(odd)).then_some(full_url)
}

/// What is kept of a link: of this computer's own server the part after whatever base it calls itself by, because that
/// is not always what we call it, and changes.
pub fn strip_base(target: &Target, its_base: Option<&str>, url: String) -> String {
    let path = its_base
        .filter(|_| target.here)
        .and_then(|base| url.strip_prefix(base))
        .filter(|path| path.starts_with('/') && !path.starts_with("//"));
    match path {
        Some(path) => path.to_owned(),
        None => url,
    }
}

/// Whether a server's name for a picture is one that cannot mean anything else where it is written.
pub fn is_plain_id(id: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    !id.is_empty() && id.len() <= 128 && id.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::targets::fixtures;

    #[test]
    fn only_clean_web_addresses_become_links() {
        let base = "https://h/shop";
        let cases = [
            ("https://h/a.png", Some("https://h/a.png")),
            ("http://h/a?w=1&b", Some("http://h/a?w=1&b")),
            ("/a.png", Some("https://h/shop/a.png")),
            ("a.png", None),
            ("", None),
            ("//h/a.png", None),
            ("javascript:alert(1)", None),
            ("JavaScript:alert(1)//https://h/", None),
            ("data:image/png;base64,AAAA", None),
            ("file:///etc/passwd", None),
            ("https://h/a b.png", None),
            ("https://h/a\u{1b}[2Jb.png", None),
            ("https://h/a\n.png", None),
            ("/a\0.png", None),
            ("https://", None),
        ];
        for (link, expected) in cases {
            assert_eq!(absolute_url(link, base).as_deref(), expected, "{link:?}");
        }
    }

    #[test]
    fn a_url_with_another_base_is_left_alone() {
        let here = fixtures::target(Dialect::Imgs, true);
        let there = fixtures::target(Dialect::Imgs, false);
        let cases = [
            (&here, Some("https://h"), "/a"),
            (&here, Some("https://h/"), "https://h/a"),
            (&here, Some("https://"), "https://h/a"),
            (&here, Some("https:"), "https://h/a"),
            (&here, None, "https://h/a"),
            (&there, Some("https://h"), "https://h/a"),
        ];
        for (target, base, expected) in cases {
            assert_eq!(
                strip_base(target, base, "https://h/a".into()),
                expected,
                "{base:?}"
            );
        }
    }
}
