//! Presets: addresses without a signature.

use tests::picture;

use super::*;

#[test]
fn presets_deliver_without_a_signature_until_they_are_deleted() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(480, 240), "");
    let make = |name: &str, params: &str| {
        tell(
            &vitrine,
            "POST",
            "/presets",
            json!({ "name": name, "params": params }),
        )
    };
    let thumb = make("thumb", "w_240,c_fill,f_webp,q_75").is(201).json();
    has_fields(&thumb, &["id", "name", "params", "createdAt"]);
    assert_eq!(
        text(&thumb, "params"),
        "w_240,c_fill,f_webp,q_75",
        "as it was given"
    );
    let open = make("open", "w_60").is(201).json();
    assert_eq!(
        ask(&vitrine, "GET", "/presets").is(200).json(),
        json!([open, thumb])
    );

    let base = text(&image, "deliveryBase");
    let of = |how: &str, file: &str| vitrine.get(&format!("{base}/{how}/{file}"));
    let own = id(&image);
    for how in ["preset:thumb", "preset%3Athumb", "preset%3athumb"] {
        let shown = of(how, &format!("{own}.webp")).is(200);
        assert_eq!(
            (shown.picture().width(), shown.picture().height()),
            (240, 120),
            "{how}"
        );
        assert_eq!(shown.header("cache-control"), "public, max-age=86400");
        assert!(!shown.header("etag").is_empty());
    }
    // The preset's own format wins; where it has none the ending decides.
    for (how, extension, format) in [
        ("preset:thumb", "png", "image/webp"),
        ("preset:open", "webp", "image/webp"),
        ("preset:open", "jpg", "image/jpeg"),
        ("preset:open", "jpeg", "image/jpeg"),
        ("preset:open", "png", "image/png"),
        ("preset:open", "avif", "image/avif"),
    ] {
        let shown = of(how, &format!("{own}.{extension}")).is(200);
        assert_eq!(shown.header("content-type"), format, "{how} {extension}");
    }
    for (how, file) in [
        ("preset:thumb", format!("{own}.gif")),
        ("preset:thumb", own.to_owned()),
        (
            "preset:thumb",
            "00112233-4455-4677-8899-aabbccddeeff.webp".to_owned(),
        ),
        ("preset:none", format!("{own}.webp")),
        ("preset:", format!("{own}.webp")),
        ("thumb", format!("{own}.webp")),
    ] {
        refused(&of(how, &file), 404, "not_found");
    }
    // Another account's preset shows another account's images.
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let kitten = vitrine.world().new_key(&["--account", "kitten"]);
    let form = Form::file("k.png", &picture::png(9, 9));
    let theirs = vitrine
        .send(&sent(&kitten, "POST", "/images", form))
        .is(201)
        .json();
    refused(
        &of("preset:thumb", &format!("{}.webp", id(&theirs))),
        404,
        "not_found",
    );
    let theirs_base = text(&theirs, "deliveryBase");
    refused(
        &vitrine.get(&format!("{theirs_base}/preset:thumb/{own}.webp")),
        404,
        "not_found",
    );
    refused(
        &with_key(
            &vitrine,
            &kitten,
            "DELETE",
            &format!("/presets/{}", id(&thumb)),
            None,
        ),
        404,
        "not_found",
    );

    refused(&make("thumb", "w_1"), 409, "conflict");
    for name in ["", "-a", "a b", "a:b", "ä", &"x".repeat(65)] {
        refused(&make(name, "w_1"), 400, "bad_request");
    }
    for params in ["w_0", "x", "c_crop", "w_1,w_1"] {
        refused(&make("new", params), 400, "invalid_transform");
    }
    for body in [
        json!({}),
        json!({ "name": "a" }),
        json!({ "params": "w_1" }),
        json!(7),
    ] {
        refused(
            &tell(&vitrine, "POST", "/presets", body),
            400,
            "bad_request",
        );
    }

    let gone = ask(&vitrine, "DELETE", &format!("/presets/{}", id(&thumb)))
        .is(200)
        .json();
    assert_eq!(gone, json!({ "deleted": true, "id": id(&thumb) }));
    refused(
        &of("preset:thumb", &format!("{own}.webp")),
        404,
        "not_found",
    );
    for nowhere in [id(&thumb), "x"] {
        refused(
            &ask(&vitrine, "DELETE", &format!("/presets/{nowhere}")),
            404,
            "not_found",
        );
    }
    make("thumb", "w_1").is(201);
}
