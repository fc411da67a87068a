//! Deletion links: they need no key, and link previews do not trigger them.

use tests::{Request, Vitrine, picture};

use super::*;

#[test]
fn the_link_deletes_everywhere_and_leads_to_where_the_picture_was() {
    // Else sizes may just be on their way to their place.
    let vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let image = uploaded(&vitrine, with(&picture::jpeg(600, 400)));
    let link = path(&vitrine, &image["delete_url"]);
    let password = link.rsplit('/').next().expect("a password");
    assert_eq!(password.len(), 48);
    let answer = vitrine.get(link).is(301);
    let viewer = image["path_viewer"].as_str().expect("a path");
    assert_eq!(answer.header("location"), format!("{viewer}?deleted"));
    assert_eq!(answer.header("cache-control"), "no-store");
    for url in ["url", "url_viewer", "url_short"] {
        vitrine.get(path(&vitrine, &image[url])).is(404);
    }
    for size in ["thumb", "medium"] {
        vitrine.get(path(&vitrine, &image[size]["url"])).is(404);
    }
    let gone = vitrine.get(answer.header("location")).is(404);
    assert!(String::from_utf8_lossy(&gone.body).contains("has been deleted"));
    assert!(vitrine.world().files("variants").is_empty());
    nothing_is_left(&vitrine);
    vitrine.get(link).is(404);
}

#[test]
fn the_name_of_the_page_will_do_as_well_as_the_code() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    let password = image["delete_url"]
        .as_str()
        .expect("a link")
        .rsplit('/')
        .next()
        .expect("a password");
    let viewer = image["path_viewer"].as_str().expect("a path");
    vitrine.get(&format!("{viewer}/delete/{password}")).is(301);
    vitrine.get(viewer).is(404);
}

#[test]
fn a_wrong_password_deletes_nothing() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    let short = path(&vitrine, &image["url_short"]);
    for password in ["x", &"0".repeat(48)] {
        vitrine.get(&format!("{short}/delete/{password}")).is(404);
    }
    let another = uploaded(&vitrine, with(&picture::png(9, 9)));
    let password = another["delete_url"]
        .as_str()
        .expect("a link")
        .rsplit('/')
        .next()
        .expect("a password");
    vitrine.get(&format!("{short}/delete/{password}")).is(404);
    vitrine.get(short).is(200);
}

#[test]
fn neither_a_head_nor_a_prefetch_deletes() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    let link = path(&vitrine, &image["delete_url"]);
    let head = vitrine.send(&Request::head(link)).is(405);
    assert!(head.header("allow").starts_with("GET"));
    for (name, value) in [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
    ] {
        let answer = vitrine
            .send(&Request::get(link).header(name, value))
            .is(200);
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "the real visit asks again"
        );
        assert!(String::from_utf8_lossy(&answer.body).contains("Nothing has been deleted"));
    }
    vitrine.get(path(&vitrine, &image["url"])).is(200);
    for method in ["POST", "DELETE"] {
        vitrine.send(&Request::new(method, link)).is(405);
    }
    vitrine.get(link).is(301);
}

#[test]
fn only_the_first_answer_knows_the_password() {
    let vitrine = Vitrine::start();
    let image = uploaded(&vitrine, with_picture());
    let password = image["delete_url"]
        .as_str()
        .expect("a link")
        .rsplit('/')
        .next()
        .expect("a password");
    let page = vitrine.get(path(&vitrine, &image["url_viewer"])).is(200);
    assert!(!String::from_utf8_lossy(&page.body).contains(password));
    let data = std::fs::read(vitrine.world().data().join("library.db")).expect("a database");
    let log = std::fs::read(vitrine.world().data().join("library.db-wal")).unwrap_or_default();
    for bytes in [data, log] {
        let found = bytes
            .windows(password.len())
            .any(|part| part == password.as_bytes());
        assert!(!found, "kept hashed only");
    }
}
