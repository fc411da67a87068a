//! Sanitises values of SVG attributes and of declarations in style sheets.
//!
//! Whoever reads these values, a browser's CSS, finds an address only behind a function or an `@`. So every
//! function that is called is looked at, wherever it stands: in quotes and comments too, since a reader that
//! disagreed with us about those would else find one. Escapes, with which a name could be spelt otherwise, are
//! not for pictures.

use super::safe_functions::{has_only_safe_functions, is_local_reference};
use super::{allowlist, style};

/// The value as it may be written, if it may be.
pub(super) fn sanitise_attribute(element: &str, name: &str, value: &str) -> Option<String> {
    match name {
        "href" => sanitise_reference(element, value),
        "style" => Some(style::sanitise_declarations(value)).filter(|style| !style.is_empty()),
        "attributeName" => allowlist::is_animatable(value).then(|| value.to_owned()),
        _ if allowlist::is_text_attribute(name) => Some(value.to_owned()),
        _ => has_only_safe_functions(value).then(|| value.to_owned()),
    }
}

/// A place in the picture itself, or a raster image that is written out where one is shown.
fn sanitise_reference(element: &str, value: &str) -> Option<String> {
    if is_local_reference(value) {
        return Some(value.to_owned());
    }
    if !matches!(element, "image" | "feImage") {
        return None;
    }
    let value: String = value.split_whitespace().collect();
    let (head, data) = value.split_once(',')?;
    let known = [
        "data:image/png;base64",
        "data:image/jpeg;base64",
        "data:image/jpg;base64",
        "data:image/gif;base64",
        "data:image/webp;base64",
    ];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    (known.contains(&&*head.to_ascii_lowercase()) && data.bytes().all(plain)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_draw_pass() {
        for value in [
            "url(#a)",
            "url('#a') red",
            "url( \"#a-b.c_1\" )",
            "URL(#a)",
            "rotate(45 10,10) translate(3)",
            "rgba(1, 2, 3, .5)",
            "M0 0L10 10z",
            "Times (New), serif",
            "0.5s; b.end+1s",
        ] {
            assert!(has_only_safe_functions(value), "{value}");
        }
    }

    #[test]
    fn values_that_lead_out_do_not() {
        for value in [
            "url(http://evil.example/)",
            "url(//evil.example/)",
            "url(x.svg#a)",
            "url(#a) url(x)",
            "url(",
            "url(#a",
            "u/**/url(x)",
            "\"url(x)\"",
            "'a' url(data:image/png;base64,AA)",
            "image-set(\"x\" 1x)",
            "-webkit-image-set('x' 1x)",
            "src('x')",
            "image('x')",
            "element(#a)",
            "expression(alert(1))",
            "\\75rl(x)",
            "u\\rl(x)",
            "JavaScript:alert(1)",
            "ürl(x)",
        ] {
            assert!(!has_only_safe_functions(value), "{value}");
        }
    }

    #[test]
    fn references_stay_in_the_picture_or_carry_a_raster_image() {
        assert!(sanitise_reference("use", "#a").is_some());
        assert!(sanitise_reference("image", "data:image/png;base64,iVBO Rw0=").is_some());
        for (element, value) in [
            ("use", "data:image/png;base64,iVBORw0="),
            ("use", "x.svg#a"),
            ("use", "#a b"),
            ("use", "#"),
            ("image", "http://evil.example/a.png"),
            ("image", "//evil.example/a.png"),
            ("image", "/a.png"),
            ("image", "data:image/svg+xml;base64,AAAA"),
            ("image", "data:image/png,<svg>"),
            ("image", "data:text/html;base64,AAAA"),
            ("image", " j\u{a0}avascript:alert(1)"),
            ("image", "java script:alert(1)"),
        ] {
            assert_eq!(
                sanitise_reference(element, value),
                None,
                "{element} {value}"
            );
        }
    }
}
