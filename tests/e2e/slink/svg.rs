//! SVG: stored and served as a sanitised copy, by every dialect that serves it.

use super::*;

const HARMLESS: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="20"><g></g></svg>"#;

fn hostile() -> Vec<String> {
    let with = |inner: &str| {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</svg>"#
        )
    };
    let mut all: Vec<String> = [
        "<script>alert(1)</script>",
        "<g onload=\"alert(1)\"/>",
        "<foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"javascript:alert(1)\"/></foreignObject>",
        "<image href=\"http://evil.example/pixel.png\"/>",
        "<use xlink:href=\"http://evil.example/a.svg#b\"/>",
        "<a xlink:href=\" java&#10;script&#58;alert(1)\"><g/></a>",
        "<style>@import url(http://evil.example/a.css);</style>",
        "<style>g{background:url('//evil.example/a.png')}</style>",
        "<style>a{fill:red}<g/>@import 'http://evil.example';</style>",
        "<rect style=\"fill:u\\72l(http://evil.example)\"/>",
        "<set attributeName=\"href\" to=\"javascript:alert(1)\"/>",
        "<animate attributeName=\"xlink:href\" values=\"javascript:alert(1)\"/>",
        "<?xml-stylesheet href=\"http://evil.example/a.css\"?>",
    ]
    .map(with)
    .into();
    all.push(
        "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>".into(),
    );
    all.push(
        "<!DOCTYPE svg [<!ENTITY a \"evil\"><!ENTITY b \"&a;&a;&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&b;&b;</text></svg>".into(),
    );
    all
}

#[test]
fn nothing_that_runs_or_leads_out_is_left_of_a_hostile_drawing() {
    let slink = Slink::start();
    for svg in hostile() {
        let id = slink.upload(svg.as_bytes());
        let shown = slink.vitrine.get(&format!("/image/{id}.svg")).is(200);
        let left = String::from_utf8(shown.body).expect("UTF-8").to_lowercase();
        for word in [
            "script", "alert", "evil", "onload", "iframe", "foreign", "import", "entity", "<!",
            "<?",
        ] {
            assert!(!left.contains(word), "{svg}\nleaves {word} in\n{left}");
        }
    }
}

#[test]
fn a_drawing_is_served_as_it_is_with_a_policy_that_lets_nothing_run() {
    let slink = Slink::start();
    let id = slink.upload(HARMLESS.as_bytes());
    let detail = slink.detail(&id);
    assert_eq!(detail["fileName"], format!("{id}.svg"));
    assert_eq!(detail["mimeType"], "image/svg+xml");
    assert_eq!(detail["supportsResize"], false);
    assert_eq!(
        (&detail["width"], &detail["height"]),
        (&json!(3000), &json!(20))
    );
    for query in ["", "?w=100&h=100&crop=true", "?quality=5"] {
        for name in [format!("{id}.svg"), format!("{id}_thumbnail.svg")] {
            let shown = slink.vitrine.get(&format!("/image/{name}{query}")).is(200);
            assert_eq!(shown.header("content-type"), "image/svg+xml");
            assert_eq!(
                shown.header("content-security-policy"),
                "default-src 'none'; style-src 'unsafe-inline'; sandbox"
            );
            assert_eq!(shown.header("x-content-type-options"), "nosniff");
            assert_eq!(String::from_utf8_lossy(&shown.body), HARMLESS);
        }
    }
    for extension in ["png", "jpg", "webp", "xyz"] {
        finds_nothing(slink.vitrine.get(&format!("/api/image/{id}.{extension}")));
    }
}

#[test]
fn other_dialects_reject_drawings() {
    let slink = Slink::start();
    slink
        .vitrine
        .post("a.svg", HARMLESS.as_bytes())
        .refuses(400, "Invalid image file");
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
}

#[test]
fn a_drawing_that_was_tampered_with_on_disk_is_made_harmless_again() {
    let slink = Slink::start();
    let id = slink.upload(HARMLESS.as_bytes());
    let world = slink.vitrine.world();
    let blobs = world.files("blobs");
    let blob = world.data().join("blobs").join(&blobs[0]);
    let harmful = HARMLESS.replace("<g>", "<script>alert(1)</script><g>");
    std::fs::write(blob, harmful).expect("the blob can be written");
    let shown = slink.vitrine.get(&format!("/image/{id}.svg")).is(200);
    assert_eq!(String::from_utf8_lossy(&shown.body), HARMLESS);
}
