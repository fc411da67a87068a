//! Images that are there: listed, found, replaced, deleted.

use tests::picture;

use super::*;

#[test]
fn a_list_has_pages_of_which_none_is_too_large() {
    let vitrine = Vitrine::start();
    for number in 0..30 {
        put(
            &vitrine,
            &format!("{number:02}.png"),
            &picture::png(9, 9),
            "",
        );
    }
    let list = |query: &str| {
        ask(&vitrine, "GET", &format!("/images{query}"))
            .is(200)
            .json()
    };
    let first = list("?folder=&q=&page=1&pageSize=24");
    has_fields(&first, &["items", "total", "page", "pageSize"]);
    assert_eq!(first, list(""), "the documented template is the default");
    assert_eq!(first["items"].as_array().map(Vec::len), Some(24));
    assert_eq!(
        text(&first["items"][0], "originalName"),
        "29.png",
        "newest first"
    );
    for (query, items, page, page_size) in [
        ("?page=2", 6, 2, 24),
        ("?page=3", 0, 3, 24),
        ("?pageSize=7&page=5", 2, 5, 7),
        ("?page=0&pageSize=0", 1, 1, 1),
        ("?page=-1&pageSize=-1", 1, 1, 1),
        ("?pageSize=1000", 30, 1, 100),
        ("?page=x&pageSize=x", 24, 1, 24),
    ] {
        let list = list(query);
        assert_eq!(
            list["items"].as_array().map(Vec::len),
            Some(items),
            "{query}"
        );
        let paging = (&list["total"], &list["page"], &list["pageSize"]);
        assert_eq!(
            paging,
            (&json!(30), &json!(page), &json!(page_size)),
            "{query}"
        );
    }
    let far = list("?page=99999999999999999999999999");
    assert_eq!((&far["items"], &far["total"]), (&json!([]), &json!(30)));
}

#[test]
fn a_list_is_filtered_by_folder_and_by_name() {
    let vitrine = Vitrine::start();
    put(&vitrine, "Root Été.png", &picture::png(9, 9), "");
    put(&vitrine, "shoe.png", &picture::png(9, 9), "products/shoes");
    put(&vitrine, "100%_'.png", &picture::png(9, 9), "products");
    for (query, names) in [
        ("?folder=/", &["Root Été.png"][..]),
        ("?folder=products", &["100%_'.png"]),
        ("?folder=products/shoes", &["shoe.png"]),
        ("?folder=%2Fproducts%2Fshoes%2F", &["shoe.png"]),
        ("?folder=nowhere", &[]),
        ("?q=%C3%89T%C3%89", &["Root Été.png"]),
        ("?q=%25", &["100%_'.png"]),
        ("?q=_", &["100%_'.png"]),
        ("?q='", &["100%_'.png"]),
        ("?q=*", &[]),
        ("?q=%22", &[]),
        ("?q=.PNG&folder=products/shoes", &["shoe.png"]),
        ("?q=shoes", &[]),
    ] {
        assert_eq!(listed(&vitrine, query), names, "{query}");
    }
    refused(
        &ask(&vitrine, "GET", "/images?folder=.."),
        400,
        "bad_request",
    );
}

#[test]
fn images_of_every_dialect_are_listed_and_served_here() {
    let vitrine = Vitrine::start();
    vitrine.upload("through imgs.png", &picture::png(300, 20));
    let list = ask(&vitrine, "GET", "/images").is(200).json();
    let image = &list["items"][0];
    assert_eq!(text(image, "originalName"), "through imgs.png");
    let shown = vitrine.get(&signed(&vitrine, id(image), "w_30")).is(200);
    assert_eq!(shown.picture().width(), 30);
    // And another account's are not.
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let kitten = vitrine.world().new_key(&["--account", "kitten"]);
    let theirs = with_key(&vitrine, &kitten, "GET", "/images", None)
        .is(200)
        .json();
    assert_eq!(theirs["total"], 0);
    let one = format!("/images/{}", id(image));
    for (method, path) in [("GET", &one), ("DELETE", &one)] {
        refused(
            &with_key(&vitrine, &kitten, method, path, None),
            404,
            "not_found",
        );
    }
    let wish = json!({ "imageId": id(image) });
    refused(
        &with_key(&vitrine, &kitten, "POST", "/sign", Some(&wish)),
        404,
        "not_found",
    );
    let form = Form::file("b.png", &picture::png(9, 9));
    refused(
        &vitrine.send(&sent(&kitten, "PUT", &one, form)),
        404,
        "not_found",
    );
    ask(&vitrine, "GET", &one).is(200);
}

#[test]
fn replacing_keeps_id_and_addresses_and_shows_the_new_picture_at_once() {
    let vitrine = Vitrine::start();
    let before = put(&vitrine, "old.jpg", &picture::jpeg(600, 300), "a");
    let one = format!("/images/{}", id(&before));
    let address = signed(&vitrine, id(&before), "w_60");
    let old = vitrine.get(&address).is(200);
    assert_eq!(old.picture().height(), 30);
    for (method, size) in [("PUT", 400), ("POST", 500), ("PATCH", 600)] {
        let bytes = picture::png(size, size);
        let form = Form::file(&format!("{method}.png"), &bytes);
        let now = vitrine
            .send(&sent(vitrine.key(), method, &one, form))
            .is(200)
            .json();
        assert_eq!(id(&now), id(&before));
        assert_eq!(text(&now, "originalName"), format!("{method}.png"));
        assert_eq!((text(&now, "format"), text(&now, "folder")), ("png", "a"));
        assert_eq!(
            (&now["width"], &now["bytes"]),
            (&json!(size), &json!(bytes.len()))
        );
        assert_eq!(now["thumbnailUrl"], before["thumbnailUrl"]);
        assert_eq!(now["createdAt"], before["createdAt"]);
        assert!(text(&now, "updatedAt") > text(&before, "updatedAt"));
        let shown = vitrine.get(&address).is(200);
        assert_eq!(shown.picture().height(), 60);
        assert_ne!(shown.header("etag"), old.header("etag"));
        assert_eq!(shown.header("cache-control"), SIGNED_FOR_A_DAY);
        assert_eq!(ask(&vitrine, "GET", &one).is(200).json(), now);
        assert_eq!(
            vitrine.world().files("blobs").len(),
            1,
            "the old bytes are gone"
        );
        assert_eq!(
            vitrine
                .world()
                .files("variants")
                .iter()
                .filter(|file| file.contains("webp"))
                .count(),
            1
        );
    }
    // What is no picture replaces nothing.
    for (bytes, status, code) in [
        (&b"x"[..], 415, "unsupported_type"),
        (b"", 422, "invalid_image"),
    ] {
        let form = Form::file("x.png", bytes);
        refused(
            &vitrine.send(&sent(vitrine.key(), "PUT", &one, form)),
            status,
            code,
        );
    }
    let nothing = sent(vitrine.key(), "PUT", &one, Form::new());
    refused(&vitrine.send(&nothing), 400, "no_file");
    assert_eq!(vitrine.get(&address).is(200).picture().height(), 60);
    for nowhere in ["/images/00112233-4455-4677-8899-aabbccddeeff", "/images/x"] {
        let form = Form::file("x.png", &picture::png(9, 9));
        refused(
            &vitrine.send(&sent(vitrine.key(), "PUT", nowhere, form)),
            404,
            "not_found",
        );
    }
}

#[test]
fn a_deleted_image_is_gone_under_all_its_addresses() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(600, 300), "a");
    tell(
        &vitrine,
        "POST",
        "/presets",
        json!({ "name": "p", "params": "w_9" }),
    )
    .is(201);
    let by_preset = format!(
        "{}/preset:p/{}.webp",
        text(&image, "deliveryBase"),
        id(&image)
    );
    let address = signed(&vitrine, id(&image), "");
    vitrine.get(&address).is(200);
    vitrine.get(&by_preset).is(200);
    let one = format!("/images/{}", id(&image));
    let gone = ask(&vitrine, "DELETE", &one).is(200).json();
    assert_eq!(gone, json!({ "deleted": true, "id": id(&image) }));
    for path in [&address, &by_preset] {
        refused(&vitrine.get(path), 404, "not_found");
    }
    for method in ["GET", "DELETE"] {
        refused(&ask(&vitrine, method, &one), 404, "not_found");
    }
    assert!(vitrine.world().files("blobs").is_empty());
    assert!(vitrine.world().files("variants").is_empty());
}
