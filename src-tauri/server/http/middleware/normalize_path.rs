//! Normalises paths without redirecting: a redirected POST loses its body.
//!
//! Repeated leading slashes become one, since clients glue a base and a path that both have one.
//! One trailing slash is dropped, since some clients always add it.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

pub fn normalise_path(uri: &mut Uri) {
    let path = uri.path();
    let one = canonical_path(path);
    if one == path {
        return;
    }
    let text = match uri.query() {
        Some(query) => format!("{one}?{query}"),
        None => one.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = text.parse::<PathAndQuery>().ok();
    if let Ok(spelled) = Uri::from_parts(parts) {
        *uri = spelled;
    }
}

fn canonical_path(path: &str) -> &str {
    let doubled = path.len() - path.trim_start_matches('/').len();
    let path = &path[doubled.saturating_sub(1)..];
    match path.strip_suffix('/') {
        Some("") | None => path,
        Some(without) => without,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_slashes_collapse_and_one_trailing_slash_is_dropped() {
        for (given, meant) in [
            ("/", "/"),
            ("//", "/"),
            ("/upload", "/upload"),
            ("/upload/", "/upload"),
            ("///upload/?a=//b/", "/upload?a=//b/"),
            ("/a//b", "/a//b"),
            ("/upload//", "/upload/"),
            ("http://nas//x/", "http://nas/x"),
        ] {
            let mut uri: Uri = given.parse().unwrap();
            normalise_path(&mut uri);
            assert_eq!(uri, meant.parse::<Uri>().unwrap(), "{given}");
        }
    }

    #[test]
    fn the_form_of_a_server_wide_options_request_is_left_alone() {
        let mut uri = Uri::from_static("*");
        normalise_path(&mut uri);
        assert_eq!(uri.path(), "*");
    }
}
