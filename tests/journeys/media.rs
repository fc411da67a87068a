//! The door `media`: images in folders, signed addresses, presets. The first test has the documentation's own
//! command lines, verbatim but for host, key, file and id.

use serde_json::{Value, json};
use tests::vitrine::Ran;
use tests::{Answer, Form, Request, Vitrine, picture};

const UPLOAD: &str = r#"curl -X POST https://api-images.amr-dev.online/api/v1/images \
-H "X-Api-Key: YOUR_API_KEY" \
-F "folder=products/shoes" \
-F "file=@photo.jpg""#;

const SIGN: &str = r#"curl -X POST https://api-images.amr-dev.online/api/v1/sign \
-H "X-Api-Key: YOUR_API_KEY" -H "Content-Type: application/json" \
-d '{"imageId":"IMAGE_ID","transform":"w_600,f_webp,q_80"}'"#;

const SIGNED_FOR_A_DAY: &str = "public, max-age=86400, stale-while-revalidate=31536000";

fn shell(vitrine: &Vitrine, line: &str) -> Value {
    let line = line
        .replace("https://api-images.amr-dev.online", &vitrine.base())
        .replace("YOUR_API_KEY", vitrine.key());
    let mut command = vitrine.world().command("sh");
    command.args(["-c", &line]);
    let ran = Ran::of(command, b"").ended(0);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn with_key(
    vitrine: &Vitrine,
    key: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::new(method, &format!("/api/v1{path}")).header("X-Api-Key", key);
    if let Some(body) = body {
        request = request
            .header("Content-Type", "application/json")
            .body(body.to_string());
    }
    vitrine.send(&request)
}

/// Asks without a body.
fn ask(vitrine: &Vitrine, method: &str, path: &str) -> Answer {
    with_key(vitrine, vitrine.key(), method, path, None)
}

fn tell(vitrine: &Vitrine, method: &str, path: &str, body: Value) -> Answer {
    with_key(vitrine, vitrine.key(), method, path, Some(&body))
}

fn sent(key: &str, method: &str, path: &str, form: Form) -> Request {
    Request::new(method, &format!("/api/v1{path}"))
        .header("X-Api-Key", key)
        .header("Content-Type", Form::content_type())
        .body(form.finish())
}

fn upload(vitrine: &Vitrine, form: Form) -> Answer {
    vitrine.send(&sent(vitrine.key(), "POST", "/images", form))
}

/// Uploads a picture that must be taken, and answers what is said of it.
#[track_caller]
fn put(vitrine: &Vitrine, name: &str, bytes: &[u8], folder: &str) -> Value {
    let form = Form::new().with_text("folder", folder);
    upload(vitrine, form.with_file("file", name, bytes))
        .is(201)
        .json()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} is no text: {value}"))
}

fn id(image: &Value) -> &str {
    text(image, "id")
}

/// Signs a transform, and answers the path of its address.
#[track_caller]
fn signed(vitrine: &Vitrine, id: &str, transform: &str) -> String {
    let signed = tell(
        vitrine,
        "POST",
        "/sign",
        json!({ "imageId": id, "transform": transform }),
    );
    let url = text(&signed.is(200).json(), "url").to_owned();
    let path = url.strip_prefix(&vitrine.base());
    path.expect("an address of this server").to_owned()
}

/// Asserts a refusal: a sentence, this code, and that nobody may keep it.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    let body = answer.json();
    assert_eq!(body["code"], code, "{answer}");
    assert!(!text(&body, "error").is_empty(), "{answer}");
    assert_eq!(
        body.as_object().map(serde_json::Map::len),
        Some(2),
        "{answer}"
    );
}

/// Asserts that an object has these fields and no others.
#[track_caller]
fn has_fields(value: &Value, fields: &[&str]) {
    let found = value.as_object().expect("an object").keys();
    let (mut found, mut fields): (Vec<_>, _) = (found.collect(), fields.to_vec());
    found.sort();
    fields.sort_unstable();
    assert_eq!(found, fields);
}

fn listed(vitrine: &Vitrine, query: &str) -> Vec<String> {
    let list = ask(vitrine, "GET", &format!("/images{query}"))
        .is(200)
        .json();
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| text(item, "originalName").to_owned())
        .collect()
}

#[test]
fn the_documented_curl_lines_upload_and_sign() {
    let vitrine = Vitrine::start();
    vitrine.world().file("photo.jpg", &picture::jpeg(1200, 800));
    let image = shell(&vitrine, UPLOAD);
    assert_eq!(text(&image, "folder"), "products/shoes");
    let thumbnail = vitrine.get(
        text(&image, "thumbnailUrl")
            .strip_prefix(&vitrine.base())
            .expect("ours"),
    );
    assert_eq!(thumbnail.is(200).picture().width(), 240);

    let signed = shell(&vitrine, &SIGN.replace("IMAGE_ID", id(&image)));
    has_fields(&signed, &["url", "canonical", "format"]);
    assert_eq!(text(&signed, "canonical"), "w_600,f_webp,q_80");
    assert_eq!(text(&signed, "format"), "webp");
    let url = text(&signed, "url");
    let base = format!("{}{}/", vitrine.base(), text(&image, "deliveryBase"));
    let rest = url
        .strip_prefix(&base)
        .expect("it begins with the delivery base");
    let (signature, rest) = rest.split_once('/').expect("a signature");
    assert_eq!(signature.len(), 32);
    assert_eq!(rest, format!("w_600,f_webp,q_80/{}.webp", id(&image)));
    let shown = vitrine
        .get(url.strip_prefix(&vitrine.base()).expect("ours"))
        .is(200);
    assert_eq!(shown.header("content-type"), "image/webp");
    assert_eq!(
        (shown.picture().width(), shown.picture().height()),
        (600, 400)
    );
}

#[test]
fn an_upload_is_answered_with_every_field_in_its_order() {
    let vitrine = Vitrine::start();
    let bytes = picture::jpeg_turned(800, 1200, 6);
    let answer = upload(&vitrine, Form::file("photo.jpg", &bytes)).is(201);
    assert_eq!(answer.header("content-type"), "application/json");
    let image = answer.json();
    has_fields(
        &image,
        &[
            "id",
            "originalName",
            "folder",
            "format",
            "width",
            "height",
            "bytes",
            "deliveryBase",
            "thumbnailUrl",
            "createdAt",
            "updatedAt",
        ],
    );
    let body = String::from_utf8_lossy(&answer.body);
    assert!(body.starts_with(&format!(
        r#"{{"id":"{}","originalName":"photo.jpg","folder":"","format":"jpeg","width":1200,"height":800,"bytes":{},"deliveryBase":""#,
        id(&image),
        bytes.len(),
    )), "{body}");
    assert_eq!(text(&image, "originalName"), "photo.jpg");
    assert_eq!(text(&image, "folder"), "");
    assert_eq!(text(&image, "format"), "jpeg");
    assert_eq!(
        (&image["width"], &image["height"]),
        (&json!(1200), &json!(800)),
        "as displayed"
    );
    assert_eq!(image["bytes"], json!(bytes.len()));
    let base = text(&image, "deliveryBase");
    let client = base.strip_prefix("/t/").expect("a path");
    assert!(client.len() == 12 && client.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let id = id(&image);
    assert_eq!((id.len(), id.to_lowercase()), (36, id.to_owned()));
    let thumbnail = text(&image, "thumbnailUrl");
    assert!(thumbnail.starts_with(&format!("{}{base}/", vitrine.base())));
    assert!(thumbnail.ends_with(&format!("/w_240,f_webp,q_75/{id}.webp")));
    for time in ["createdAt", "updatedAt"] {
        assert!(text(&image, time).ends_with('Z') && text(&image, time).contains('T'));
    }
    assert_eq!(
        ask(&vitrine, "GET", &format!("/images/{id}"))
            .is(200)
            .json(),
        image
    );
    assert_eq!(
        ask(&vitrine, "GET", &format!("/images/{id}/"))
            .is(200)
            .json(),
        image
    );
}

#[test]
fn every_input_format_is_taken_and_shown_in_every_output_format() {
    let vitrine = Vitrine::start();
    let jpeg = put(&vitrine, "a", &picture::jpeg(40, 20), "");
    let avif = vitrine.get(&signed(&vitrine, id(&jpeg), "f_avif")).is(200);
    let inputs = [
        ("jpeg", picture::jpeg(40, 20)),
        ("png", picture::png(40, 20)),
        ("webp", picture::webp(40, 20)),
        ("gif", picture::gif(40, 20)),
        ("tiff", picture::tiff(40, 20)),
        ("bmp", picture::bmp(40, 20)),
        ("avif", avif.body),
    ];
    for (format, bytes) in inputs {
        // Neither name nor type is believed.
        let part = "Content-Disposition: form-data; name=\"file\"; filename=\"song.mp3\"\r\nContent-Type: audio/mpeg";
        let image = upload(&vitrine, Form::new().with_part(part, &bytes))
            .is(201)
            .json();
        assert_eq!(text(&image, "format"), format);
        for (output, extension) in [
            ("webp", "webp"),
            ("jpeg", "jpg"),
            ("png", "png"),
            ("avif", "avif"),
        ] {
            let path = signed(&vitrine, id(&image), &format!("w_20,f_{output}"));
            assert!(path.ends_with(&format!(".{extension}")), "{path}");
            let shown = vitrine.get(&path).is(200);
            assert_eq!(
                shown.header("content-type"),
                format!("image/{output}"),
                "{format}"
            );
        }
    }
}

#[test]
fn uploads_that_are_no_picture_are_refused_and_nothing_is_kept() {
    let vitrine = Vitrine::with(&[("max_upload_bytes", "100000")]);
    let png = picture::png(20, 20);
    let file = |bytes: &[u8]| upload(&vitrine, Form::file("a.png", bytes));
    let in_folder = |folder: &str| {
        upload(
            &vitrine,
            Form::file("a.png", &png).with_text("folder", folder),
        )
    };
    refused(
        &upload(&vitrine, Form::new().with_text("folder", "a")),
        400,
        "no_file",
    );
    refused(
        &upload(&vitrine, Form::new().with_file("file", "", b"")),
        400,
        "no_file",
    );
    refused(
        &tell(&vitrine, "POST", "/images", json!({ "file": "x" })),
        400,
        "no_file",
    );
    refused(&ask(&vitrine, "POST", "/images"), 400, "no_file");
    refused(&file(b"no picture"), 415, "unsupported_type");
    refused(
        &file(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        415,
        "unsupported_type",
    );
    refused(&file(b"%PDF-1.7"), 415, "unsupported_type");
    refused(&file(b""), 422, "invalid_image");
    refused(
        &file(&picture::cut_off(&picture::jpeg(200, 200), 5)),
        422,
        "invalid_image",
    );
    refused(&file(&picture::bomb(60_000, 60_000)), 422, "invalid_image");
    refused(&file(&picture::noise(300, 300, 1)), 413, "file_too_large");
    for folder in [
        "..",
        "a/../b",
        ".",
        "a\tb",
        &"x".repeat(101),
        &vec!["a"; 17].join("/"),
    ] {
        refused(&in_folder(folder), 400, "bad_request");
    }
    assert_eq!(ask(&vitrine, "GET", "/folders").is(200).json(), json!([]));
    assert_eq!(listed(&vitrine, ""), [""; 0]);
    assert!(vitrine.world().files("blobs").is_empty());
    assert!(vitrine.world().files("incoming").is_empty());

    // And what looks odd is fine.
    in_folder(" /a// b/ ").is(201);
    in_folder("").is(201);
    in_folder("/").is(201);
}

#[test]
fn an_icon_is_not_among_the_inputs() {
    let vitrine = Vitrine::start();
    let png = picture::png(16, 16);
    let mut icon = vec![0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0];
    icon.extend(u32::try_from(png.len()).expect("small").to_le_bytes());
    icon.extend(22_u32.to_le_bytes());
    icon.extend(png);
    refused(
        &upload(&vitrine, Form::file("a.ico", &icon)),
        415,
        "unsupported_type",
    );
}

#[test]
fn without_a_good_key_nothing_is_done() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(20, 20), "a");
    let one = format!("/images/{}", id(&image));
    for (method, path) in [
        ("POST", "/images"),
        ("GET", "/images"),
        ("GET", &*one),
        ("PUT", &*one),
        ("DELETE", &*one),
        ("GET", "/folders"),
        ("POST", "/folders"),
        ("PATCH", "/folders/x"),
        ("DELETE", "/folders/x"),
        ("GET", "/search?q=a"),
        ("POST", "/sign"),
        ("GET", "/presets"),
        ("POST", "/presets"),
        ("DELETE", "/presets/x"),
    ] {
        let bare = vitrine.send(&Request::new(method, &format!("/api/v1{path}")));
        refused(&bare, 401, "unauthorized");
        for key in ["", "sk_wrong", "isk_your_api_key_here"] {
            let answer = with_key(&vitrine, key, method, path, None);
            // Too many wrong keys from one address are held up; that is told as well.
            assert!(
                matches!(answer.status, 401 | 429),
                "{method} {path}: {answer}"
            );
        }
    }
    ask(&vitrine, "GET", &one).is(200);
}

#[test]
fn a_key_does_what_its_scopes_say() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(20, 20), "a");
    let one = format!("/images/{}", id(&image));
    let key = |scopes: &str| vitrine.world().new_key(&["--scopes", scopes]);
    let (sender, keeper, remover) = (key("upload"), key("manage"), key("delete"));
    let file = || Form::file("b.png", &picture::png(21, 20));

    let managing = [
        ("GET", "/images", None),
        ("GET", &*one, None),
        ("GET", "/search?q=a", None),
        ("GET", "/folders", None),
        ("POST", "/folders", Some(json!({ "path": "b" }))),
        ("GET", "/presets", None),
        (
            "POST",
            "/presets",
            Some(json!({ "name": "p", "params": "w_1" })),
        ),
    ];
    for (method, path, body) in &managing {
        for key in [&sender, &remover] {
            refused(
                &with_key(&vitrine, key, method, path, body.as_ref()),
                403,
                "forbidden",
            );
        }
        let done = with_key(&vitrine, &keeper, method, path, body.as_ref());
        assert!(done.status < 300, "{method} {path}: {done}");
    }
    for key in [&sender, &remover] {
        let replace = sent(key, "PUT", &one, file());
        refused(&vitrine.send(&replace), 403, "forbidden");
    }
    vitrine.send(&sent(&keeper, "PUT", &one, file())).is(200);
    for key in [&keeper, &remover] {
        refused(
            &vitrine.send(&sent(key, "POST", "/images", file())),
            403,
            "forbidden",
        );
    }
    vitrine
        .send(&sent(&sender, "POST", "/images", file()))
        .is(201);
    let wish = json!({ "imageId": id(&image) });
    for key in [&sender, &keeper] {
        with_key(&vitrine, key, "POST", "/sign", Some(&wish)).is(200);
    }
    refused(
        &with_key(&vitrine, &remover, "POST", "/sign", Some(&wish)),
        403,
        "forbidden",
    );
    for key in [&sender, &keeper] {
        refused(
            &with_key(&vitrine, key, "DELETE", &one, None),
            403,
            "forbidden",
        );
    }
    with_key(&vitrine, &remover, "DELETE", &one, None).is(200);
}

#[test]
fn a_list_has_pages_of_which_none_is_too_large() {
    let vitrine = Vitrine::start();
    for number in 0..30 {
        put(
            &vitrine,
            &format!("{number:02}.png"),
            &picture::png(9, 9),
            "",
        );
    }
    let list = |query: &str| {
        ask(&vitrine, "GET", &format!("/images{query}"))
            .is(200)
            .json()
    };
    let first = list("?folder=&q=&page=1&pageSize=24");
    has_fields(&first, &["items", "total", "page", "pageSize"]);
    assert_eq!(first, list(""), "the documented template is the default");
    assert_eq!(first["items"].as_array().map(Vec::len), Some(24));
    assert_eq!(
        text(&first["items"][0], "originalName"),
        "29.png",
        "newest first"
    );
    for (query, items, page, page_size) in [
        ("?page=2", 6, 2, 24),
        ("?page=3", 0, 3, 24),
        ("?pageSize=7&page=5", 2, 5, 7),
        ("?page=0&pageSize=0", 1, 1, 1),
        ("?page=-1&pageSize=-1", 1, 1, 1),
        ("?pageSize=1000", 30, 1, 100),
        ("?page=x&pageSize=x", 24, 1, 24),
    ] {
        let list = list(query);
        assert_eq!(
            list["items"].as_array().map(Vec::len),
            Some(items),
            "{query}"
        );
        let told = (&list["total"], &list["page"], &list["pageSize"]);
        assert_eq!(
            told,
            (&json!(30), &json!(page), &json!(page_size)),
            "{query}"
        );
    }
    let far = list("?page=99999999999999999999999999");
    assert_eq!((&far["items"], &far["total"]), (&json!([]), &json!(30)));
}

#[test]
fn a_list_is_filtered_by_folder_and_by_name() {
    let vitrine = Vitrine::start();
    put(&vitrine, "Root Été.png", &picture::png(9, 9), "");
    put(&vitrine, "shoe.png", &picture::png(9, 9), "products/shoes");
    put(&vitrine, "100%_'.png", &picture::png(9, 9), "products");
    for (query, names) in [
        ("?folder=/", &["Root Été.png"][..]),
        ("?folder=products", &["100%_'.png"]),
        ("?folder=products/shoes", &["shoe.png"]),
        ("?folder=%2Fproducts%2Fshoes%2F", &["shoe.png"]),
        ("?folder=nowhere", &[]),
        ("?q=%C3%89T%C3%89", &["Root Été.png"]),
        ("?q=%25", &["100%_'.png"]),
        ("?q=_", &["100%_'.png"]),
        ("?q='", &["100%_'.png"]),
        ("?q=*", &[]),
        ("?q=%22", &[]),
        ("?q=.PNG&folder=products/shoes", &["shoe.png"]),
        ("?q=shoes", &[]),
    ] {
        assert_eq!(listed(&vitrine, query), names, "{query}");
    }
    refused(
        &ask(&vitrine, "GET", "/images?folder=.."),
        400,
        "bad_request",
    );
}

#[test]
fn images_of_every_door_are_listed_and_shown_here() {
    let vitrine = Vitrine::start();
    vitrine.upload("through imgs.png", &picture::png(300, 20));
    let list = ask(&vitrine, "GET", "/images").is(200).json();
    let image = &list["items"][0];
    assert_eq!(text(image, "originalName"), "through imgs.png");
    let shown = vitrine.get(&signed(&vitrine, id(image), "w_30")).is(200);
    assert_eq!(shown.picture().width(), 30);
    // And another account's are not.
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let kitten = vitrine.world().new_key(&["--account", "kitten"]);
    let theirs = with_key(&vitrine, &kitten, "GET", "/images", None)
        .is(200)
        .json();
    assert_eq!(theirs["total"], 0);
    let one = format!("/images/{}", id(image));
    for (method, path) in [("GET", &one), ("DELETE", &one)] {
        refused(
            &with_key(&vitrine, &kitten, method, path, None),
            404,
            "not_found",
        );
    }
    let wish = json!({ "imageId": id(image) });
    refused(
        &with_key(&vitrine, &kitten, "POST", "/sign", Some(&wish)),
        404,
        "not_found",
    );
    let form = Form::file("b.png", &picture::png(9, 9));
    refused(
        &vitrine.send(&sent(&kitten, "PUT", &one, form)),
        404,
        "not_found",
    );
    ask(&vitrine, "GET", &one).is(200);
}

#[test]
fn replacing_keeps_id_and_addresses_and_shows_the_new_picture_at_once() {
    let vitrine = Vitrine::start();
    let before = put(&vitrine, "old.jpg", &picture::jpeg(600, 300), "a");
    let one = format!("/images/{}", id(&before));
    let address = signed(&vitrine, id(&before), "w_60");
    let old = vitrine.get(&address).is(200);
    assert_eq!(old.picture().height(), 30);
    for (method, size) in [("PUT", 400), ("POST", 500), ("PATCH", 600)] {
        let bytes = picture::png(size, size);
        let form = Form::file(&format!("{method}.png"), &bytes);
        let now = vitrine
            .send(&sent(vitrine.key(), method, &one, form))
            .is(200)
            .json();
        assert_eq!(id(&now), id(&before));
        assert_eq!(text(&now, "originalName"), format!("{method}.png"));
        assert_eq!((text(&now, "format"), text(&now, "folder")), ("png", "a"));
        assert_eq!(
            (&now["width"], &now["bytes"]),
            (&json!(size), &json!(bytes.len()))
        );
        assert_eq!(now["thumbnailUrl"], before["thumbnailUrl"]);
        assert_eq!(now["createdAt"], before["createdAt"]);
        assert!(text(&now, "updatedAt") > text(&before, "updatedAt"));
        let shown = vitrine.get(&address).is(200);
        assert_eq!(shown.picture().height(), 60);
        assert_ne!(shown.header("etag"), old.header("etag"));
        assert_eq!(shown.header("cache-control"), SIGNED_FOR_A_DAY);
        assert_eq!(ask(&vitrine, "GET", &one).is(200).json(), now);
        assert_eq!(
            vitrine.world().files("blobs").len(),
            1,
            "the old bytes are gone"
        );
        assert_eq!(
            vitrine
                .world()
                .files("variants")
                .iter()
                .filter(|file| file.contains("webp"))
                .count(),
            1
        );
    }
    // What is no picture replaces nothing.
    for (bytes, status, code) in [
        (&b"x"[..], 415, "unsupported_type"),
        (b"", 422, "invalid_image"),
    ] {
        let form = Form::file("x.png", bytes);
        refused(
            &vitrine.send(&sent(vitrine.key(), "PUT", &one, form)),
            status,
            code,
        );
    }
    let nothing = sent(vitrine.key(), "PUT", &one, Form::new());
    refused(&vitrine.send(&nothing), 400, "no_file");
    assert_eq!(vitrine.get(&address).is(200).picture().height(), 60);
    for nowhere in ["/images/00112233-4455-4677-8899-aabbccddeeff", "/images/x"] {
        let form = Form::file("x.png", &picture::png(9, 9));
        refused(
            &vitrine.send(&sent(vitrine.key(), "PUT", nowhere, form)),
            404,
            "not_found",
        );
    }
}

#[test]
fn a_deleted_image_is_gone_under_all_its_addresses() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(600, 300), "a");
    tell(
        &vitrine,
        "POST",
        "/presets",
        json!({ "name": "p", "params": "w_9" }),
    )
    .is(201);
    let by_preset = format!(
        "{}/preset:p/{}.webp",
        text(&image, "deliveryBase"),
        id(&image)
    );
    let address = signed(&vitrine, id(&image), "");
    vitrine.get(&address).is(200);
    vitrine.get(&by_preset).is(200);
    let one = format!("/images/{}", id(&image));
    let gone = ask(&vitrine, "DELETE", &one).is(200).json();
    assert_eq!(gone, json!({ "deleted": true, "id": id(&image) }));
    for path in [&address, &by_preset] {
        refused(&vitrine.get(path), 404, "not_found");
    }
    for method in ["GET", "DELETE"] {
        refused(&ask(&vitrine, method, &one), 404, "not_found");
    }
    assert!(vitrine.world().files("blobs").is_empty());
    assert!(vitrine.world().files("variants").is_empty());
}

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

#[test]
fn sign_answers_the_canonical_form_and_refuses_what_is_none() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(900, 600), "");
    let sign = |body: Value| tell(&vitrine, "POST", "/sign", body);
    let of = |transform: Value| sign(json!({ "imageId": id(&image), "transform": transform }));
    for (transform, canonical, format, extension) in [
        (json!(null), "f_webp", "webp", "webp"),
        (json!(""), "f_webp", "webp", "webp"),
        (json!("f_auto"), "f_webp", "webp", "webp"),
        (
            json!("q_80,w_0600,f_jpg"),
            "w_600,f_jpeg,q_80",
            "jpeg",
            "jpg",
        ),
        (json!("f_png,c_fill,w_9"), "w_9,f_png", "png", "png"),
        (
            json!("dpr_1.5,h_9,w_9,c_cover,f_avif"),
            "w_9,h_9,c_cover,f_avif,dpr_1.5",
            "avif",
            "avif",
        ),
        (json!("w_9,dpr_1"), "w_9,f_webp", "webp", "webp"),
    ] {
        let signed = of(transform).is(200).json();
        assert_eq!(
            (text(&signed, "canonical"), text(&signed, "format")),
            (canonical, format)
        );
        assert!(
            text(&signed, "url").ends_with(&format!("/{canonical}/{}.{extension}", id(&image)))
        );
    }
    let absent = sign(json!({ "imageId": id(&image) })).is(200).json();
    assert_eq!(text(&absent, "canonical"), "f_webp");
    for bad in [
        "w_0", "w_8193", "h_x", "c_crop", "f_gif", "q_0", "q_101", "dpr_5", "w_1,w_2", "x_1", "w_",
        ",",
    ] {
        refused(&of(json!(bad)), 400, "invalid_transform");
    }
    for body in [
        json!({}),
        json!({ "imageId": 7 }),
        json!({ "imageId": id(&image), "transform": 7 }),
    ] {
        refused(&sign(body), 400, "bad_request");
    }
    refused(
        &vitrine.send(
            &Request::post("/api/v1/sign")
                .header("X-Api-Key", vitrine.key())
                .body("{"),
        ),
        400,
        "bad_request",
    );
    for nowhere in ["x", "00112233-4455-4677-8899-aabbccddeeff"] {
        refused(&sign(json!({ "imageId": nowhere })), 404, "not_found");
    }
}

#[test]
fn every_fit_makes_the_size_it_says() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(400, 200), "");
    for (transform, width, height) in [
        ("", 400, 200),
        ("w_100", 100, 50),
        ("h_100", 200, 100),
        ("w_800", 400, 200),
        ("w_100,h_100", 100, 50),
        ("w_100,h_100,c_fit", 100, 50),
        ("w_100,h_100,c_inside", 100, 50),
        ("w_100,h_100,c_cover", 100, 100),
        ("w_100,h_100,c_fill", 100, 100),
        ("w_100,h_100,c_contain", 100, 100),
        // Nothing is enlarged: the box shrinks, or stays and has more room around the picture.
        ("w_800,h_800,c_fit", 400, 200),
        ("w_800,h_800,c_cover", 200, 200),
        ("w_800,h_800,c_fill", 200, 200),
        ("w_800,h_800,c_contain", 800, 800),
        ("w_240,c_fill", 240, 120),
        ("w_50,h_50,c_cover,dpr_2", 100, 100),
        ("w_33,dpr_1.5", 50, 25),
    ] {
        let in_png = match transform {
            "" => "f_png".to_owned(),
            _ => format!("{transform},f_png"),
        };
        let shown = vitrine.get(&signed(&vitrine, id(&image), &in_png));
        let shown = shown.is(200).picture();
        assert_eq!(
            (shown.width(), shown.height()),
            (width, height),
            "{transform}"
        );
    }
    let pixel = |transform: &str, x, y| {
        let shown = vitrine
            .get(&signed(&vitrine, id(&image), transform))
            .is(200);
        shown.picture().to_rgba8().get_pixel(x, y).0
    };
    // The picture's red grows to the right: cut on both sides it begins later, stretched it does not.
    assert!(pixel("w_100,h_100,c_cover,f_png", 1, 50)[0] > 50);
    assert!(pixel("w_100,h_100,c_fill,f_png", 1, 50)[0] < 20);
    for format in ["png", "webp"] {
        assert_eq!(
            pixel(&format!("w_100,h_100,c_contain,f_{format}"), 50, 5)[3],
            0,
            "{format}"
        );
    }
    assert!(
        pixel("w_100,h_100,c_contain,f_jpeg", 50, 5)
            .iter()
            .all(|part| *part > 250)
    );
}

#[test]
fn full_size_is_written_anew_and_never_the_original() {
    let vitrine = Vitrine::start();
    let bytes = picture::webp(300, 200);
    let image = put(&vitrine, "a.webp", &bytes, "");
    let shown = vitrine.get(&signed(&vitrine, id(&image), "")).is(200);
    assert_eq!(shown.header("content-type"), "image/webp");
    assert_ne!(shown.body, bytes);
    assert_eq!(
        (shown.picture().width(), shown.picture().height()),
        (300, 200)
    );
}

#[test]
fn an_animation_moves_as_webp_and_stands_still_as_jpeg() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.gif", &picture::gif_animated(60, 40, 3), "");
    let moving = vitrine.get(&signed(&vitrine, id(&image), "w_30")).is(200);
    assert!(
        moving.body.windows(4).any(|bytes| bytes == b"ANMF"),
        "no frames"
    );
    let still = vitrine
        .get(&signed(&vitrine, id(&image), "w_30,f_jpeg"))
        .is(200);
    assert_eq!(still.header("content-type"), "image/jpeg");
    assert_eq!(still.picture().width(), 30);
}

#[test]
fn signed_delivery_needs_no_key_and_carries_its_headers() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(300, 200), "");
    let path = signed(&vitrine, id(&image), "w_60,f_webp,q_80");
    let shown = vitrine.get(&path).is(200);
    for (name, value) in [
        ("content-type", "image/webp"),
        ("cache-control", SIGNED_FOR_A_DAY),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    assert!(!shown.header("last-modified").is_empty());
    let etag = shown.header("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let known = vitrine
        .send(&Request::get(&path).header("If-None-Match", &etag))
        .is(304);
    assert_eq!(known.header("cache-control"), SIGNED_FOR_A_DAY);
    let head = vitrine.send(&Request::head(&path)).is(200);
    assert_eq!(head.header("content-length"), shown.body.len().to_string());
    // No negotiation: whoever asks gets the same.
    let picky = vitrine
        .send(&Request::get(&path).header("Accept", "image/png"))
        .is(200);
    assert_eq!(picky.body, shown.body);
    // A revoked key takes no address along.
    let key = vitrine.world().new_key(&[]);
    let wish = json!({ "imageId": id(&image), "transform": "w_61" });
    let url = with_key(&vitrine, &key, "POST", "/sign", Some(&wish))
        .is(200)
        .json();
    let list = vitrine.run(&["key", "list"]).ended(0);
    for line in list.lines() {
        let key = line.split('\t').next().expect("an id");
        vitrine.run(&["key", "revoke", key]).ended(0);
    }
    vitrine
        .get(
            text(&url, "url")
                .strip_prefix(&vitrine.base())
                .expect("ours"),
        )
        .is(200);
    vitrine.get(&path).is(200);
}

#[test]
fn only_what_was_signed_in_its_one_spelling_is_delivered() {
    let vitrine = Vitrine::start();
    let image = put(&vitrine, "a.png", &picture::png(300, 200), "");
    let other = put(&vitrine, "b.png", &picture::png(301, 200), "");
    let (own, others) = (id(&image), id(&other));
    let path = signed(&vitrine, own, "w_60,f_jpeg,q_80");
    let shown = vitrine.get(&path).is(200);
    assert_eq!(
        vitrine.get(&path.replace(".jpg", ".jpeg")).is(200).body,
        shown.body
    );

    let client = text(&image, "deliveryBase");
    for (from, to) in [
        ("w_60", "w_61"),
        ("w_60", "w_060"),
        ("w_60,f_jpeg", "f_jpeg,w_60"),
        ("f_jpeg", "f_jpg"),
        ("w_60,", "w_60%2C"),
        ("w_60", "x_60"),
        (own, others),
        (&path[client.len() + 1..client.len() + 3], "__"),
    ] {
        let wrong = path.replacen(from, to, 1);
        assert_ne!(wrong, path);
        refused(&vitrine.get(&wrong), 403, "invalid_signature");
    }
    for (from, to) in [
        (".jpg", ".webp"),
        (".jpg", ".gif"),
        (".jpg", ""),
        (own, "x"),
        (&client[3..], "AAAAAAAAAAAA"),
    ] {
        refused(&vitrine.get(&path.replacen(from, to, 1)), 404, "not_found");
    }
    for nothing in [
        "/t/a",
        "/t/a/b",
        "/t/a/b/c/d/e",
        &format!("{client}/{own}.webp"),
    ] {
        refused(&vitrine.get(nothing), 404, "not_found");
    }
    refused(
        &vitrine.send(&Request::post(&path)),
        405,
        "method_not_allowed",
    );
}

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

#[test]
fn an_upload_sent_again_with_its_idempotency_key_answers_the_same_and_stores_nothing() {
    let vitrine = Vitrine::start();
    let send = |method: &str, path: &str, bytes: &[u8], once: &str| {
        let request = sent(vitrine.key(), method, path, Form::file("a.png", bytes));
        vitrine.send(&request.header("Idempotency-Key", once))
    };
    let (png, other) = (picture::png(30, 30), picture::png(31, 30));
    let first = send("POST", "/images", &png, "one").is(201);
    let again = send("POST", "/images", &png, "one").is(201);
    assert_eq!(first.body, again.body);
    assert_eq!(listed(&vitrine, "").len(), 1);
    refused(
        &send("POST", "/images", &other, "one"),
        422,
        "idempotency_key_reused",
    );
    refused(
        &send("POST", "/images", &png, &"x".repeat(129)),
        400,
        "bad_request",
    );
    let one = format!("/images/{}", id(&first.json()));
    let replaced = send("PUT", &one, &other, "two").is(200);
    assert_eq!(send("PUT", &one, &other, "two").is(200).body, replaced.body);
    assert_eq!(listed(&vitrine, "").len(), 1);
}

#[test]
fn uploads_and_replacements_share_the_minute() {
    let vitrine = Vitrine::with(&[("rate_limit_uploads_per_minute", "2")]);
    let file = || Form::file("a.png", &picture::png(9, 9));
    let image = upload(&vitrine, file()).is(201).json();
    let one = format!("/images/{}", id(&image));
    vitrine
        .send(&sent(vitrine.key(), "PUT", &one, file()))
        .is(200);
    for held_up in [
        upload(&vitrine, file()),
        vitrine.send(&sent(vitrine.key(), "PUT", &one, file())),
    ] {
        refused(&held_up, 429, "rate_limited");
        assert!(
            held_up.header("retry-after").parse::<u32>().is_ok(),
            "{held_up}"
        );
    }
    ask(&vitrine, "GET", &one).is(200);
}

#[test]
fn other_methods_and_paths_are_told_so_in_this_doors_words() {
    let vitrine = Vitrine::start();
    for (method, path, allowed) in [
        ("PUT", "/images", &["GET", "HEAD", "POST"][..]),
        ("DELETE", "/images", &["GET", "HEAD", "POST"]),
        ("POST", "/search?q=a", &["GET", "HEAD"]),
        ("GET", "/sign", &["POST"]),
        ("POST", "/folders/x", &["PATCH", "PUT", "DELETE"]),
        ("GET", "/presets/x", &["DELETE"]),
    ] {
        let answer = ask(&vitrine, method, path);
        refused(&answer, 405, "method_not_allowed");
        for method in allowed {
            assert!(answer.header("allow").contains(method), "{path}: {answer}");
        }
    }
    for path in ["", "/", "/nothing", "/images/a/b", "/image"] {
        refused(&ask(&vitrine, "GET", path), 404, "not_found");
    }
    let preflight = vitrine
        .send(&Request::new("OPTIONS", "/api/v1/images"))
        .is(204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("X-Api-Key")
    );
}
