//! Files of custom uploaders, as they come along, and what becomes of them.

use super::*;
use crate::Dialect;
use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};
use serde_json::Value;

const SLINK: &str = include_str!("fixtures/slink.sxcu");
const CHEVERETO: &str = include_str!("fixtures/chevereto.sxcu");
const ZIPLINE: &str = include_str!("fixtures/zipline.sxcu");
const IMGUR: &str = include_str!("fixtures/imgur.sxcu");

fn import_sxcu(file: &str) -> (Sxcu, Vec<String>) {
    let (sxcu, keys) = import(file.as_bytes()).unwrap();
    (sxcu, serde_json::from_str(&keys).unwrap())
}

/// A file with these further members.
fn sxcu_file(members: &str) -> String {
    format!(
        r#"{{"Version":"14.1.0","RequestURL":"https://h/up","Body":"MultipartFormData","FileFormName":"f",{members}}}"#
    )
}

fn parse_reply(sxcu: &Sxcu, reply: &Reply) -> Result<UploadResult, Failure> {
    let target = Target {
        base: sxcu.base().unwrap(),
        ..fixtures::target(Dialect::Sxcu(Box::new(sxcu.clone())), false)
    };
    parse(&target, sxcu, &picture(900, 300), reply)
}

/// What would be sent: the address, the headers, the texts of the form, and the picture's field.
type FilledRequest = (String, Vec<(String, String)>, Vec<(String, String)>, String);

fn fill_request(sxcu: &Sxcu, keys: &[String]) -> FilledRequest {
    let request = request(sxcu, &picture(1, 1));
    let filled = |pairs: &[(String, SecretTemplate)]| -> Vec<(String, String)> {
        let fill =
            |(name, words): &(String, SecretTemplate)| (name.clone(), words.fill(keys).unwrap());
        pairs.iter().map(fill).collect()
    };
    let url = request.url.fill(keys).unwrap();
    match &request.body {
        Body::Multipart { texts, field, .. } => {
            (url, filled(&request.headers), filled(texts), field.clone())
        }
        other => panic!("{other:?}"),
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.into(), value.into())
}

#[test]
fn slinks_own_file_uploads_and_reads_its_links() {
    let (sxcu, keys) = import_sxcu(SLINK);
    let (url, headers, texts, field) = fill_request(&sxcu, &keys);
    assert_eq!(url, "https://slink.example/api/external/upload");
    assert_eq!(
        headers,
        [
            pair("authorization", "Bearer sk_0123456789abcdef0123"),
            pair("origin", "https://slink.example"),
        ]
    );
    assert_eq!((texts, field.as_str()), (vec![], "image"));
    let body = r#"{"id":"u","url":"\/api\/image\/u.png","thumbnailUrl":"image/u.png?w=1"}"#;
    let uploaded = parse_reply(&sxcu, &reply(201, body)).unwrap();
    // The doubled slash is Slink's own, and it serves it.
    assert_eq!(uploaded.original, "https://slink.example//api/image/u.png");
    assert_eq!(
        uploaded.thumbnail.as_deref(),
        Some("https://slink.example/image/u.png?w=1")
    );
}

#[test]
fn cheveretos_file_in_the_older_spelling() {
    let (sxcu, keys) = import_sxcu(CHEVERETO);
    let (url, headers, texts, field) = fill_request(&sxcu, &keys);
    assert_eq!(url, "https://chevereto.example/api/1/upload?format=json");
    assert_eq!(headers, [pair("x-api-key", "chv_secret")]);
    assert_eq!(texts, [pair("source", ""), pair("title", "cat.png")]);
    assert_eq!(field, "source");
    let body = r#"{"status_code":200,"image":{"url":"https://h/a.png","thumb":{"url":"https://h/a.th.png"},"delete_url":"https://h/d"}}"#;
    let uploaded = parse_reply(&sxcu, &reply(200, body)).unwrap();
    assert_eq!(uploaded.original, "https://h/a.png");
    assert_eq!(uploaded.thumbnail.as_deref(), Some("https://h/a.th.png"));
    assert_eq!(uploaded.delete.as_deref(), Some("https://h/d"));
    // Whatever the status of a refusal.
    let body = r#"{"status_code":400,"error":{"message":"Duplicated upload","code":101}}"#;
    for status in [400, 200] {
        let expected = Failure::Refused {
            said: "Duplicated upload".into(),
        };
        assert_eq!(parse_reply(&sxcu, &reply(status, body)), Err(expected));
    }
}

#[test]
fn ziplines_file_reads_the_first_of_a_list() {
    let (sxcu, keys) = import_sxcu(ZIPLINE);
    let (_, headers, _, _) = fill_request(&sxcu, &keys);
    let expected = [
        pair("authorization", "MTcwMDAwMDAwMDAwMA==.Zm9v"),
        pair("x-zipline-format", "RANDOM"),
    ];
    assert_eq!(headers, expected);
    let body =
        r#"{"files":[{"id":"1","type":"image/png","url":"https://zipline.example/u/a.png"}]}"#;
    let uploaded = parse_reply(&sxcu, &reply(200, body)).unwrap();
    assert_eq!(uploaded.original, "https://zipline.example/u/a.png");
    assert_eq!(
        parse_reply(&sxcu, &reply(401, r#"{"error":"not logged in"}"#)),
        Err(Failure::Unauthorised)
    );
}

#[test]
fn imgurs_file_builds_its_links_of_parts() {
    let (sxcu, keys) = import_sxcu(IMGUR);
    let (_, headers, _, _) = fill_request(&sxcu, &keys);
    assert_eq!(
        headers,
        [pair("authorization", "Client-ID 0123456789abcde")]
    );
    let body = r#"{"data":{"id":"ab12","deletehash":"xyz","link":"https://i.imgur.example/ab12.png"},"success":true}"#;
    let uploaded = parse_reply(&sxcu, &reply(200, body)).unwrap();
    assert_eq!(uploaded.original, "https://i.imgur.example/ab12.png");
    assert_eq!(
        uploaded.thumbnail.as_deref(),
        Some("https://i.imgur.example/ab12m.jpg")
    );
    assert_eq!(
        uploaded.delete.as_deref(),
        Some("https://imgur.example/delete/xyz")
    );
}

#[test]
fn no_key_stays_in_the_stored_uploader_or_the_request() {
    let secrets = [
        (SLINK.to_owned(), "sk_0123456789abcdef0123"),
        (CHEVERETO.to_owned(), "chv_secret"),
        (ZIPLINE.to_owned(), "MTcwMDAwMDAwMDAwMA"),
        (IMGUR.to_owned(), "0123456789abcde"),
        (sxcu_file(r#""Arguments":{"token":"opensesame"}"#), "opensesame"),
        (sxcu_file(r#""Arguments":{"x":"a1b2c3d4e5f6a7b8c9d0"}"#), "a1b2c3d4e5f6a7b8c9d0"),
        (sxcu_file(r#""Parameters":{"apikey":"opensesame"}"#), "opensesame"),
        (
            sxcu_file(r#""Headers":{"Authorization":"Basic {base64:me:opensesame}"}"#),
            "bWU6b3BlbnNlc2FtZQ==",
        ),
        (
            r#"{"RequestURL":"https://h/up?key=opensesame&x=1","FileFormName":"f"}"#.to_owned(),
            "opensesame",
        ),
        (
            r#"{"RequestURL":"https://me:opensesame@h/up","FileFormName":"f"}"#.to_owned(),
            "opensesame",
        ),
        (
            r#"{"RequestURL":"https://h/api/webhooks/1/a1b2c3d4e5f6a7b8c9d0_x","FileFormName":"f"}"#
                .to_owned(),
            "a1b2c3d4e5f6a7b8c9d0_x",
        ),
    ];
    for (file, secret) in secrets {
        let (sxcu, keys) = import_sxcu(&file);
        assert!(keys.iter().any(|key| key.contains(secret)), "{keys:?}");
        let stored = serde_json::to_string(&sxcu).unwrap();
        assert!(!stored.contains(secret), "{stored}");
        assert_eq!(serde_json::from_str::<Sxcu>(&stored).unwrap(), sxcu);
        let asked = format!("{:?}", request(&sxcu, &picture(1, 1)));
        assert!(!asked.contains(secret), "{asked}");
        let (url, headers, texts, _) = fill_request(&sxcu, &keys);
        let sent = format!("{url} {headers:?} {texts:?}");
        assert!(sent.contains(secret), "{sent}");
    }
}

#[test]
fn parameters_and_names_are_written_as_addresses_are() {
    let members = r#""Parameters":{"name":"{filename}","a b":"1&2","token":"x y"}"#;
    let given = sxcu_file(members).replace("https://h/up", "https://h/{filenamenoext}/up?v=1");
    let (sxcu, keys) = import_sxcu(&given);
    let mut odd = picture(1, 1);
    odd.name = "a b/é?.png".into();
    let url = request(&sxcu, &odd).url.fill(&keys).unwrap();
    assert_eq!(
        url,
        "https://h/a%20b%2F%C3%A9%3F/up?v=1&a%20b=1%262&name=a%20b%2F%C3%A9%3F.png&token=x%20y"
    );
}

#[test]
fn a_binary_uploader_sends_the_picture_alone() {
    let given = r#"{"Version":"14.1.0","RequestMethod":"PUT","RequestURL":"https://h/{filename}","Body":"Binary",
        "Headers":{"Content-Type":"application/x-odd","X-Name":"{filename}"},"URL":"{responseurl}"}"#;
    let (sxcu, keys) = import_sxcu(given);
    let request = request(&sxcu, &picture(1, 1));
    assert_eq!((request.method, keys.len()), ("PUT", 0));
    assert_eq!(
        request.body,
        Body::Binary {
            media_type: "image/png"
        }
    );
    assert_eq!(request.headers, [("x-name".to_owned(), "cat.png".into())]);
    let uploaded = parse_reply(&sxcu, &reply(201, "")).unwrap();
    assert_eq!(uploaded.original, "https://h/cat.png");
}

/// What stands before the picture and behind it, and how it is written.
fn text_body_parts(
    sxcu: &Sxcu,
    keys: &[String],
) -> (&'static str, String, String, PictureEncoding) {
    let mut named = picture(1, 1);
    named.name = "a \"b\".png".into();
    match request(sxcu, &named).body {
        Body::Text {
            content_type,
            before,
            after,
            encoding: written,
        } => (
            content_type,
            before.fill(keys).unwrap(),
            after.fill(keys).unwrap(),
            written,
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_picture_goes_into_a_text_in_base64() {
    let given = r#"{"Version":"14.1.0","RequestURL":"https://h/up","Body":"JSON",
        "Data":"{ \"token\": \"mine\", \"image\": \"data:image/png;base64,{base64:{input}}\", \"name\": \"{filename}\" }","URL":"{json:url}"}"#;
    let (sxcu, keys) = import_sxcu(given);
    assert_eq!(keys, ["mine"]);
    assert!(!serde_json::to_string(&sxcu).unwrap().contains("mine"));
    let (content_type, before, after, written) = text_body_parts(&sxcu, &keys);
    assert_eq!(
        (content_type, written),
        ("application/json", PictureEncoding::Base64)
    );
    let whole: Value = serde_json::from_str(&format!("{before}AAAA{after}")).unwrap();
    assert_eq!(whole["image"], "data:image/png;base64,AAAA");
    assert_eq!(
        (&whole["token"], &whole["name"]),
        (&"mine".into(), &"a \"b\".png".into())
    );

    let given = r#"{"RequestURL":"https://h/up","Body":"XML","Data":"<up><name>{filename}</name><data>{input}</data></up>","URL":"{xml:/url}"}"#;
    let (sxcu, keys) = import_sxcu(given);
    let (_, before, after, _) = text_body_parts(&sxcu, &keys);
    assert_eq!(before, "<up><name>a &quot;b&quot;.png</name><data>");
    assert_eq!(after, "</data></up>");

    let given = r#"{"RequestURL":"https://h/up","Body":"FormURLEncoded","Arguments":{"image":"{input}","key":"k 1","name":"{filename}"},"URL":"{json:url}"}"#;
    let (sxcu, keys) = import_sxcu(given);
    let (_, before, after, written) = text_body_parts(&sxcu, &keys);
    assert_eq!(
        (before.as_str(), written),
        ("image=", PictureEncoding::Base64FormValue)
    );
    assert_eq!(after, "&key=k%201&name=a%20%22b%22.png");
}

#[test]
fn links_are_read_from_every_part_of_a_reply() {
    let page = r#"<a href="https://h/p"><img src="https://h/a.png"></a>"#;
    let xml = r#"<rsp><url>https://h/a.png</url></rsp>"#;
    let there = with_header(reply(302, ""), "location", "/a.png");
    let cases = [
        ("", reply(200, " https://h/a.png\n")),
        ("{response}", reply(200, "https://h/a.png")),
        ("{json:url}", reply(200, r#"{"url":"/a.png"}"#)),
        (
            "{json:{json:inner}|url}",
            reply(200, r#"{"inner":"{\"url\":\"https://h/a.png\"}"}"#),
        ),
        ("{regex:src=\\\"(.+?)\\\"|1}", reply(200, page)),
        ("{xml:/rsp/url}", reply(200, xml)),
        (
            "{header:X-Link}",
            with_header(reply(200, ""), "x-link", "https://h/a.png"),
        ),
        ("{responseurl}", there.clone()),
        ("{header:location}", there),
        ("https://h/{filenamenoext}.png", reply(200, "")),
    ];
    for (template, reply) in cases {
        let (sxcu, _) = import_sxcu(&sxcu_file(&format!(r#""URL":"{template}""#)));
        let original = parse_reply(&sxcu, &reply).map(|uploaded| uploaded.original);
        let expected = match template.contains("filename") {
            true => "https://h/cat.png",
            false => "https://h/a.png",
        };
        assert_eq!(original.as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn the_oldest_files_are_read_too() {
    let given = r#"{"Name":"x","RequestType":"POST","RequestURL":"https://h/up","FileFormName":"f",
        "Arguments":{"source":"%input","format":"redirect"},
        "RegexList":["<u>(.+)</u>","<t>(.+)</t>"],"URL":"$regex:1,1$","ThumbnailURL":"$regex:2|1$"}"#;
    let (sxcu, keys) = import_sxcu(given);
    let (_, _, texts, _) = fill_request(&sxcu, &keys);
    assert_eq!(texts, [pair("format", "redirect"), pair("source", "")]);
    let answer = reply(200, "<u>https://h/a.png</u><t>https://h/t.png</t>");
    let uploaded = parse_reply(&sxcu, &answer).unwrap();
    assert_eq!(uploaded.original, "https://h/a.png");
    assert_eq!(uploaded.thumbnail.as_deref(), Some("https://h/t.png"));
}

#[test]
fn a_file_that_cannot_send_pictures_is_refused_with_its_reason() {
    let with = |from: &str, to: &str| sxcu_file(r#""URL":"{json:url}""#).replace(from, to);
    // Without a place for the picture these carry none.
    for body in ["JSON", "FormURLEncoded", "XML", "None"] {
        let given = with("MultipartFormData", body).replace(r#""FileFormName":"f","#, "");
        let refused = import(given.as_bytes());
        assert_eq!(refused, Err(SxcuError::NoPicture(body.into())), "{given}");
    }
    let cases = [
        ("not json".to_owned(), SxcuError::NotAnUploader),
        ("[]".to_owned(), SxcuError::NotAnUploader),
        (r#"{"FileFormName":"f"}"#.to_owned(), SxcuError::NoAddress),
        (with("https://h/up", "ftp://h/up"), SxcuError::NoAddress),
        (with("https://h/up", "h/up"), SxcuError::NoAddress),
        (
            with("MultipartFormData", "JSON"),
            SxcuError::NoPicture("JSON".into()),
        ),
        (
            with("\"URL\"", "\"RequestMethod\":\"GET\",\"URL\""),
            SxcuError::Method("GET".into()),
        ),
        (
            with("\"URL\"", "\"DestinationType\":\"URLShortener\",\"URL\""),
            SxcuError::NotForPictures("URLShortener".into()),
        ),
        (
            with("{json:url}", "{json:url"),
            SxcuError::UnclosedCall("URL"),
        ),
        (
            with("\"URL\"", "\"Arguments\":{\"a\":\"{prompt:Name}\"},\"URL\""),
            SxcuError::NeedsInput("Arguments"),
        ),
        (
            with("\"URL\"", "\"Headers\":{\"a b\":\"c\"},\"URL\""),
            SxcuError::Header("a b".into()),
        ),
    ];
    for (given, expected) in cases {
        assert_eq!(import(given.as_bytes()), Err(expected), "{given}");
    }
}

#[test]
fn a_reply_without_a_link_is_unexpected() {
    let (sxcu, _) = import_sxcu(&sxcu_file(r#""URL":"{json:url}""#));
    let no_links = ["javascript:alert(1)", "//h/a", "file:///a", "https://h/a b"]
        .map(|link| format!(r#"{{"url":"{link}"}}"#));
    for body in hostile_bodies().into_iter().chain(no_links) {
        let outcome = parse_reply(&sxcu, &reply(200, &body));
        assert!(
            matches!(outcome, Err(Failure::UnexpectedReply { .. })),
            "{outcome:?}"
        );
    }
    let moved = with_header(reply(302, ""), "location", "https://h/a.png");
    assert!(parse_reply(&sxcu, &moved).is_err());
}

#[test]
fn an_exported_file_can_be_imported() {
    let given = export("Vitrine", "https://pics.example", "sk_mine");
    let (sxcu, keys) = import_sxcu(&given);
    let (url, headers, _, field) = fill_request(&sxcu, &keys);
    assert_eq!(url, "https://pics.example/upload");
    assert_eq!(headers, [pair("authorization", "Bearer sk_mine")]);
    assert_eq!(field, "file");
    let body = r#"{"id":"a","original":"https://pics.example/a","sizes":{"200":"https://pics.example/a/200"}}"#;
    let uploaded = parse_reply(&sxcu, &reply(200, body)).unwrap();
    assert_eq!(uploaded.original, "https://pics.example/a");
    assert_eq!(
        uploaded.thumbnail.as_deref(),
        Some("https://pics.example/a/200")
    );
}
