//! `DELETE /{id}`: gone from every link and from the disk.

use serde_json::json;
use tests::{Request, Vitrine, picture};

#[test]
fn a_deleted_image_is_gone_from_every_link_and_from_the_disk() {
    let vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let id = vitrine.upload("wide.png", &picture::png(2600, 30));
    let links = ["", "/100", "/2400", "/original"].map(|rest| format!("/{id}{rest}"));
    for link in &links {
        vitrine.get(link).is(200);
    }
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    assert_eq!(
        vitrine.world().files("variants").len(),
        2,
        "100 and 2400 wide"
    );

    let answer = vitrine.delete(&id).is(200);
    assert_eq!(answer.json(), json!({ "deleted": id }));
    assert_eq!(answer.header("content-type"), "application/json");
    for link in &links {
        vitrine.get(link).refuses(404, "Image not found");
    }
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(vitrine.world().files("variants"), [""; 0]);
    vitrine.delete(&id).refuses(404, "Image not found");
}

#[test]
fn what_never_was_cannot_be_deleted() {
    let vitrine = Vitrine::start();
    vitrine.delete("aaaaaaaaaa").refuses(404, "Image not found");
    vitrine.delete("no-such-id").refuses(404, "Image not found");
}

#[test]
fn looking_with_head_deletes_nothing() {
    let vitrine = Vitrine::start();
    let id = vitrine.upload("a.png", &picture::png(30, 30));
    vitrine
        .send(&Request::head(&format!("/{id}")).bearer(vitrine.key()))
        .is(200);
    vitrine.get(&format!("/{id}")).is(200);
}

#[test]
fn the_twin_of_a_deleted_image_stays() {
    let vitrine = Vitrine::with(&[("prepare_sizes", "false")]);
    let bytes = picture::png(300, 30);
    let (first, second) = (
        vitrine.upload("a.png", &bytes),
        vitrine.upload("a.png", &bytes),
    );
    vitrine.get(&format!("/{first}/100")).is(200);
    vitrine.delete(&first).is(200);
    vitrine.get(&format!("/{first}/100")).is(404);
    assert!(vitrine.get(&format!("/{second}")).is(200).body == bytes);
    vitrine.get(&format!("/{second}/100")).is(200);
    vitrine.delete(&second).is(200);
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
    assert_eq!(vitrine.world().files("variants"), [""; 0]);
}
