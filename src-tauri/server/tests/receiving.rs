//! Forms of every kind, straight into [`form::form`]: what a door gets to see.

mod keys;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use library::{Scope, Scopes, StagedUpload};

use super::harness::{World, form, part, png};
use crate::config::Config;
use crate::error::{CredentialError, Error, Result};
use crate::http::middleware::real_ip::ClientInfo;
use crate::upload::form;
use crate::upload::form::{Form, FormSpec};

const PARTS: &str = "multipart/form-data; boundary=a-boundary";
const PAIRS: &str = "application/x-www-form-urlencoded";
const JSON: &str = "Application/JSON; charset=utf-8";

/// What chevereto wants, roughly.
const TEXTS: FormSpec = FormSpec {
    file_fields: &["source", "image"],
    accepts_text: true,
    ..FormSpec::EMPTY
};
/// What IMGSHARE wants, roughly.
const KEYED: FormSpec = FormSpec {
    file_fields: &["file", "image", "img"],
    key_field: Some(("token", Scope::Upload)),
    ..FormSpec::EMPTY
};

async fn read(
    world: &World,
    wanted: FormSpec,
    media_type: &str,
    body: impl Into<Body>,
) -> Result<Form> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, media_type.parse().unwrap());
    let client = ClientInfo {
        address: "192.0.2.1".parse().unwrap(),
        base_url: "http://nas".into(),
        is_behind_proxy: false,
    };
    form::read_form(&world.app, &client, &headers, body.into(), &wanted).await
}

/// A body that arrives in these pieces; the number of them that were taken.
fn pieces(
    pieces: impl IntoIterator<Item = Vec<u8>, IntoIter: Send> + 'static,
) -> (Body, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let count = taken.clone();
    let stream = futures_util::stream::iter(pieces.into_iter().map(move |piece| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Frame::data(Bytes::from(piece)))
    }));
    (Body::new(StreamBody::new(stream)), taken)
}

fn cut(body: &[u8], size: usize) -> Body {
    let cut: Vec<Vec<u8>> = body.chunks(size).map(<[u8]>::to_vec).collect();
    pieces(cut).0
}

/// The only file in the folder of uploads on their way.
fn bytes_of(world: &World, incoming: &StagedUpload) -> Vec<u8> {
    let mut files = world.folder.path().join("incoming").read_dir().unwrap();
    let bytes = std::fs::read(files.next().unwrap().unwrap().path()).unwrap();
    assert!(files.next().is_none());
    assert_eq!(bytes.len() as u64, incoming.size());
    bytes
}

async fn picture_of(world: &World, form: Form) -> Vec<u8> {
    let (incoming, _) = form.file.unwrap().decode(&world.app).await.unwrap();
    bytes_of(world, &incoming)
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn base64_is_a_picture_in_every_kind_of_form_short_or_long() {
    let world = World::new();
    for bytes in [
        png(3, 3),
        png(200, 150),
        (0..60_000u32).map(|n| (n * 7) as u8).collect(),
    ] {
        let text = STANDARD.encode(&bytes);
        let data = format!("data:image/png;base64,{text}");
        for text in [&text, &data] {
            let parts = form(&[part("name=\"source\"", text.as_bytes())]);
            let json = serde_json::json!({ "source": text, "title": "x" }).to_string();
            for (media_type, body) in [
                (PARTS, parts),
                (
                    PAIRS,
                    format!("title=x&source={}&a=b", escaped(text)).into_bytes(),
                ),
                // With pluses that became spaces on their way.
                (PAIRS, format!("source={text}").into_bytes()),
                (JSON, json.into_bytes()),
            ] {
                for size in [7, 1000, 1 << 20] {
                    let read = read(&world, TEXTS, media_type, cut(&body, size))
                        .await
                        .unwrap();
                    let file = read.file.as_ref().unwrap();
                    assert!(file.is_text() && file.field == "source", "{media_type}");
                    assert_eq!(file.url(), None);
                    assert_eq!(picture_of(&world, read).await, bytes, "{media_type}");
                }
            }
        }
    }
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn an_address_is_told_from_base64_and_from_raw_bytes() {
    let world = World::new();
    let address = "https://nas/a%20b.png?x=1&y=2";
    for (media_type, body) in [
        (PARTS, form(&[part("name=\"source\"", address.as_bytes())])),
        (PAIRS, format!("source={}", escaped(address)).into_bytes()),
        (
            JSON,
            serde_json::json!({ "source": address })
                .to_string()
                .into_bytes(),
        ),
    ] {
        let file = read(&world, TEXTS, media_type, body)
            .await
            .unwrap()
            .file
            .unwrap();
        assert_eq!(file.url(), Some(address));
        let refused = file.decode(&world.app).await;
        assert!(matches!(refused, Err(Error::BadBase64)));
    }
    for bytes in [png(3, 3), png(300, 300), b"<svg>  </svg>".to_vec()] {
        let nameless = form(&[part("name=\"source\"", &bytes)]);
        let read = read(&world, TEXTS, PARTS, nameless).await.unwrap();
        assert!(!read.file.as_ref().unwrap().is_text());
        assert_eq!(picture_of(&world, read).await, bytes);
    }
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn a_long_text_that_goes_on_as_something_else_is_bad_base64_and_leaves_nothing() {
    let world = World::new();
    let long = "A".repeat(100_000);
    for text in [
        format!("{long}!"),
        format!("{long}=AAA"),
        format!("{long}A"),
        format!("!{long}"),
    ] {
        let body = format!("source={text}&title=x");
        let read = read(&world, TEXTS, PAIRS, cut(body.as_bytes(), 999))
            .await
            .unwrap();
        assert_eq!(read.fields.get("title"), Some("x"));
        let refused = read.file.unwrap().decode(&world.app).await;
        assert!(matches!(refused, Err(Error::BadBase64)));
        assert_eq!(world.left_behind(), 0);
    }
}

#[tokio::test]
async fn a_text_of_a_file_at_the_limit_is_taken_and_one_byte_more_is_not() {
    let world = World::new();
    let wanted = FormSpec {
        max_bytes: 100_000,
        ..TEXTS
    };
    for (length, fits) in [(100_000, true), (100_001, false), (400_000, false)] {
        let text = STANDARD.encode(vec![7; length]);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(|line| escaped(std::str::from_utf8(line).unwrap()))
            .collect();
        for body in [
            format!("source={text}"),
            format!("source={}", lines.join("%0D%0A")),
        ] {
            let read = read(&world, wanted, PAIRS, cut(body.as_bytes(), 5000)).await;
            match read {
                Ok(form) => assert_eq!(picture_of(&world, form).await.len(), 100_000),
                Err(error) => assert!(matches!(error, Error::TooLarge) && !fits, "{error}"),
            }
        }
        let file = form(&[part("name=\"source\"; filename=\"a\"", &vec![7; length])]);
        assert_eq!(read(&world, wanted, PARTS, file).await.is_ok(), fits);
    }
    // Spaces say nothing, and still have an end.
    let (endless, _) = pieces(
        std::iter::once(b"source=AAAA".to_vec())
            .chain(std::iter::repeat_n(vec![b'\n'; 5000], 1000)),
    );
    assert!(matches!(
        read(&world, wanted, PAIRS, endless).await,
        Err(Error::TooLarge)
    ));
    let json = serde_json::json!({ "source": "A".repeat(2 << 20) }).to_string();
    assert!(matches!(
        read(&world, TEXTS, JSON, json).await,
        Err(Error::TooLarge)
    ));
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_an_urlencoded_form_flows_to_the_disk_as_it_comes() {
    const PIECE: usize = 64 << 10;
    let world = World::new();
    let incoming = world.folder.path().join("incoming");
    let on_disk = move || -> u64 {
        let files = incoming.read_dir().unwrap().flatten();
        files
            .filter_map(|file| Some(file.metadata().ok()?.len()))
            .sum()
    };
    let begin = std::iter::once(b"source=".to_vec());
    let text = (0..512u64).map(move |number| {
        // What is neither here nor there yet is in memory: no more than a few pieces.
        let written = on_disk() * 4 / 3;
        let sent = number * PIECE as u64;
        assert!(written + 8 * PIECE as u64 >= sent, "{written} of {sent}");
        vec![b'A'; PIECE]
    });
    let (body, _) = pieces(begin.chain(text));
    let (incoming, _) = read(&world, TEXTS, PAIRS, body)
        .await
        .unwrap()
        .file
        .unwrap()
        .decode(&world.app)
        .await
        .unwrap();
    assert_eq!(incoming.size(), 512 * PIECE as u64 / 4 * 3);
}

#[tokio::test]
async fn of_several_files_the_most_file_like_wins_then_the_first_name_then_the_first() {
    let world = World::new();
    let file = |name: &str, content: &str| {
        part(
            &format!("name=\"{name}\"; filename=\"a.png\""),
            content.as_bytes(),
        )
    };
    let text = |name: &str, content: &str| part(&format!("name=\"{name}\""), content.as_bytes());
    for (parts, field, wins) in [
        (
            vec![text("source", "https://a"), file("source", "one")],
            "source",
            "one",
        ),
        (
            vec![file("source", "one"), text("source", "https://a")],
            "source",
            "one",
        ),
        (
            vec![file("image", "one"), file("source", "two")],
            "source",
            "two",
        ),
        (
            vec![file("source", "one"), file("image", "two")],
            "source",
            "one",
        ),
        (
            vec![file("source", "one"), file("source", "two")],
            "source",
            "one",
        ),
        (
            vec![text("source", "https://a"), file("image", "two")],
            "image",
            "two",
        ),
    ] {
        let read = read(&world, TEXTS, PARTS, form(&parts)).await.unwrap();
        let file = read.file.as_ref().unwrap();
        assert_eq!((file.field, &*file.name), (field, "a.png"));
        assert_eq!(picture_of(&world, read).await, wins.as_bytes());
    }
    let read = read(
        &world,
        TEXTS,
        PAIRS,
        "image=https://b&source=&image=https://c",
    )
    .await
    .unwrap();
    assert_eq!(read.file.unwrap().url(), Some("https://b"));
}

#[tokio::test]
async fn fields_are_read_alike_from_every_kind_of_form() {
    let world = World::new();
    let odd = "a=b&c%zz+\u{e9}";
    let parts = form(&[
        part("name=\"title\"", odd.as_bytes()),
        part("name=\"width\"", b"300"),
        part("name=\"tagIds[]\"", b"1"),
        part("name=\"tagIds[]\"", b"2"),
    ]);
    let pairs = format!(
        "title={}&width=300&tagIds%5B%5D=1&tagIds[]=2&&=x",
        escaped(odd)
    );
    for (media_type, body) in [(PARTS, parts), (PAIRS, pairs.into_bytes())] {
        for size in [1, 1000] {
            let fields = read(&world, TEXTS, media_type, cut(&body, size))
                .await
                .unwrap()
                .fields;
            assert_eq!(fields.get("title"), Some(odd));
            assert_eq!(fields.get("width"), Some("300"));
            assert_eq!(fields.list_values("tagIds").collect::<Vec<_>>(), ["1", "2"]);
        }
    }
    let json = "{\"title\":\"x\",\"width\":300,\"nsfw\":true,\"no\":null,\"more\":[1],\"deep\":{}}";
    let fields = read(&world, TEXTS, JSON, json).await.unwrap().fields;
    let mut told: Vec<_> = fields.iter().collect();
    told.sort_unstable();
    assert_eq!(told, [("nsfw", "true"), ("title", "x"), ("width", "300")]);
}

#[tokio::test]
async fn malformed_escapes_stand_for_themselves_and_bad_utf8_is_replaced() {
    let world = World::new();
    let body = b"a=100%&b=%zz%4&c=%41%4%&%62%=\xff%ff&d=1=2";
    for size in 1..body.len() {
        let fields = read(&world, TEXTS, PAIRS, cut(body, size))
            .await
            .unwrap()
            .fields;
        assert_eq!(
            fields.iter().collect::<Vec<_>>(),
            [
                ("a", "100%"),
                ("b", "%zz%4"),
                ("c", "A%4%"),
                ("b%", "\u{fffd}\u{fffd}"),
                ("d", "1=2")
            ]
        );
    }
}

#[tokio::test]
async fn beyond_a_thousand_fields_the_rest_is_dropped_but_a_key_still_counts() {
    let world = World::new();
    let many: Vec<String> = (0..3000).map(|number| format!("f{number}=x")).collect();
    let body = format!("{}&token={}", many.join("&"), world.secret);
    let read = read(&world, KEYED, PAIRS, body).await.unwrap();
    assert_eq!(read.fields.iter().count(), 1000);
    assert!(read.actor.is_some());
}

#[tokio::test]
async fn text_around_the_file_has_an_end_in_every_kind_of_form() {
    let world = World::new();
    let text = "x".repeat((1 << 20) + 1);
    for (media_type, body) in [
        (PARTS, form(&[part("name=\"title\"", text.as_bytes())])),
        (PAIRS, format!("title={text}").into_bytes()),
        (PAIRS, text.clone().into_bytes()),
        (
            JSON,
            serde_json::json!({ "title": text })
                .to_string()
                .into_bytes(),
        ),
    ] {
        for wanted in [TEXTS, KEYED, FormSpec::EMPTY] {
            let refused = read(&world, wanted, media_type, cut(&body, 10_000)).await;
            assert!(matches!(refused, Err(Error::TooLarge)), "{media_type}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_its_type_says_is_bad_and_an_unknown_type_is_not_read() {
    let world = World::new();
    for (media_type, body) in [
        (PARTS, ""),
        (
            PARTS,
            "--a-boundary\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\ncut",
        ),
        ("multipart/form-data", "x"),
        (JSON, "[1]"),
        (JSON, "{\"a\":"),
    ] {
        let refused = read(&world, TEXTS, media_type, body).await;
        let Err(error @ Error::BadBody { .. }) = refused else {
            panic!("{media_type} {body}")
        };
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }
    for media_type in ["text/plain", "image/png", "multipart/mixed; boundary=a", ""] {
        let read = read(&world, TEXTS, media_type, "source=x").await.unwrap();
        assert!(!read.is_supported && read.file.is_none());
    }
    for (media_type, body) in [(PAIRS, ""), (JSON, " "), (JSON, "{}"), (PAIRS, "source=")] {
        let read = read(&world, TEXTS, media_type, body).await.unwrap();
        assert!(read.is_supported && read.file.is_none() && read.fields.iter().next().is_none());
    }
}
