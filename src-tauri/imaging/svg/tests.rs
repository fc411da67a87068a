//! What strangers have put into SVG files, and what is left of it.

use super::*;

fn sanitise(svg: &str) -> String {
    let once = sanitise_svg(svg.as_bytes()).unwrap();
    let again = sanitise_svg(&once.bytes).unwrap();
    assert_eq!(once, again, "a copy of the copy differs: {svg}");
    String::from_utf8(once.bytes).unwrap()
}

/// A picture with this in it.
fn sanitise_inner(inner: &str) -> String {
    let copy = sanitise(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</svg>"#
    ));
    let inner = copy
        .strip_prefix(r#"<svg xmlns="http://www.w3.org/2000/svg">"#)
        .and_then(|rest| rest.strip_suffix("</svg>"));
    inner.unwrap_or_else(|| panic!("{copy}")).to_owned()
}

#[test]
fn a_plain_picture_is_drawn_as_before() {
    let svg = r##"<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"><defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs><rect x="1" width="38" height="28" fill="url(#g)" style="stroke: red"/><text x="3" xml:space="preserve"> a &lt; b &#x263A; <tspan>c</tspan></text></svg>"##;
    assert_eq!(
        sanitise(svg),
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"><defs><linearGradient id="g"><stop offset="0" stop-color="#f00"></stop></linearGradient></defs><rect x="1" width="38" height="28" fill="url(#g)" style="stroke:red;"></rect><text x="3" xml:space="preserve"> a &lt; b ☺ <tspan>c</tspan></text></svg>"##
    );
    let info = sanitise_svg(svg.as_bytes()).unwrap().info;
    assert_eq!(
        (info.format, info.width, info.height),
        (Format::Svg, 40, 30)
    );
}

#[test]
fn a_picture_without_a_namespace_or_with_a_prefix_gets_the_one() {
    assert_eq!(
        sanitise("<svg><g/></svg>"),
        r#"<svg xmlns="http://www.w3.org/2000/svg"><g></g></svg>"#
    );
    assert_eq!(
        sanitise(r#"<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>"#),
        r#"<svg xmlns="http://www.w3.org/2000/svg"><g></g></svg>"#
    );
}

#[test]
fn scripts_and_everything_in_them_are_gone() {
    for inner in [
        "<script>alert(1)</script>",
        "<script><![CDATA[alert(1)]]></script>",
        r#"<script href="http://evil.example/x.js"/>"#,
        r#"<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>"#,
        r#"<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>"#,
        "<handler>alert(1)</handler>",
        "<foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><iframe src=\"http://evil.example\"/></body></foreignObject>",
        r#"<iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/>"#,
        r#"<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/>"#,
        "<metadata><rdf/></metadata>",
        "<unknown><g/></unknown>",
        "<?xml-stylesheet href=\"http://evil.example/a.css\"?>",
        "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
        r#"<undeclared:g/>"#,
    ] {
        assert_eq!(sanitise_inner(inner), "", "{inner}");
    }
    assert_eq!(sanitise_inner("<g><script>a</script>b</g>"), "<g>b</g>");
}

#[test]
fn events_and_links_are_gone() {
    for inner in [
        r#"<g onload="alert(1)"/>"#,
        r#"<g onclick="alert(1)" ONMOUSEOVER="alert(1)" onbegin="alert(1)"/>"#,
        r#"<a href="javascript:alert(1)"/>"#,
        "<a xlink:href=\"java\nscript:alert(1)\"/>",
        "<a href=\" &#9;java&#10;script&#58;alert(1)\"/>",
        r#"<a href="http://evil.example/" target="_top" ping="http://evil.example"/>"#,
        r#"<a href="data:text/html,&lt;script>alert(1)&lt;/script>"/>"#,
        r#"<g xml:base="http://evil.example/"/>"#,
        r#"<g x:onclick="1" xmlns:x="http://www.w3.org/2000/svg"/>"#,
        r#"<g fill="&unknown;"/>"#,
    ] {
        assert_eq!(sanitise_inner(inner), "<g></g>", "{inner}");
    }
}

#[test]
fn references_lead_nowhere_else() {
    for (inner, left) in [
        (r##"<use href="#a"/>"##, r##"<use href="#a"></use>"##),
        (r##"<use xlink:href="#a"/>"##, r##"<use href="#a"></use>"##),
        (
            r##"<use href="#a" xlink:href="http://evil.example/#b"/>"##,
            r##"<use href="#a"></use>"##,
        ),
        (
            r##"<use href="http://evil.example/a.svg#b" xlink:href="#a"/>"##,
            r##"<use href="#a"></use>"##,
        ),
        (
            r#"<use href="http://evil.example/a.svg#b"/>"#,
            "<use></use>",
        ),
        (r#"<use href="/image/other.svg#b"/>"#, "<use></use>"),
        (
            r#"<use href="data:image/svg+xml;base64,PHN2Zz4=#a"/>"#,
            "<use></use>",
        ),
        (r#"<image href="//evil.example/a.png"/>"#, "<image></image>"),
        (
            r#"<image xlink:href="&#104;ttp://evil.example/a.png"/>"#,
            "<image></image>",
        ),
        (
            r#"<image href="data:image/svg+xml,%3Csvg onload='x'/>"/>"#,
            "<image></image>",
        ),
        (
            r#"<image href="data:image/png;base64,iVBORw0KGgo="/>"#,
            r#"<image href="data:image/png;base64,iVBORw0KGgo="></image>"#,
        ),
        (
            r#"<feImage href="http://evil.example/"/>"#,
            "<feImage></feImage>",
        ),
        (
            r#"<rect fill="url(http://evil.example/#a)"/>"#,
            "<rect></rect>",
        ),
        (
            r#"<rect filter="url(&quot;//evil.example/f.svg#a&quot;)"/>"#,
            "<rect></rect>",
        ),
        (
            r#"<rect style="background:url(http://evil.example)"/>"#,
            "<rect></rect>",
        ),
        (
            r#"<rect style="fill:u\72l(http://evil.example)"/>"#,
            "<rect></rect>",
        ),
        (
            r#"<rect style="fill:red" style="fill:url(x)"/>"#,
            r#"<rect style="fill:red;"></rect>"#,
        ),
    ] {
        assert_eq!(sanitise_inner(inner), left, "{inner}");
    }
}

#[test]
fn animations_move_what_draws_and_nothing_else() {
    assert_eq!(
        sanitise_inner(r#"<animate attributeName="opacity" values="0;1" dur="1s"/>"#),
        r#"<animate attributeName="opacity" values="0;1" dur="1s"></animate>"#
    );
    for inner in [
        r#"<set attributeName="href" to="javascript:alert(1)"/>"#,
        r#"<set attributeName="xlink:href" to="javascript:alert(1)"/>"#,
        r#"<animate attributeName=" href " values="javascript:alert(1)"/>"#,
        r#"<animate attributeName="hre&#102;" values="http://evil.example"/>"#,
        r#"<set attributeName="onclick" to="alert(1)"/>"#,
        r#"<set attributeName="style" to="fill:url(http://evil.example)"/>"#,
        r#"<animate values="javascript:alert(1)"/>"#,
    ] {
        assert_eq!(sanitise_inner(inner), "", "{inner}");
    }
    assert_eq!(
        sanitise_inner(r#"<set attributeName="fill" to="url(http://evil.example)"/>"#),
        r#"<set attributeName="fill"></set>"#
    );
}

#[test]
fn style_sheets_keep_what_draws() {
    assert_eq!(
        sanitise_inner("<style><![CDATA[@import url(//evil.example); .a>b{fill:red}]]></style>"),
        "<style>.a&gt;b{fill:red;}</style>"
    );
    // A sheet's text may be interrupted, and what comes after the interruption is of the sheet as well.
    assert_eq!(
        sanitise_inner("<style>.a{fill:red}<g/>@import 'http://evil.example';</style>"),
        "<style>.a{fill:red;}</style>"
    );
    assert_eq!(
        sanitise_inner("<style>@imp<!-- -->ort 'http://evil.example';@&#105;mport 'x';</style>"),
        "<style></style>"
    );
    assert_eq!(
        sanitise_inner("<style>&lt;/style>&lt;script></style>"),
        "<style></style>"
    );
}

#[test]
fn entities_say_nothing() {
    let bomb = r#"<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
        <svg xmlns="http://www.w3.org/2000/svg"><text>x&c;y</text></svg>"#;
    assert_eq!(
        sanitise(bomb),
        r#"<svg xmlns="http://www.w3.org/2000/svg"><text>xy</text></svg>"#
    );
    let leak = r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text fill="&x;">&x;</text></svg>"#;
    assert_eq!(
        sanitise(leak),
        r#"<svg xmlns="http://www.w3.org/2000/svg"><text></text></svg>"#
    );
    let remote =
        r#"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://evil.example/svg11.dtd"><svg/>"#;
    assert_eq!(
        sanitise(remote),
        r#"<svg xmlns="http://www.w3.org/2000/svg"></svg>"#
    );
}

#[test]
fn what_is_no_well_formed_picture_is_refused() {
    let deep = format!("<svg>{}{}</svg>", "<g>".repeat(300), "</g>".repeat(300));
    for broken in [
        "<svg>",
        "<svg><g></svg>",
        "<svg/><svg/>",
        "<svg a='1",
        "<svg><![CDATA[",
        "<svg><!--",
        "<svg a></svg>",
        &deep,
    ] {
        let said = sanitise_svg(broken.as_bytes());
        assert!(
            matches!(said, Err(Error::Broken(_))),
            "{broken:.40} {said:?}"
        );
    }
    for other in [
        "",
        "no markup",
        "<html/>",
        "<g/>",
        r#"<svg xmlns="http://www.w3.org/1999/xhtml"/>"#,
    ] {
        let said = sanitise_svg(other.as_bytes());
        assert!(matches!(said, Err(Error::NotAnImage)), "{other} {said:?}");
    }
    assert!(matches!(
        sanitise_svg(b"<svg>\xFF</svg>"),
        Err(Error::Broken(_))
    ));
    let wide: Vec<u8> = "<svg>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(sanitise_svg(&wide).is_err());
}

#[test]
fn much_of_everything_takes_no_time_out_of_proportion() {
    let begun = std::time::Instant::now();
    let many = |one: fn(u32) -> String| (0..100_000).map(one).collect::<String>();
    for svg in [
        format!("<svg {}/>", many(|n| format!("a{n}='1' "))),
        format!("<svg fill='{}'/>", many(|_| "url(#a) ".into())),
        format!("<svg fill='{}'/>", many(|_| "a(".into())),
        format!("<svg><style>{}</style></svg>", many(|_| "@media x{".into())),
        format!("<svg><style>{}</style></svg>", many(|_| "/*".into())),
        format!("<svg>{}</svg>", many(|_| "&lt;".into())),
        format!("<svg>{}</svg>", many(|_| "<g/>".into())),
    ] {
        let _ = sanitise_svg(svg.as_bytes());
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
}
