//! The tree of folders, and searches in it.

use tests::picture;

use super::*;

#[test]
fn folders_are_made_listed_as_a_tree_renamed_and_deleted_with_all_within() {
    let vitrine = Vitrine::start();
    let make = |path: &str| tell(&vitrine, "POST", "/folders", json!({ "path": path }));
    let deepest = make("a/b/c").is(201).json();
    has_fields(&deepest, &["id", "name", "path", "parentId", "imageCount"]);
    assert_eq!(
        (text(&deepest, "name"), text(&deepest, "path")),
        ("c", "a/b/c")
    );
    assert_eq!(
        make("/a/b//c/").is(200).json(),
        deepest,
        "it is there already"
    );
    make("z").is(201);
    let image = put(&vitrine, "a.png", &picture::png(9, 9), "a/b");
    let address = signed(&vitrine, id(&image), "");

    let tree = ask(&vitrine, "GET", "/folders").is(200).json();
    let names = |branches: &Value| -> Vec<String> {
        let branches = branches.as_array().expect("an array");
        branches
            .iter()
            .map(|branch| text(branch, "name").to_owned())
            .collect()
    };
    assert_eq!(names(&tree), ["a", "z"]);
    let a = &tree[0];
    assert_eq!(
        (&a["parentId"], &a["imageCount"]),
        (&json!(null), &json!(0))
    );
    let b = &a["children"][0];
    assert_eq!((&b["parentId"], &b["imageCount"]), (&a["id"], &json!(1)));
    assert_eq!(text(&b["children"][0], "path"), "a/b/c");
    assert_eq!(b["children"][0]["children"], json!([]));

    for bad in [
        "",
        "/",
        " ",
        "..",
        "a/../b",
        &"x".repeat(101),
        &vec!["x"; 17].join("/"),
    ] {
        refused(&make(bad), 400, "bad_request");
    }
    for body in [json!({}), json!({ "path": 1 }), json!([]), json!("a")] {
        refused(
            &tell(&vitrine, "POST", "/folders", body),
            400,
            "bad_request",
        );
    }

    let rename = |id: &str, name: Value, method: &str| {
        tell(
            &vitrine,
            method,
            &format!("/folders/{id}"),
            json!({ "name": name }),
        )
    };
    let renamed = rename(id(a), json!("neu ä"), "PATCH").is(200).json();
    assert_eq!((id(&renamed), text(&renamed, "path")), (id(a), "neu ä"));
    let moved = ask(&vitrine, "GET", &format!("/images/{}", id(&image)))
        .is(200)
        .json();
    assert_eq!(text(&moved, "folder"), "neu ä/b");
    vitrine.get(&address).is(200);
    rename(id(a), json!("a"), "PUT").is(200);
    refused(&rename(id(a), json!("z"), "PATCH"), 409, "conflict");
    for name in [json!("x/y"), json!(""), json!(".."), json!(null), json!(7)] {
        refused(&rename(id(a), name, "PATCH"), 400, "bad_request");
    }
    for nowhere in ["x", "00112233-4455-4677-8899-aabbccddeeff"] {
        refused(&rename(nowhere, json!("y"), "PATCH"), 404, "not_found");
        refused(
            &ask(&vitrine, "DELETE", &format!("/folders/{nowhere}")),
            404,
            "not_found",
        );
    }

    let gone = ask(&vitrine, "DELETE", &format!("/folders/{}", id(a)))
        .is(200)
        .json();
    assert_eq!(gone, json!({ "deleted": true, "id": id(a) }));
    assert_eq!(names(&ask(&vitrine, "GET", "/folders").json()), ["z"]);
    refused(&vitrine.get(&address), 404, "not_found");
    assert!(vitrine.world().files("blobs").is_empty());
}

#[test]
fn a_search_finds_images_by_name_and_folder_and_folders_by_name() {
    let vitrine = Vitrine::start();
    put(&vitrine, "Schuh.png", &picture::png(9, 9), "");
    put(&vitrine, "a.png", &picture::png(9, 9), "Produkte/SCHUHE");
    put(&vitrine, "b.png", &picture::png(9, 9), "Produkte");
    let search = |term: &str| {
        let found = ask(&vitrine, "GET", &format!("/search?q={term}"))
            .is(200)
            .json();
        has_fields(&found, &["images", "folders"]);
        let all = |key: &str, name: &str| -> Vec<String> {
            let found = found[key].as_array().expect("an array");
            found
                .iter()
                .map(|found| text(found, name).to_owned())
                .collect()
        };
        (all("images", "originalName"), all("folders", "path"))
    };
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|&text| text.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        search("schuh"),
        (texts(&["a.png", "Schuh.png"]), texts(&["Produkte/SCHUHE"]))
    );
    assert_eq!(
        search("produkte"),
        (texts(&["b.png", "a.png"]), texts(&["Produkte"]))
    );
    assert_eq!(search("B"), (texts(&["b.png"]), texts(&[])));
    assert_eq!(search("%25"), (texts(&[]), texts(&[])));
    for empty in ["/search", "/search?q="] {
        refused(&ask(&vitrine, "GET", empty), 400, "bad_request");
    }
}

#[test]
fn a_search_brings_fifty_of_each() {
    let vitrine = Vitrine::start();
    for number in 0..51 {
        put(
            &vitrine,
            "x.png",
            &picture::png(9, 9),
            &format!("x{number}"),
        );
    }
    let found = ask(&vitrine, "GET", "/search?q=x").is(200).json();
    for key in ["images", "folders"] {
        assert_eq!(found[key].as_array().map(Vec::len), Some(50), "{key}");
    }
}
