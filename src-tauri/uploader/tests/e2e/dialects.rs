//! Every language a target may speak, on the wire: where the key travels, what stands around the picture, and what is
//! asked after it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uploader::send_picture;
use uploader::targets::sxcu;
use uploader::{Dialect, Failure, Picture, Target, UploadResult};

use crate::fake_server::{Behaviour, FakeServer, ReceivedRequest, http_response};
use crate::harness::{KEY, imgs_target, png, write_file};

async fn send_to(
    server: &FakeServer,
    kind: Dialect,
    key: &str,
    bytes: &[u8],
) -> Result<UploadResult, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture::open(&write_file(folder.path(), "pic.png", bytes)).unwrap();
    let target = Target {
        kind,
        ..imgs_target(&server.base)
    };
    send_picture(&target, key, &picture, Some("once"), |_, _| {}).await
}

fn json_reply(status: &str, body: &str) -> Behaviour {
    Behaviour::Answer(http_response(
        status,
        "content-type: application/json\r\n",
        body,
    ))
}

/// The parts of a form: the name and the content of each.
fn form_parts(heard: &ReceivedRequest) -> Vec<(String, Vec<u8>)> {
    let content_type = heard.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let divider = format!("\r\n--{boundary}");
    let body = [b"\r\n".as_slice(), &heard.body].concat();
    let find = |within: &[u8], what: &str| {
        let at = |window: &[u8]| window == what.as_bytes();
        within.windows(what.len()).position(at)
    };
    let mut rest = body.as_slice();
    let mut parts = Vec::new();
    loop {
        rest = &rest[find(rest, &divider).unwrap() + divider.len()..];
        if rest == b"--\r\n" {
            return parts;
        }
        let head_end = find(rest, "\r\n\r\n").unwrap();
        let head = String::from_utf8(rest[..head_end].to_vec()).unwrap();
        let name = head.split('"').nth(1).unwrap().to_owned();
        let end = find(rest, &divider).unwrap();
        parts.push((name, rest[head_end + 4..end].to_vec()));
        rest = &rest[end..];
    }
}

fn field_names(heard: &ReceivedRequest) -> Vec<String> {
    form_parts(heard)
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

#[tokio::test]
async fn imgshare_gets_the_key_in_the_form_before_the_picture() {
    let body = r#"{"filename":"20260214_pic.png","native":"https://pics.example/img/kitten/20260214_pic.png",
                   "qvga":"https://pics.example/img/kitten/qvga/20260214_pic.jpg"}"#;
    let mut server = FakeServer::start(move |_| json_reply("200 OK", body)).await;
    let bytes = png(640, 480);
    let uploaded = send_to(&server, Dialect::Imgshare, KEY, &bytes)
        .await
        .unwrap();
    assert_eq!(
        uploaded.original,
        "https://pics.example/img/kitten/20260214_pic.png"
    );
    assert_eq!(
        uploaded.sizes[&320],
        "https://pics.example/img/kitten/qvga/20260214_pic.jpg"
    );
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard
            .head
            .starts_with("POST /api/v1/img_upload.php HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert!(!heard.head.contains(KEY), "{}", heard.head);
    let text = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let expected = [
        text("token", KEY),
        text("preserve_filename", "1"),
        text("output", "json"),
        ("file".to_owned(), bytes),
    ];
    assert!(form_parts(&heard) == expected, "{:?}", field_names(&heard));
}

#[tokio::test]
async fn slink_gets_a_bearer_key_and_its_own_field() {
    let body = r#"{"id":"6f0c","url":"/api/image/6f0c.png","thumbnailUrl":"/api/image/6f0c_thumbnail.png"}"#;
    let mut server = FakeServer::start(move |_| json_reply("201 Created", body)).await;
    let uploaded = send_to(&server, Dialect::Slink, KEY, &png(300, 30))
        .await
        .unwrap();
    let base = &server.base;
    assert_eq!(
        uploaded.sizes[&200],
        format!("{base}/api/image/6f0c.png?w=200")
    );
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard
            .head
            .starts_with("POST /api/external/upload HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("authorization"), Some("Bearer sk_story"));
    assert_eq!(field_names(&heard), ["image"]);
}

#[tokio::test]
async fn chevereto_gets_the_key_in_its_own_header() {
    let body = r#"{"status_code":200,"image":{"id_encoded":"ZfGd","url":"https://pics.example/images/pic.png",
                   "url_viewer":"https://pics.example/image/pic.ZfGd","delete_url":"https://pics.example/image/ZfGd/delete/e8"}}"#;
    let mut server = FakeServer::start(move |_| json_reply("200 OK", body)).await;
    let uploaded = send_to(&server, Dialect::Chevereto, KEY, &png(30, 30))
        .await
        .unwrap();
    assert_eq!(
        uploaded.page.as_deref(),
        Some("https://pics.example/image/pic.ZfGd")
    );
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("POST /api/1/upload HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("x-api-key"), Some(KEY));
    assert_eq!(heard.header("authorization"), None);
    assert_eq!(field_names(&heard), ["format", "source"]);
}

/// What a `media` server says to the n-th request about a picture 600 pixels wide.
fn media_reply(n: usize) -> Behaviour {
    match n {
        0 => json_reply("201 Created", r#"{"id":"a124","deliveryBase":"/t/c"}"#),
        n => json_reply(
            "200 OK",
            &format!(r#"{{"url":"https://pics.example/t/c/s/{n}/a124.webp"}}"#),
        ),
    }
}

#[tokio::test]
async fn media_is_asked_for_its_addresses_one_by_one() {
    let mut server = FakeServer::start(media_reply).await;
    let uploaded = send_to(&server, Dialect::Media, KEY, &png(600, 30))
        .await
        .unwrap();
    assert_eq!(uploaded.original, "https://pics.example/t/c/s/1/a124.webp");
    let sizes = [
        (200, "https://pics.example/t/c/s/2/a124.webp".to_owned()),
        (400, "https://pics.example/t/c/s/3/a124.webp".to_owned()),
    ];
    assert_eq!(uploaded.sizes, sizes.into());

    let upload = server.received.recv().await.unwrap();
    assert_eq!(field_names(&upload), ["file"]);
    assert_eq!(upload.header("x-api-key"), Some(KEY));
    assert_eq!(upload.header("idempotency-key"), Some("once"));
    let expected = [
        r#"{"imageId":"a124"}"#,
        r#"{"imageId":"a124","transform":"w_200,f_webp"}"#,
        r#"{"imageId":"a124","transform":"w_400,f_webp"}"#,
    ];
    for body in expected {
        let heard = server.received.recv().await.unwrap();
        assert!(
            heard.head.starts_with("POST /api/v1/sign HTTP/1.1\r\n"),
            "{}",
            heard.head
        );
        assert_eq!(String::from_utf8(heard.body.clone()).unwrap(), body);
        assert_eq!(heard.header("content-type"), Some("application/json"));
        assert_eq!(heard.header("x-api-key"), Some(KEY));
        // The key of the upload would make this a repetition of it with another body.
        assert_eq!(heard.header("idempotency-key"), None);
    }
}

#[tokio::test]
async fn a_cut_while_signing_loses_only_the_missing_sizes() {
    let cut_at = |when: usize| {
        move |n: usize| {
            if n == when {
                Behaviour::Cut(1)
            } else {
                media_reply(n)
            }
        }
    };
    let server = FakeServer::start(cut_at(3)).await;
    let uploaded = send_to(&server, Dialect::Media, KEY, &png(600, 30))
        .await
        .unwrap();
    assert_eq!(uploaded.sizes.into_keys().collect::<Vec<_>>(), [200]);

    // Without the first of them there is no link at all.
    let server = FakeServer::start(cut_at(1)).await;
    let failure = send_to(&server, Dialect::Media, KEY, &png(600, 30)).await;
    let address = server.base.clone();
    assert_eq!(failure, Err(Failure::Interrupted { address }));
}

#[tokio::test]
async fn one_url_is_signed_for_each_size() {
    let server = FakeServer::start(media_reply).await;
    send_to(&server, Dialect::Media, KEY, &png(2000, 3))
        .await
        .unwrap();
    let asked = server.requests.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(asked, 1 + 1 + 5);
}

#[tokio::test]
async fn an_invalid_key_is_never_sent() {
    for kind in Dialect::ALL {
        let server = FakeServer::start(|_| Behaviour::Cut(0)).await;
        let failure = send_to(&server, kind.clone(), "two\r\nlines", &png(3, 3)).await;
        assert_eq!(failure, Err(Failure::Unauthorised), "{kind:?}");
        assert_eq!(server.requests.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn an_endless_reply_is_read_up_to_the_limit() {
    for kind in Dialect::ALL {
        let endless = http_response("200 OK", "", &"[".repeat(3_000_000));
        let server = FakeServer::start(move |_| Behaviour::Answer(endless.clone())).await;
        let failure = send_to(&server, kind.clone(), KEY, &png(3, 3)).await;
        let expected = Failure::UnexpectedReply {
            address: server.base.clone(),
            status: Some(200),
        };
        assert_eq!(failure, Err(expected), "{kind:?}");
    }
}

#[tokio::test]
async fn a_custom_uploaders_keys_go_where_its_file_had_them() {
    let body = r#"{"files":[{"url":"https://pics.example/a.png"}]}"#;
    let mut server = FakeServer::start(move |_| json_reply("200 OK", body)).await;
    let written = format!(
        r#"{{"Version":"14.1.0","RequestURL":"{}/up?key=one","Headers":{{"X-Token":"two"}},"Body":"MultipartFormData",
            "Arguments":{{"password":"three","name":"{{filename}}"}},"FileFormName":"pic \"x\"","URL":"{{json:files[0].url}}"}}"#,
        server.base
    );
    let (sxcu, keys) = sxcu::import(written.as_bytes()).unwrap();
    assert_eq!(sxcu.base().as_ref(), Some(&server.base));
    let kind = Dialect::Sxcu(Box::new(sxcu));
    // Another target's key has no such parts, and is sent to nobody.
    for wrong in [KEY, "[]", r#"["one"]"#, r#"["one\r\n","two","three"]"#] {
        let failure = send_to(&server, kind.clone(), wrong, &png(3, 3)).await;
        assert_eq!(failure, Err(Failure::Unauthorised), "{wrong}");
    }
    let uploaded = send_to(&server, kind, &keys, &png(3, 3)).await.unwrap();
    assert_eq!(uploaded.original, "https://pics.example/a.png");
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("POST /up?key=one HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("x-token"), Some("two"));
    assert_eq!(field_names(&heard), ["name", "password", "pic %22x%22"]);
    assert_eq!(form_parts(&heard)[0].1, b"pic.png");
    assert_eq!(form_parts(&heard)[1].1, b"three");
    assert_eq!(server.requests.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_binary_uploaders_body_is_the_picture() {
    let mut server =
        FakeServer::start(|_| json_reply("201 Created", "https://pics.example/a.png")).await;
    let written = format!(
        r#"{{"RequestMethod":"PUT","RequestURL":"{}/up","Body":"Binary"}}"#,
        server.base
    );
    let (sxcu, keys) = sxcu::import(written.as_bytes()).unwrap();
    let bytes = png(60, 60);
    let kind = Dialect::Sxcu(Box::new(sxcu));
    let uploaded = send_to(&server, kind, &keys, &bytes).await.unwrap();
    assert_eq!(uploaded.original, "https://pics.example/a.png");
    let heard = server.received.recv().await.unwrap();
    assert!(
        heard.head.starts_with("PUT /up HTTP/1.1\r\n"),
        "{}",
        heard.head
    );
    assert_eq!(heard.header("content-type"), Some("image/png"));
    assert!(heard.body == bytes);
}

#[tokio::test]
async fn a_text_body_contains_the_whole_picture_in_base64() {
    // More than one piece of the body, and no whole number of threes.
    let bytes = png(211, 211);
    let body = r#"{"url":"https://pics.example/a.png"}"#;
    let mut server = FakeServer::start(move |_| json_reply("200 OK", body)).await;
    let uploader = |members: &str| {
        let written = format!(
            r#"{{"RequestURL":"{}/up","URL":"{{json:url}}",{members}}}"#,
            server.base
        );
        let (sxcu, keys) = sxcu::import(written.as_bytes()).unwrap();
        (Dialect::Sxcu(Box::new(sxcu)), keys)
    };
    let (kind, keys) = uploader(r#""Body":"JSON","Data":"{\"image\":\"{input}\"}""#);
    let in_form = uploader(r#""Body":"FormURLEncoded","Arguments":{"a":"1 2","image":"{input}"}"#);

    send_to(&server, kind, &keys, &bytes).await.unwrap();
    let heard = server.received.recv().await.unwrap();
    assert_eq!(heard.header("content-type"), Some("application/json"));
    let text: serde_json::Value = serde_json::from_slice(&heard.body).unwrap();
    assert!(STANDARD.decode(text["image"].as_str().unwrap()).unwrap() == bytes);

    send_to(&server, in_form.0, &in_form.1, &bytes)
        .await
        .unwrap();
    let heard = server.received.recv().await.unwrap();
    let fields: Vec<_> = url::form_urlencoded::parse(&heard.body).collect();
    assert_eq!(fields[0], ("a".into(), "1 2".into()));
    assert_eq!(fields[1].0, "image");
    assert!(STANDARD.decode(fields[1].1.as_bytes()).unwrap() == bytes);
}

#[tokio::test]
async fn a_file_name_is_sanitised_for_a_header() {
    let mut server =
        FakeServer::start(|_| json_reply("201 Created", "https://pics.example/a.png")).await;
    let written = format!(
        r#"{{"RequestURL":"{}/up","Body":"Binary","Headers":{{"X-Name":"{{filename}}"}}}}"#,
        server.base
    );
    let (sxcu, keys) = sxcu::import(written.as_bytes()).unwrap();
    let mut picture = Picture::from_reader("-", png(3, 3).as_slice()).unwrap();
    picture.name = "é\r\nX-Evil: 1.png".into();
    let target = Target {
        kind: Dialect::Sxcu(Box::new(sxcu)),
        ..imgs_target(&server.base)
    };
    send_picture(&target, &keys, &picture, None, |_, _| {})
        .await
        .unwrap();
    let heard = server.received.recv().await.unwrap();
    assert_eq!(heard.header("x-name"), Some("é  X-Evil: 1.png"));
    assert_eq!(heard.header("x-evil"), None);
}
