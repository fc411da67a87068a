//! The requests and answers of the API's own documentation, as it shows them.

use tests::vitrine::CommandOutput;

use super::*;

fn shell(slink: &Slink, line: &str) -> String {
    let mut command = slink.vitrine.world().command("sh");
    command.args(["-c", line]);
    CommandOutput::run(command, b"").ended(0).out
}

#[test]
fn the_documented_uploads_work_by_post_and_by_put() {
    let slink = Slink::with(&[("allow_guest_uploads", "true")]);
    let photo = slink
        .vitrine
        .world()
        .file("photo.jpg", &picture::jpeg(60, 40));
    let photo = photo.to_str().expect("a path in UTF-8");
    let (base, key) = (slink.vitrine.base(), slink.vitrine.key());
    for (path, authorization) in [
        (
            "/api/upload",
            format!("-H \"Authorization: Bearer {}\"", slink.token),
        ),
        ("/api/guest/upload", String::new()),
        (
            "/api/external/upload",
            format!("-H \"Authorization: Bearer {key}\""),
        ),
    ] {
        for method in ["POST", "PUT"] {
            let line =
                format!("curl -s -X {method} {base}{path} {authorization} -F \"image=@{photo}\"");
            let answer: Value = serde_json::from_str(&shell(&slink, &line)).expect("JSON");
            let id = text(&answer["id"]);
            assert!(is_uuid(&id), "{answer}");
            let expected = if path == "/api/external/upload" {
                json!({
                    "id": id,
                    "url": format!("/api/image/{id}.jpg"),
                    "thumbnailUrl": format!("/api/image/{id}_thumbnail.jpg"),
                })
            } else {
                json!({ "id": id })
            };
            assert_eq!(answer, expected, "{method} {path}");
        }
    }
}

#[test]
fn the_documented_addresses_show_the_picture() {
    let slink = Slink::start();
    let id = slink.upload(&picture::jpeg(1600, 1200));
    for (path, media_type, size) in [
        (format!("/image/{id}.jpg"), "image/jpeg", (1600, 1200)),
        (
            format!("/image/{id}.jpg?w=800&h=600"),
            "image/jpeg",
            (800, 600),
        ),
        (
            format!("/image/{id}.webp?w=300&crop=true"),
            "image/webp",
            (300, 300),
        ),
        (
            format!("/image/{id}.jpg?w=400&h=400&crop=true"),
            "image/jpeg",
            (400, 400),
        ),
        (format!("/image/{id}.jpg?w=800"), "image/jpeg", (800, 600)),
    ] {
        let shown = slink.vitrine.get(&path).is(200);
        assert_eq!(shown.header("content-type"), media_type, "{path}");
        let shown = shown.picture();
        assert_eq!((shown.width(), shown.height()), size, "{path}");
    }
}

#[test]
fn the_documented_members_of_every_answer_are_there() {
    let slink = Slink::start();
    let id = slink.upload_saying(&picture::png(36, 21), &[("isPublic", "true")]);
    let members = |value: &Value| {
        let members = value.as_object().expect("an object").keys();
        members.cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let has = |value: &Value, names: &[&str]| {
        let members = members(value);
        for name in names {
            assert!(members.contains(*name), "{name} is not in {value}");
        }
    };
    has(
        &slink.detail(&id),
        &[
            "id",
            "fileName",
            "description",
            "isPublic",
            "createdAt",
            "updatedAt",
            "views",
            "size",
            "mimeType",
            "width",
            "height",
            "supportsResize",
            "url",
        ],
    );
    for path in ["/api/images/1", "/api/images/history/1"] {
        let list = slink.get(path).is(200).json();
        has(&list["meta"], &["size", "page", "total"]);
        let item = &list["data"][0];
        has(item, &["id", "owner", "attributes", "metadata"]);
        has(&item["owner"], &["id", "email", "username", "displayName"]);
        has(
            &item["attributes"],
            &["fileName", "description", "isPublic", "createdAt", "views"],
        );
        has(
            &item["attributes"]["createdAt"],
            &["formattedDate", "timestamp"],
        );
        has(&item["metadata"], &["size", "mimeType", "width", "height"]);
    }
    let chosen = slink
        .get(&format!("/api/images?uuid[]={id}"))
        .is(200)
        .json();
    has(&chosen[0], &["id", "owner", "attributes", "metadata"]);
}

#[test]
fn the_documented_edit_and_deletion_answer_204() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(9, 9));
    let path = format!("/api/image/{id}");
    let body = r#"{
"description": "Updated description",
"isPublic": false
}"#;
    let patch = Request::new("PATCH", &path).header("Content-Type", "application/json");
    assert!(slink.send(patch.body(body)).is(204).body.is_empty());
    assert_eq!(slink.detail(&id)["description"], "Updated description");
    let body = "{\n\"preserveOnDisk\": false\n}";
    let delete = Request::delete(&path).header("Content-Type", "application/json");
    assert!(slink.send(delete.body(body)).is(204).body.is_empty());
    finds_nothing(slink.get(&format!("/api/image/{id}/detail")));
}

#[test]
fn the_documented_refusals_have_the_documented_words() {
    let slink = Slink::with(&[("max_upload_bytes", "1000000")]);
    let mut large = picture::noise(900, 800, 1);
    large.resize(2_140_000, 0);
    breaks(
        slink.post("large.png", &large, &[]),
        "image",
        "The file is too large (2.14 MB). Allowed maximum size is 1 MB.",
    );
    let refused = refusal(slink.post("a.jpg", b"%PDF-1.7\n", &[]), 422);
    let message = text(&refused["violations"][0]["message"]);
    let known = "The mime type of the file is invalid (\"application/pdf\"). Allowed mime types are \"image/jpeg\", \"image/png\", \"image/webp\", \"image/gif\"";
    assert!(
        message.starts_with(known) && message.ends_with("\"."),
        "{message}"
    );
    assert_eq!(refused["violations"][0]["property"], "image");
    assert_eq!(refused["title"], HTTP);
    assert_eq!(refused["message"], "Validation Error");
}
