//! Keys for programs, and the configuration for ShareX.

use super::*;

fn make(slink: &Slink, body: &Value) -> Answer {
    slink.json("POST", "/api/user/api-keys", body)
}

fn key(slink: &Slink, name: &str) -> Value {
    make(slink, &json!({ "name": name })).is(200).json()
}

fn upload_with(slink: &Slink, key: &str) -> Answer {
    let request = image(&picture::png(5, 5)).post("/api/external/upload");
    slink.vitrine.send(&request.bearer(key))
}

#[test]
fn a_key_is_shown_once_and_is_valid_for_external_uploads() {
    let slink = Slink::start();
    let made = key(&slink, "phone");
    assert_eq!(made.as_object().expect("an object").len(), 3, "{made}");
    assert_eq!(made["name"], "phone");
    let (secret, key_id) = (text(&made["key"]), text(&made["keyId"]));
    assert!(secret.starts_with("sk_") && is_uuid(&key_id), "{made}");
    let id = id(&upload_with(&slink, &secret).is(201));
    assert_eq!(
        slink.detail(&id)["id"],
        json!(id),
        "the image is the key's account's"
    );

    let listed = slink.get("/api/user/api-keys").is(200).json();
    let one = &listed["data"][0];
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        one,
        &json!({
            "id": key_id,
            "name": "phone",
            "createdAt": one["createdAt"],
            "expiresAt": null,
            "lastUsedAt": one["lastUsedAt"],
            "isExpired": false,
        })
    );
    assert!(text(&one["createdAt"]).ends_with("+00:00"), "{one}");
    assert!(one["lastUsedAt"].is_string(), "{one}");
    assert!(!listed.to_string().contains(&secret));
}

#[test]
fn a_keys_name_and_end_are_checked() {
    let slink = Slink::start();
    for name in [json!(""), json!("x".repeat(101)), json!(7), Value::Null] {
        breaks_all(make(&slink, &json!({ "name": name })), &["name"]);
    }
    breaks(
        make(
            &slink,
            &json!({ "name": "a", "expiresAt": "2020-01-01T00:00:00Z" }),
        ),
        "expiresAt",
        "The expiry date must be in the future.",
    );
    breaks_all(
        make(&slink, &json!({ "name": "a", "expiresAt": "soon" })),
        &["expiresAt"],
    );
    breaks_all(
        make(&slink, &json!({ "name": "a", "expiresAt": 5 })),
        &["expiresAt"],
    );
    breaks_all(
        make(
            &slink,
            &json!({ "name": "a", "expiresAt": "9999-12-31T00:00:00Z" }),
        ),
        &["expiresAt"],
    );
    assert_eq!(slink.get("/api/user/api-keys").json()["data"], json!([]));
    make(
        &slink,
        &json!({ "name": "x".repeat(100), "expiresAt": "2100-01-01T00:00:00+02:00" }),
    )
    .is(200);
    let listed = slink.get("/api/user/api-keys").is(200).json();
    assert_eq!(
        listed["data"][0]["expiresAt"],
        "2099-12-31T22:00:00.000000+00:00"
    );
}

#[test]
fn a_revoked_key_is_dead_at_once_and_others_keys_are_out_of_reach() {
    let slink = Slink::start();
    let made = key(&slink, "phone");
    let path = format!("/api/user/api-keys/{}", text(&made["keyId"]));
    let stranger = slink.another("puppy");
    finds_nothing(
        slink
            .vitrine
            .send(&Request::delete(&path).bearer(&stranger)),
    );
    let theirs = slink
        .vitrine
        .send(&Request::get("/api/user/api-keys").bearer(&stranger));
    assert_eq!(theirs.is(200).json()["data"], json!([]));
    upload_with(&slink, &text(&made["key"])).is(201);

    assert!(slink.send(Request::delete(&path)).is(204).body.is_empty());
    finds_nothing(slink.send(Request::delete(&path)));
    let refused = upload_with(&slink, &text(&made["key"]));
    assert_eq!(refused.status, 401, "{refused}");
    assert_eq!(
        refused.json(),
        json!({"error": {"message": "Authentication failed", "code": "INVALID_API_KEY"}})
    );
}

#[test]
fn the_sharex_configuration_describes_uploads_to_this_server() {
    let slink = Slink::start();
    let secret = text(&key(&slink, "sharex")["key"]);
    let base = "https://pictures.example";
    let expected = json!({
        "Version": "14.1.0",
        "Name": "Slink Image Upload",
        "DestinationType": "ImageUploader",
        "RequestMethod": "POST",
        "RequestURL": format!("{base}/api/external/upload"),
        "Headers": { "Authorization": format!("Bearer {secret}"), "Origin": base },
        "Body": "MultipartFormData",
        "FileFormName": "image",
        "URL": format!("{base}/{{json:url}}"),
        "ThumbnailURL": format!("{base}/{{json:thumbnailUrl}}"),
    });
    let path = "/api/user/sharex-config";
    let asked = format!("{path}?baseUrl=https%3A%2F%2Fpictures.example&apiKey={secret}");
    assert_eq!(slink.get(&asked).is(200).json(), expected);
    let body = json!({ "baseUrl": base, "apiKey": secret });
    assert_eq!(slink.json("POST", path, &body).is(200).json(), expected);
    let bare = slink.get(&format!("{path}?apiKey={secret}")).is(200).json();
    assert_eq!(bare["Headers"]["Origin"], json!(slink.vitrine.base()));
}

#[test]
fn sharex_gets_nothing_for_a_key_that_is_not_ones_own() {
    let slink = Slink::start();
    let path = "/api/user/sharex-config";
    for secret in [slink.vitrine.key(), "sk_unknown"] {
        finds_nothing(slink.get(&format!("{path}?apiKey={secret}")));
        finds_nothing(slink.json("POST", path, &json!({ "apiKey": secret })));
    }
    breaks_all(slink.get(path), &["apiKey"]);
    let secret = text(&key(&slink, "sharex")["key"]);
    for base in ["ftp://x", "javascript:alert(1)", "x", "https://a/?b"] {
        let body = json!({ "baseUrl": base, "apiKey": secret });
        breaks_all(slink.json("POST", path, &body), &["baseUrl"]);
    }
}

/// What ShareX does: its template glues the base, a slash and the answer's address, which has one already.
#[test]
fn an_upload_as_sharex_is_configured_ends_at_the_picture() {
    let slink = Slink::start();
    let secret = text(&key(&slink, "sharex")["key"]);
    let answer = upload_with(&slink, &secret).is(201).json();
    for member in ["url", "thumbnailUrl"] {
        let address = text(&answer[member]);
        for path in [address.clone(), format!("/{address}")] {
            slink.vitrine.get(&path).is(200).picture();
        }
    }
}
