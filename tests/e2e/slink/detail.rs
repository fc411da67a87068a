//! `GET /api/image/{id}/detail`: what the owner may know.

use super::*;

#[test]
fn a_detail_is_flat_and_wrapped_at_once() {
    let slink = Slink::start();
    let bytes = picture::png(36, 21);
    let id = slink.upload_saying(&bytes, &[("description", "<b>\"A\" & b</b>")]);
    let mut detail = slink.detail(&id);
    let data = detail["data"].take();
    detail.as_object_mut().expect("an object").remove("data");
    assert_eq!(detail, data);
    let created = text(&data["createdAt"]);
    let url = format!("/image/{id}.png");
    assert_eq!(
        data,
        json!({
            "id": id,
            "fileName": format!("{id}.png"),
            "description": "<b>\"A\" & b</b>",
            "isPublic": false,
            "createdAt": created,
            "updatedAt": null,
            "views": 0,
            "size": bytes.len(),
            "mimeType": "image/png",
            "width": 36,
            "height": 21,
            "supportsResize": true,
            "url": url,
            "src": url,
        })
    );
    // 2025-07-11T22:03:06.000000+00:00
    assert_eq!(created.len(), 32, "{created}");
    assert!(
        created.ends_with("+00:00") && created.as_bytes()[19] == b'.',
        "{created}"
    );
    slink.vitrine.get(&url).is(200);
}

#[test]
fn an_image_without_a_description_has_an_empty_one() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(9, 9));
    assert_eq!(slink.detail(&id)["description"], "");
}

#[test]
fn anothers_image_is_denied_and_an_unknown_one_is_not_found() {
    let slink = Slink::start();
    let id = slink.upload(&picture::png(9, 9));
    let path = format!("/api/image/{id}/detail");
    let stranger = slink.another("puppy");
    denies(slink.vitrine.send(&Request::get(&path).bearer(&stranger)));
    let owner = owner(&slink.vitrine);
    denies(slink.vitrine.send(&Request::get(&path).bearer(&owner)));
    for unknown in [NO_ID, "nonsense", &id[1..], &format!("{id}.png")] {
        finds_nothing(slink.get(&format!("/api/image/{unknown}/detail")));
    }
}
