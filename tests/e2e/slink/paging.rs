//! Lists by cursors and by ids.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

#[test]
fn cursors_lead_through_the_whole_list_and_back() {
    let slink = Slink::start();
    let ids = some(&slink, 7);
    for (path, order) in [
        ("/api/images/1", ""),
        ("/api/images/history/1", "&orderBy=attributes.createdAt"),
        ("/api/images", "&orderBy=attributes.createdAt&order=asc"),
        ("/api/images/1", "&orderBy=metadata.width"),
        ("/api/images/1", "&orderBy=attributes.description&order=asc"),
    ] {
        let page = |cursor: &str| {
            let cursor = cursor.replace('+', "%2B").replace('=', "%3D");
            slink
                .get(&format!("{path}?limit=3{order}&cursor={cursor}"))
                .is(200)
                .json()
        };
        let mut pages = vec![page("")];
        assert!(
            pages[0]["meta"].get("prevCursor").is_none(),
            "{}",
            pages[0]["meta"]
        );
        while let Some(next) = pages[pages.len() - 1]["meta"]["nextCursor"].as_str() {
            pages.push(page(next));
            assert!(pages.len() < 9, "the list has no end");
        }
        let mut expected = ids.clone();
        if order.contains("asc") {
            expected.reverse();
        }
        let seen: Vec<String> = pages
            .iter()
            .flat_map(|page| super::ids(&page["data"]))
            .collect();
        assert_eq!(seen, expected, "{path}{order}");
        assert_eq!(pages.len(), 3);
        for page in &pages {
            assert_eq!(page["meta"]["total"], 7, "the total knows no cursor");
        }
        for at in [2, 1] {
            let previous = text(&pages[at]["meta"]["prevCursor"]);
            assert_eq!(
                page(&previous)["data"],
                pages[at - 1]["data"],
                "{path}{order}: back from {at}"
            );
        }
    }
}

#[test]
fn pages_by_number_tell_cursors_too_and_a_cursor_wins_over_the_page() {
    let slink = Slink::start();
    let ids = some(&slink, 5);
    let second = slink.get("/api/images/2?limit=2").is(200).json();
    let next = text(&second["meta"]["nextCursor"])
        .replace('+', "%2B")
        .replace('=', "%3D");
    let previous = text(&second["meta"]["prevCursor"])
        .replace('+', "%2B")
        .replace('=', "%3D");
    assert_eq!(
        slink.listed(&format!("/api/images/1?limit=2&cursor={next}")),
        ids[4..]
    );
    assert_eq!(
        slink.listed(&format!("/api/images/7?limit=2&cursor={previous}")),
        ids[..2]
    );
}

#[test]
fn a_cursor_is_base64_of_a_time_and_an_id_and_nonsense_is_ignored() {
    let slink = Slink::start();
    let ids = some(&slink, 3);
    let first = slink.get("/api/images/1?limit=1").is(200).json();
    let cursor = STANDARD
        .decode(text(&first["meta"]["nextCursor"]))
        .expect("base64");
    let cursor: Value = serde_json::from_slice(&cursor).expect("JSON");
    assert_eq!(cursor["id"], ids[0]);
    let timestamp = text(&cursor["timestamp"]);
    // 2025-07-11 22:03:06.000000
    assert!(
        timestamp.len() == 26 && timestamp.as_bytes()[10] == b' ',
        "{timestamp}"
    );
    for nonsense in ["x", "bnVsbA", "e30", "%00"] {
        assert_eq!(
            slink.listed(&format!("/api/images/1?cursor={nonsense}")),
            ids,
            "{nonsense}"
        );
    }
}

#[test]
fn ones_own_images_are_had_by_their_ids_bare_or_wrapped() {
    let slink = Slink::start();
    let ids = some(&slink, 3);
    let private = slink.upload(&picture::png(9, 9));
    let another = slink.another("puppy");
    let form = image(&picture::png(9, 9)).with_text("isPublic", "true");
    let theirs = id(&slink
        .vitrine
        .send(&form.post("/api/upload").bearer(&another))
        .is(201));
    let (one, two) = (&ids[0], &private);
    for query in [
        format!("uuid[]={one}&uuid[]={two}&uuid[]={theirs}&uuid[]={NO_ID}"),
        format!("uuid%5B%5D={one}&uuid%5B%5D={two}"),
        format!("uuid[0]={one}&uuid[1]={two}"),
        format!("uuid%5B0%5D={}&uuid[7]={two}", one.to_uppercase()),
    ] {
        let bare = slink.get(&format!("/api/images?{query}")).is(200).json();
        assert_eq!(super::ids(&bare), [one.clone(), two.clone()], "{query}");
        let wrapped = slink
            .get(&format!("/api/images/by-id?{query}"))
            .is(200)
            .json();
        assert_eq!(wrapped, json!({ "data": bare }), "{query}");
        assert_eq!(bare[0]["owner"]["email"], "kitten@example.com");
    }
    for query in [
        "uuid[]=",
        "uuid[]=x",
        &format!("uuid[]={one}&uuid[]=nonsense"),
        &format!("uuid[]={{{one}}}"),
    ] {
        breaks_all(slink.get(&format!("/api/images?{query}")), &["uuid"]);
        breaks_all(slink.get(&format!("/api/images/by-id?{query}")), &["uuid"]);
    }
    breaks_all(slink.get("/api/images/by-id"), &["uuid"]);
}
