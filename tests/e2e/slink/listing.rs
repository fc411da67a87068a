//! Lists: everybody's and one's own; pages, orders, searches.

use super::*;

#[test]
fn a_list_tells_its_pages_and_of_each_image_what_matters() {
    let slink = Slink::start();
    let bytes = picture::png(36, 21);
    let id = slink.upload_saying(&bytes, &[PUBLIC, ("description", "a #cat")]);
    let list = slink.get("/api/images/1").is(200).json();
    assert_eq!(list["meta"], json!({ "size": 10, "page": 1, "total": 1 }));
    let owner = slink.get("/api/user").json()["data"]["id"].clone();
    let created = &list["data"][0]["attributes"]["createdAt"];
    assert_eq!(
        list["data"],
        json!([{
            "id": id,
            "owner": {
                "id": owner,
                "email": "kitten@example.com",
                "username": "kitten",
                "displayName": "kitten",
            },
            "attributes": {
                "fileName": format!("{id}.png"),
                "description": "a #cat",
                "isPublic": true,
                "createdAt": created,
                "views": 0,
            },
            "metadata": {
                "size": bytes.len(),
                "mimeType": "image/png",
                "width": 36,
                "height": 21,
            },
        }])
    );
    // 2025-07-11 22:03:06
    let formatted = text(&created["formattedDate"]);
    assert_eq!(formatted.len(), 19, "{formatted}");
    let (date, time) = formatted.split_once(' ').expect("a date and a time");
    assert!(text(&slink.detail(&id)["createdAt"]).starts_with(&format!("{date}T{time}.")));
    assert!(created["timestamp"].is_i64(), "{created}");
}

#[test]
fn the_public_list_shows_public_images_of_all_and_history_all_of_ones_own() {
    let slink = Slink::start();
    let private = slink.upload(&picture::png(9, 9));
    let public = slink.upload_saying(&picture::png(9, 9), &[PUBLIC]);
    let another = slink.another("puppy");
    let form = image(&picture::png(9, 9)).with_text("isPublic", "true");
    let theirs = id(&slink
        .vitrine
        .send(&form.post("/api/upload").bearer(&another))
        .is(201));
    assert_eq!(slink.listed("/api/images/1"), [theirs, public.clone()]);
    for path in [
        "/api/images/history/1",
        "/api/images/history",
        "/api/images/history/1/",
    ] {
        assert_eq!(
            slink.listed(path),
            [public.clone(), private.clone()],
            "{path}"
        );
    }
    assert_eq!(slink.listed("/api/images"), slink.listed("/api/images/1"));
}

#[test]
fn the_history_lists_uploads_through_other_dialects() {
    let slink = Slink::start();
    slink.vitrine.upload("a.png", &picture::png(9, 9));
    let owner = owner(&slink.vitrine);
    let list = slink
        .vitrine
        .send(&Request::get("/api/images/history/1").bearer(&owner))
        .is(200);
    assert_eq!(list.json()["meta"]["total"], 1);
}

#[test]
fn without_a_token_nothing_is_listed_unless_the_owner_says_so() {
    let slink = Slink::with(&[("allow_unauthenticated_listing", "true")]);
    let id = slink.upload_saying(&picture::png(9, 9), &[PUBLIC]);
    for path in ["/api/images/1", "/api/images"] {
        let list = slink.vitrine.get(path).is(200);
        assert_eq!(ids(&list.json()["data"]), std::slice::from_ref(&id));
        let said = String::from_utf8_lossy(&list.body).into_owned();
        assert!(
            !said.contains("example.com"),
            "the list exposes an address: {said}"
        );
        assert_eq!(list.json()["data"][0]["owner"]["username"], "kitten");
        let known = slink.get(path).is(200).json();
        assert_eq!(known["data"][0]["owner"]["email"], "kitten@example.com");
    }
    // Only the public list is open, and a wrong token is wrong.
    for path in [
        "/api/images/history/1",
        &format!("/api/images?uuid[]={id}"),
        "/api/images/by-id?uuid[]=x",
    ] {
        wants_a_token(slink.vitrine.get(path), "JWT Token not found");
    }
    let wrong = Request::get("/api/images/1").bearer("x.y.z");
    wants_a_token(slink.vitrine.send(&wrong), "Invalid JWT Token");
}

#[test]
fn a_page_has_as_many_as_were_asked_for() {
    let slink = Slink::start();
    let ids = some(&slink, 12);
    let page = |path: &str| slink.get(path).is(200).json();
    let first = page("/api/images/1");
    assert_eq!(
        (&first["meta"]["size"], &first["meta"]["total"]),
        (&json!(10), &json!(12))
    );
    assert_eq!(slink.listed("/api/images/1"), ids[..10]);
    assert_eq!(slink.listed("/api/images/2"), ids[10..]);
    assert_eq!(slink.listed("/api/images/3"), [""; 0]);
    assert_eq!(slink.listed("/api/images/99999999999999999999"), [""; 0]);
    assert_eq!(slink.listed("/api/images/3?limit=4"), ids[8..]);
    for (limit, size) in [
        ("0", 1),
        ("-3", 1),
        ("1000", 100),
        ("many", 10),
        ("", 10),
        ("12", 12),
    ] {
        let list = page(&format!("/api/images/1?limit={limit}"));
        assert_eq!(list["meta"]["size"], size, "{limit}");
    }
    refusal(slink.get("/api/images/0"), 400);
    refusal(slink.get("/api/images/history/0"), 400);
    for path in ["/api/images/-1", "/api/images/one", "/api/images/history/x"] {
        let error = refusal(slink.get(path), 404);
        assert_eq!(
            error["title"],
            "Symfony.Component.HttpKernel.Exception.NotFoundHttpException"
        );
    }
}

#[test]
fn lists_are_in_the_order_that_is_asked_for() {
    let slink = Slink::start();
    let upload = |bytes: &[u8], description: &str| {
        slink.upload_saying(bytes, &[PUBLIC, ("description", description)])
    };
    let first = upload(&picture::noise(30, 10, 1), "b");
    let second = upload(&picture::png(20, 40), "c");
    let third = upload(&picture::png(10, 20), "a");
    slink.vitrine.get(&format!("/image/{second}.png")).is(200);
    slink.vitrine.get(&format!("/image/{second}.png")).is(200);
    slink.vitrine.get(&format!("/image/{first}.png")).is(200);
    slink
        .json(
            "PATCH",
            &format!("/api/image/{first}"),
            &json!({ "isPublic": true }),
        )
        .is(204);
    let (first, second, third) = (&first, &second, &third);
    for (query, expected) in [
        // The one that was edited counts by that, the others by their upload.
        ("", [first, third, second]),
        ("orderBy=attributes.updatedAt", [first, third, second]),
        (
            "orderBy=attributes.updatedAt&order=asc",
            [second, third, first],
        ),
        ("orderBy=attributes.createdAt", [third, second, first]),
        (
            "orderBy=attributes.createdAt&order=asc",
            [first, second, third],
        ),
        ("orderBy=attributes.views", [second, first, third]),
        (
            "orderBy=attributes.description&order=asc",
            [third, first, second],
        ),
        ("orderBy=metadata.width", [first, second, third]),
        ("orderBy=metadata.height", [second, third, first]),
        ("orderBy=metadata.size&order=desc", [first, second, third]),
        ("orderBy=1;DROP TABLE images", [first, third, second]),
        ("order=sideways", [first, third, second]),
    ] {
        let query = query.replace(' ', "%20");
        let listed = slink.listed(&format!("/api/images/1?{query}"));
        assert_eq!(listed, expected.map(String::clone), "{query}");
    }
    assert_eq!(
        slink
            .listed("/api/images/1?orderBy=attributes.fileName")
            .len(),
        3
    );
}

#[test]
fn a_term_is_searched_where_it_is_asked_for_and_means_itself() {
    let slink = Slink::start();
    let describe = |description: &str| {
        slink.upload_saying(&picture::png(9, 9), &[PUBLIC, ("description", description)])
    };
    let cat = describe("Ein GROSSES Kätzchen #cat 100%");
    let dog = describe("kitten's friend #dog _x_ \"y\"");
    let found = |query: &str| {
        let mut found = slink.listed(&format!("/api/images/1?{query}"));
        found.sort();
        found
    };
    let both = {
        let mut both = vec![cat.clone(), dog.clone()];
        both.sort();
        both
    };
    let (cat, dog) = (vec![cat], vec![dog]);
    let none: Vec<String> = Vec::new();
    for (query, expected) in [
        ("searchTerm=grosses&searchBy=description", &cat),
        ("searchTerm=K%C3%84TZCHEN&searchBy=description", &cat),
        ("searchTerm=kitten&searchBy=description", &dog),
        ("searchTerm=kitten&searchBy=user", &both),
        ("searchTerm=ITTE&searchBy=user", &both),
        ("searchTerm=kitten", &both),
        ("searchTerm=friend&searchBy=else", &dog),
        ("searchTerm=cat&searchBy=hashtag", &cat),
        ("searchTerm=%23dog&searchBy=hashtag", &dog),
        ("searchTerm=friend&searchBy=hashtag", &none),
        ("searchTerm=puppy&searchBy=user", &none),
        ("searchTerm=100%25&searchBy=description", &cat),
        ("searchTerm=%25&searchBy=description", &cat),
        ("searchTerm=_&searchBy=description", &dog),
        ("searchTerm=%22y%22&searchBy=description", &dog),
        ("searchTerm=*&searchBy=description", &none),
        ("searchTerm=", &both),
        ("searchBy=user", &both),
        ("tagIds[]=x&requireAllTags=true", &both),
    ] {
        assert_eq!(&found(query), expected, "{query}");
    }
    let list = slink
        .get("/api/images/1?searchTerm=cat&searchBy=hashtag")
        .is(200)
        .json();
    assert_eq!(list["meta"]["total"], 1);
}
