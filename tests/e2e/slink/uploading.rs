//! The three uploads: who may, what may be said along, what is answered.

use super::*;

#[test]
fn an_upload_by_token_tells_where_its_detail_is() {
    let slink = Slink::start();
    let answer = slink.post("a.png", &picture::png(9, 9), &[]).is(201);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.header("location"),
        format!("image/{}/detail", id(&answer))
    );
    assert_eq!(answer.json(), json!({ "id": id(&answer) }));
}

#[test]
fn guests_and_programs_receive_no_location() {
    let slink = Slink::with(&[("allow_guest_uploads", "true")]);
    let guest = slink
        .vitrine
        .send(&image(&picture::png(9, 9)).post("/api/guest/upload"))
        .is(201);
    assert_eq!(guest.header("location"), "");
    let request = image(&picture::png(9, 9)).post("/api/external/upload");
    let external = slink
        .vitrine
        .send(&request.bearer(slink.vitrine.key()))
        .is(201);
    assert_eq!(external.header("location"), "");
}

#[test]
fn a_programs_addresses_both_show_the_picture() {
    let slink = Slink::start();
    let request = image(&picture::webp(640, 400)).post("/api/external/upload");
    let answer = slink
        .vitrine
        .send(&request.bearer(slink.vitrine.key()))
        .is(201)
        .json();
    let id = text(&answer["id"]);
    assert_eq!(answer["url"], format!("/api/image/{id}.webp"));
    assert_eq!(
        answer["thumbnailUrl"],
        format!("/api/image/{id}_thumbnail.webp")
    );
    let thumbnail = slink
        .vitrine
        .get(&text(&answer["thumbnailUrl"]))
        .is(200)
        .picture();
    assert_eq!((thumbnail.width(), thumbnail.height()), (300, 300));
}

#[test]
fn guests_are_let_in_only_where_the_owner_says_so() {
    let slink = Slink::start();
    for method in ["POST", "PUT"] {
        denies(slink.vitrine.send(&sent(
            method,
            "/api/guest/upload",
            image(&picture::png(9, 9)),
        )));
    }
    assert_eq!(slink.vitrine.world().files("blobs"), [""; 0]);
}

#[test]
fn a_guests_image_is_nobodys_and_public() {
    let slink = Slink::with(&[("allow_guest_uploads", "true")]);
    let form = image(&picture::png(9, 9)).with_text("isPublic", "false");
    let id = id(&slink.vitrine.send(&form.post("/api/guest/upload")).is(201));
    let item = slink.get("/api/images/1").is(200).json()["data"][0].clone();
    assert_eq!(item["id"], id);
    assert_eq!(item["attributes"]["isPublic"], true);
    assert_eq!(
        item["owner"],
        json!({
            "id": "guest",
            "email": "guest@localhost",
            "username": "guest",
            "displayName": "Anonymous",
        })
    );
    let path = format!("/api/image/{id}");
    denies(slink.get(&format!("{path}/detail")));
    denies(slink.json("PATCH", &path, &json!({ "description": "mine" })));
    denies(slink.send(Request::delete(&path)));
    let owner = owner(&slink.vitrine);
    denies(slink.vitrine.send(&Request::delete(&path).bearer(&owner)));
    let admin = Request::delete(&format!("/api/admin/image/{id}")).bearer(&owner);
    slink.vitrine.send(&admin).is(204);
}

#[test]
fn guests_have_a_limit_of_their_own() {
    let slink = Slink::with(&[
        ("allow_guest_uploads", "true"),
        ("rate_limit_guest_uploads_per_minute", "1"),
    ]);
    let guest = || {
        slink
            .vitrine
            .send(&image(&picture::png(9, 9)).post("/api/guest/upload"))
    };
    guest().is(201);
    let refused = guest();
    assert_ne!(refused.header("retry-after"), "");
    refusal(refused, 429);
    slink.upload(&picture::png(9, 9));
}

#[test]
fn uploads_beyond_the_limit_are_asked_to_retry_later() {
    let slink = Slink::with(&[("rate_limit_uploads_per_minute", "1")]);
    slink.upload(&picture::png(9, 9));
    let refused = slink.post("a", &picture::png(9, 9), &[]);
    assert_ne!(refused.header("retry-after"), "");
    let error = refusal(refused, 429);
    assert_eq!(
        error["title"],
        "Symfony.Component.HttpKernel.Exception.TooManyRequestsHttpException"
    );
}

#[test]
fn an_image_is_private_unless_it_is_said_to_be_public() {
    let slink = Slink::start();
    assert_eq!(
        slink.detail(&slink.upload(&picture::png(9, 9)))["isPublic"],
        false
    );
    for (said, public) in [
        ("true", true),
        ("1", true),
        ("on", true),
        ("YES", true),
        ("false", false),
        ("0", false),
        ("off", false),
        ("no", false),
        ("", false),
    ] {
        let id = slink.upload_saying(&picture::png(9, 9), &[("isPublic", said)]);
        assert_eq!(slink.detail(&id)["isPublic"], public, "{said}");
    }
    breaks(
        slink.post("a", &picture::png(9, 9), &[("isPublic", "perhaps")]),
        "isPublic",
        "This value should be of type bool.",
    );
}

#[test]
fn a_description_has_at_most_255_characters() {
    let slink = Slink::start();
    let longest = "é".repeat(255);
    let id = slink.upload_saying(&picture::png(9, 9), &[("description", &longest)]);
    assert_eq!(slink.detail(&id)["description"], longest);
    let stored = slink.vitrine.world().files("blobs").len();
    breaks(
        slink.post(
            "a",
            &picture::png(8, 8),
            &[("description", &"é".repeat(256))],
        ),
        "description",
        "This value is too long. It should have 255 characters or less.",
    );
    assert_eq!(slink.vitrine.world().files("blobs").len(), stored);
    assert_eq!(slink.vitrine.world().files("incoming"), [""; 0]);
}

#[test]
fn tags_collections_and_others_are_taken_and_left() {
    let slink = Slink::start();
    slink.upload_saying(
        &picture::png(9, 9),
        &[
            ("tagIds[]", NO_ID),
            ("collectionIds[]", NO_ID),
            ("else", "x"),
        ],
    );
}

#[test]
fn where_only_public_images_are_allowed_all_are_public_and_all_are_listed() {
    let slink = Slink::with(&[("allow_only_public_images", "true")]);
    let id = slink.upload_saying(&picture::png(9, 9), &[("isPublic", "false")]);
    assert_eq!(slink.detail(&id)["isPublic"], true);
    slink
        .json(
            "PATCH",
            &format!("/api/image/{id}"),
            &json!({ "isPublic": false }),
        )
        .is(204);
    assert_eq!(slink.detail(&id)["isPublic"], true);
    assert_eq!(slink.listed("/api/images/1"), [id]);
    // Private uploads through another dialect are listed as well.
    slink.vitrine.upload("b.png", &picture::png(8, 8));
    assert_eq!(slink.listed("/api/images/1").len(), 2);
}

#[test]
fn the_same_bytes_twice_are_two_images_unless_the_owner_wants_one() {
    let bytes = picture::jpeg_turned(20, 10, 6);
    let slink = Slink::start();
    assert_ne!(slink.upload(&bytes), slink.upload(&bytes));

    let slink = Slink::with(&[("deduplicate", "true")]);
    let id = slink.upload(&bytes);
    let error = refusal(slink.post("again", &bytes, &[]), 400);
    assert_eq!(
        error["title"],
        "Slink.Image.Domain.Exception.DuplicateImageException"
    );
    assert_eq!(error["message"], "Specification Error");
    let uploaded_at = slink.detail(&id)["createdAt"].clone();
    assert_eq!(
        error["violations"],
        json!([{
            "property": "duplicate_image",
            "message": format!("Image already exists: {id}"),
            "data": {
                "imageId": id,
                "uploadedAt": uploaded_at,
                "existingImageUrl": format!("/image/{id}.jpg"),
            },
        }])
    );
    let another = slink.another("puppy");
    let request = image(&bytes).post("/api/upload").bearer(&another);
    slink.vitrine.send(&request).is(201);
    slink
        .send(Request::delete(&format!("/api/image/{id}")))
        .is(204);
    slink.upload(&bytes);
}

#[test]
fn an_upload_sent_again_with_its_idempotency_key_answers_the_same() {
    let slink = Slink::with(&[("allow_guest_uploads", "true")]);
    let key = slink.vitrine.key();
    for (path, bearer) in [
        ("/api/upload", Some(&*slink.token)),
        ("/api/guest/upload", None),
        ("/api/external/upload", Some(key)),
    ] {
        let send = |bytes: &[u8]| {
            let request = image(bytes).post(path).header("Idempotency-Key", "one");
            let request = match bearer {
                Some(token) => request.bearer(token),
                None => request,
            };
            slink.vitrine.send(&request)
        };
        // What is kept is not what is sent: the key belongs to the latter.
        let bytes = picture::tiff(20, 10);
        let first = send(&bytes).is(201);
        let again = send(&bytes).is(201);
        assert_eq!(first.body, again.body, "{path}");
        assert_eq!(first.header("location"), again.header("location"), "{path}");
        assert_eq!(first.header("content-type"), again.header("content-type"));
        breaks_all(send(&picture::tiff(21, 10)), &["Idempotency-Key"]);
    }
    assert_eq!(slink.vitrine.world().files("blobs").len(), 1);
    let request = image(&picture::png(9, 9)).post("/api/upload");
    refusal(
        slink.send(request.header("Idempotency-Key", "x".repeat(129))),
        400,
    );
}

#[test]
fn a_key_without_the_scope_uploads_nothing() {
    let slink = Slink::start();
    let key = slink
        .vitrine
        .world()
        .new_key(&["--scopes", "delete,manage"]);
    let request = image(&picture::png(9, 9)).post("/api/external/upload");
    denies(slink.vitrine.send(&request.bearer(&key)));
}

#[test]
fn a_program_without_a_key_or_with_a_token_must_authenticate() {
    let slink = Slink::start();
    let request = || image(&picture::png(9, 9)).post("/api/external/upload");
    let words = "Full authentication is required to access this resource.";
    refuses(slink.vitrine.send(&request()), 401, HTTP, words);
    refuses(slink.send(request()), 401, HTTP, words);
    refuses(
        slink.vitrine.send(&request().bearer("isk_x")),
        401,
        HTTP,
        words,
    );
    for wrong in ["sk_wrong", "sk_"] {
        let error = refusal(slink.vitrine.send(&request().bearer(wrong)), 401);
        assert_eq!(
            error,
            json!({ "message": "Authentication failed", "code": "INVALID_API_KEY" }),
            "{wrong}"
        );
    }
}

#[test]
fn an_expired_key_and_one_of_an_account_that_is_gone_are_refused() {
    let slink = Slink::start();
    let world = slink.vitrine.world();
    let upload = |key: &str| {
        let request = image(&picture::png(9, 9)).post("/api/external/upload");
        slink.vitrine.send(&request.bearer(key))
    };
    let expiring = world.new_key(&["--expires", "1s"]);
    let refused = tests::until("the key has expired", || {
        let answer = upload(&expiring);
        (answer.status != 201).then_some(answer)
    });
    assert_eq!(refusal(refused, 401)["code"], "INVALID_API_KEY");
    slink.another("puppy");
    let key = world.new_key(&["--account", "puppy"]);
    upload(&key).is(201);
    slink
        .vitrine
        .run(&["account", "remove", "puppy", "--with-images"])
        .ended(0);
    assert_eq!(refusal(upload(&key), 401)["code"], "INVALID_API_KEY");
}
