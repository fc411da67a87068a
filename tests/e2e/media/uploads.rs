//! Uploads: what is taken, what is answered, and what is refused without a trace. The first test has the
//! documentation's own command lines, verbatim but for host, key, file and id.

use tests::picture;
use tests::vitrine::CommandOutput;

use super::*;

const UPLOAD: &str = r#"curl -X POST https://api-images.amr-dev.online/api/v1/images \
-H "X-Api-Key: YOUR_API_KEY" \
-F "folder=products/shoes" \
-F "file=@photo.jpg""#;

const SIGN: &str = r#"curl -X POST https://api-images.amr-dev.online/api/v1/sign \
-H "X-Api-Key: YOUR_API_KEY" -H "Content-Type: application/json" \
-d '{"imageId":"IMAGE_ID","transform":"w_600,f_webp,q_80"}'"#;

fn shell(vitrine: &Vitrine, line: &str) -> Value {
    let line = line
        .replace("https://api-images.amr-dev.online", &vitrine.base())
        .replace("YOUR_API_KEY", vitrine.key());
    let mut command = vitrine.world().command("sh");
    command.args(["-c", &line]);
    let ran = CommandOutput::run(command, b"").ended(0);
    serde_json::from_str(&ran.out).expect("JSON")
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
