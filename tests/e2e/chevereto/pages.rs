//! The page of a picture: what it shows and forbids, and which visits it counts.

use serde_json::json;
use tests::{Answer, Request, Vitrine, picture};

use super::*;

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("text")
}

#[test]
fn a_page_shows_its_picture_and_what_is_known_of_it() {
    let vitrine = Vitrine::start();
    let form = with(&picture::jpeg(900, 600))
        .with_text("title", "In the park")
        .with_text("description", "By night")
        .with_text("tags", "sea,sky")
        .with_text("expiration", "P3D");
    let image = uploaded(&vitrine, form);
    for address in ["url_viewer", "url_short"] {
        let page = text(&vitrine.get(path(&vitrine, &image[address])).is(200));
        let url = image["url"].as_str().expect("an address");
        let day = &path(&vitrine, &image["url"])[1..];
        for part in [
            "<h1>In the park</h1>",
            "By night",
            "<li>sea</li><li>sky</li>",
            "900 × 600 · JPEG · ",
            "until ",
            "moments ago",
            &format!("<img src=\"../{day}\""),
            "my-photo.md.jpg 500w",
            &format!(
                "content=\"{}\"",
                image["medium"]["url"].as_str().expect("an address")
            ),
            "<meta property=\"og:title\" content=\"In the park\">",
            "<meta property=\"og:description\" content=\"By night\">",
            &format!(
                "<meta property=\"og:url\" content=\"{}\">",
                image["url_viewer"].as_str().expect("one")
            ),
            &format!("![In the park]({url})"),
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
        assert!(
            !page.contains("<script")
                && !page.contains('{'.to_string().as_str().repeat(2).as_str())
        );
    }
}

#[test]
fn a_page_can_do_nothing_but_show_our_pictures() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    for address in [path(&vitrine, &image["url_viewer"]), "/image/nothing"] {
        let answer = vitrine.get(address);
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "img-src 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "style-src 'sha256-",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
}

#[test]
fn every_value_on_a_page_stays_text() {
    let vitrine = Vitrine::start();
    let evil = "\"'><script>alert(1)</script>{title}{style}&amp;";
    let form = Form::new()
        .with_file("source", "a.jpg", &picture::jpeg(60, 40))
        .with_text("title", evil)
        .with_text("description", evil)
        .with_text("tags", &format!("{evil},<b>"));
    let image = uploaded(&vitrine, form);
    let page = text(&vitrine.get(path(&vitrine, &image["url_viewer"])).is(200));
    assert!(
        !page.contains("<script") && !page.contains("<b>") && !page.contains("\"'>"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;{title}{style}&amp;amp;"));
    let evil_host =
        Request::get(path(&vitrine, &image["url_viewer"])).header("Host", "\"><script>");
    assert!(!text(&vitrine.send(&evil_host)).contains("<script"));
}

#[test]
fn a_marked_picture_is_covered_and_shown_to_no_other_site() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture().with_text("nsfw", "1"));
    let page = text(&vitrine.get(path(&vitrine, &image["url_viewer"])).is(200));
    assert!(page.contains("<details>") && !page.contains("og:image"));
}

#[test]
fn views_are_counted_once_a_visit_and_never_for_a_head_or_a_prefetch() {
    let vitrine = Vitrine::with(&[("duplicates", "existing")]);
    let image = uploaded(&vitrine, with_picture());
    let page = path(&vitrine, &image["url_viewer"]);
    assert!(text(&vitrine.get(page)).contains("1 view<"));
    vitrine.send(&Request::head(page)).is(200);
    vitrine
        .send(&Request::get(page).header("Sec-Purpose", "prefetch"))
        .is(200);
    vitrine.get(path(&vitrine, &image["url"])).is(200);
    assert!(text(&vitrine.get(page)).contains("2 views<"));
    let again = uploaded(&vitrine, with_picture());
    assert_eq!(
        (&again["views"], &again["views_label"]),
        (&json!(2), &json!("views"))
    );
}

#[test]
fn pictures_of_other_dialects_have_a_page_too() {
    let vitrine = Vitrine::with(&[("duplicates", "existing")]);
    vitrine.upload("a.png", &picture::png(60, 40));
    let image = uploaded(&vitrine, with(&picture::png(60, 40)));
    let page = text(&vitrine.get(path(&vitrine, &image["url_viewer"])).is(200));
    assert!(page.contains("60 × 40 · PNG"));
}
