//! Parts of a URL as people name them: its host, and the last segment of its path.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// The host as people read it: an IPv6 address without its brackets.
pub fn host(url: &Url) -> String {
    match url.host() {
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => url.host_str().unwrap_or_default().to_owned(),
    }
}

/// The last part of the path that is not empty, decoded; empty if there is none. Whoever gave the address wrote it:
/// it may hold anything, slashes and control characters too.
pub fn last_path_segment(url: &Url) -> String {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()))
        .unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_the_path_is_the_name() {
        let cases = [
            ("https://example.com/a/cat.png?size=3#x", "cat.png"),
            (
                "https://example.com/a/caf%C3%A9%20noir.jpg",
                "café noir.jpg",
            ),
            ("https://example.com/a/", "a"),
            ("https://example.com/", ""),
            ("https://example.com/..%2f..%2fetc", "../../etc"),
            ("https://example.com/100%zz%", "100%zz%"),
            ("https://example.com/%ff.png", "\u{fffd}.png"),
        ];
        for (url, expected) in cases {
            assert_eq!(
                last_path_segment(&Url::parse(url).unwrap()),
                expected,
                "{url}"
            );
        }
    }

    #[test]
    fn an_ipv6_host_has_no_brackets() {
        let host = |url| host(&Url::parse(url).unwrap());
        assert_eq!(host("http://[2001:db8::1]:8080/"), "2001:db8::1");
        assert_eq!(host("http://EXAMPLE.com:8080/"), "example.com");
        assert_eq!(host("http://0x7f.1/"), "127.0.0.1");
    }
}
