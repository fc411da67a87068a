//! What the gallery needs beyond pages of pictures: days, and selections.

use serde_json::json;
use tests::{Form, picture};

use super::{Browser, add_account, with_password};

fn put(browser: &Browser<'_>, name: &str) -> String {
    let form = Form::file(name, &picture::png(30, 20));
    let item = browser.upload(form).is(201).json();
    item["id"].as_str().expect("an id").to_owned()
}

#[test]
fn days_say_how_many_pictures_each_has_and_follow_the_search() {
    let vitrine = with_password(&[]);
    let browser = Browser::signed_in(&vitrine, "owner");
    let none = browser.get("/images/days").is(200).json();
    assert_eq!(none, json!({ "total": 0, "days": [] }));
    for name in ["cat.png", "dog.png"] {
        put(&browser, name);
    }
    let days = browser
        .get("/images/days?zone=Europe/Berlin")
        .is(200)
        .json();
    assert_eq!(days["total"], 2);
    let counted = days["days"].as_array().expect("days").iter();
    assert_eq!(
        counted
            .filter_map(|day| day["images"].as_u64())
            .sum::<u64>(),
        2
    );
    let day = days["days"][0]["day"].as_str().expect("a day");
    assert_eq!((day.len(), &day[4..5]), (10, "-"), "{day}");
    assert_eq!(browser.get("/images/days?q=CAT").is(200).json()["total"], 1);
    browser.get("/images/days?zone=Nowhere").is(400);
    let uncounted = browser.get("/images?counted=false").is(200).json();
    assert_eq!(uncounted["items"].as_array().map(Vec::len), Some(2));
    assert!(uncounted.get("total").is_none(), "{uncounted}");
    vitrine.get("/api/dashboard/images/days").is(401);
}

#[test]
fn a_selection_is_published_moved_and_deleted() {
    let vitrine = with_password(&[]);
    add_account(&vitrine, "kitten");
    let browser = Browser::signed_in(&vitrine, "owner");
    let kitten = Browser::signed_in(&vitrine, "kitten");
    let ids = [put(&browser, "one.png"), put(&browser, "two.png")];
    let theirs = put(&kitten, "theirs.png");
    let all = [&ids[0], &ids[1], &theirs];
    let change = |body| browser.write("POST", "/images/bulk", body);

    let done = change(json!({ "ids": all, "do": "publish" }))
        .is(200)
        .json();
    assert_eq!(done, json!({ "done": 2, "gone": [theirs] }));
    let shown = |id: &str| browser.get(&format!("/images/{id}")).is(200).json();
    assert_eq!(shown(&ids[0])["public"], true);
    change(json!({ "ids": ids, "do": "hide" })).is(200);
    assert_eq!(shown(&ids[1])["public"], false);

    let folder = browser
        .write("POST", "/folders", json!({ "path": "trips" }))
        .is(201)
        .json();
    let moving = json!({ "ids": ids, "do": "move", "folder": folder["id"] });
    change(moving).is(200);
    assert_eq!(shown(&ids[0])["folderPath"], "trips");
    change(json!({ "ids": ids, "do": "move", "folder": null })).is(200);
    assert_eq!(shown(&ids[0])["folderPath"], "");
    change(json!({ "ids": ids, "do": "move", "folder": "nonsense" })).is(404);
    change(json!({ "ids": ids, "do": "paint" })).is(400);
    change(json!({ "ids": vec!["a"; 1001], "do": "hide" })).is(400);

    let done = change(json!({ "ids": all, "do": "delete" })).is(200).json();
    assert_eq!(done["done"], 2);
    browser.get(&format!("/images/{}", ids[0])).is(404);
    kitten.get(&format!("/images/{theirs}")).is(200);
}
