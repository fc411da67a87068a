//! Custom uploaders: a target that a file of ShareX's describes, its request and where the links stand in its answer.
//! Most hosts of pictures offer such a file, so this is a way to all of them. How the file is read and written stands
//! in `file`, the language of its texts in `syntax`.

mod file;
mod look_up;
mod syntax;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::Url;

use super::addresses::absolute;
use super::refusals::{refusal, refused, unexpected};
use super::{Body, Reply, Request, Words};
use crate::{Failure, Picture, Target, Uploaded};
pub use file::{SxcuError, export, import};
use syntax::{Function, Node, Template};

/// An uploader that was imported, without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sxcu {
    pub name: String,
    method: Method,
    address: Template,
    parameters: Vec<(String, Template)>,
    headers: Vec<(String, Template)>,
    sent: Sent,
    /// Where the links stand in the answer. Without the first, the answer is the link.
    url: Template,
    thumbnail: Template,
    deletion: Template,
    /// Where a refusal's words stand.
    error: Template,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Post,
    Put,
    Patch,
}

/// How the picture is carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sent {
    Form {
        field: String,
        arguments: Vec<(String, Template)>,
    },
    /// The body is the picture.
    Binary,
}

impl Sxcu {
    /// `http(s)://host[:port]`, as a target's base.
    pub fn base(&self) -> Option<String> {
        let url = Url::parse(&self.at(None).without_key()).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// Where the picture goes; its parameters belong to that.
    fn at(&self, picture: Option<&Picture>) -> Words {
        let known = Known {
            name: picture.map(|picture| picture.name.as_str()),
            answer: None,
        };
        let mut address = Words::default();
        for node in &self.address.0 {
            match node {
                Node::Text(text) => address.say(text),
                Node::Key(part) => address.say_key(*part),
                Node::Call(function, parameters) => {
                    let said = known.call(*function, parameters).unwrap_or_default();
                    address.say_encoded(&said.into());
                }
            }
        }
        let mut joint = if address.contains('?') { "&" } else { "?" };
        for (name, value) in &self.parameters {
            address.say(joint);
            address.say_encoded(&name.as_str().into());
            address.say("=");
            address.say_encoded(&known.words(value));
            joint = "&";
        }
        address
    }
}

/// The request as the file describes it.
pub fn request(sxcu: &Sxcu, picture: &Picture) -> Request {
    let known = Known {
        name: Some(&picture.name),
        answer: None,
    };
    let pairs = |pairs: &[(String, Template)]| -> Vec<(String, Words)> {
        let words = |(name, value): &(String, Template)| (name.clone(), known.words(value));
        pairs.iter().map(words).collect()
    };
    let media_type = picture.info.format.media_type();
    Request {
        method: match sxcu.method {
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        },
        url: sxcu.at(Some(picture)),
        headers: pairs(&sxcu.headers),
        body: match &sxcu.sent {
            Sent::Form { field, arguments } => Body::Multipart {
                texts: pairs(arguments),
                field: field.clone(),
                file_name: picture.name.clone(),
                media_type,
            },
            Sent::Binary => Body::Binary { media_type },
        },
    }
}

/// Reads the links where the file says that they are, or the refusal.
pub fn parse(
    target: &Target,
    sxcu: &Sxcu,
    picture: &Picture,
    reply: &Reply,
) -> Result<Uploaded, Failure> {
    let text = String::from_utf8_lossy(&reply.body);
    let known = Known {
        name: Some(&picture.name),
        answer: Some(Answer {
            reply,
            text: &text,
            asked: sxcu.at(Some(picture)).without_key(),
        }),
    };
    let error = Some(known.text(&sxcu.error)).filter(|said| !said.trim().is_empty());
    // Some answer with the picture's page by sending there.
    let sends_there = matches!(reply.status, 300..=399)
        && reply.header("location").is_some()
        && sxcu.url.calls(&[Function::ResponseUrl, Function::Header]);
    if !sends_there && !matches!(reply.status, 200..=299) {
        return Err(refusal(target, picture, reply, error.as_deref()));
    }
    let link = |template: &Template| absolute(known.text(template).trim(), &target.base);
    let original = match sxcu.url.is_empty() {
        true => absolute(text.trim(), &target.base),
        false => link(&sxcu.url),
    };
    match (original, error) {
        (Some(original), _) => Ok(Uploaded {
            original,
            sizes: BTreeMap::new(),
            thumbnail: link(&sxcu.thumbnail),
            delete: link(&sxcu.deletion),
            ..Uploaded::default()
        }),
        // Some refuse with a status that means success.
        (None, Some(error)) => Err(refused(reply, Some(&error))),
        (None, None) => Err(unexpected(target, reply)),
    }
}

/// What the calls in a text can be answered from.
struct Known<'a> {
    name: Option<&'a str>,
    answer: Option<Answer<'a>>,
}

struct Answer<'a> {
    reply: &'a Reply,
    text: &'a str,
    /// The address that was asked.
    asked: String,
}

impl Known<'_> {
    fn words(&self, template: &Template) -> Words {
        let mut words = Words::default();
        for node in &template.0 {
            match node {
                Node::Text(text) => words.say(text),
                Node::Key(part) => words.say_key(*part),
                Node::Call(function, parameters) => {
                    words.say(&self.call(*function, parameters).unwrap_or_default());
                }
            }
        }
        words
    }

    fn text(&self, template: &Template) -> String {
        self.words(template).without_key()
    }

    /// What a call says; `None` where there is no such thing.
    fn call(&self, function: Function, parameters: &[Template]) -> Option<String> {
        let parameters: Vec<String> = parameters.iter().map(|given| self.text(given)).collect();
        let parameter = |at: usize| parameters.get(at).map(String::as_str);
        let answer = || self.answer.as_ref();
        // A first parameter of two is what to look in, else it is the answer.
        let within = |least: usize| -> Option<(&str, &[String])> {
            match parameters.len() > least {
                true => Some((&parameters[0], &parameters[1..])),
                false => Some((answer()?.text, &parameters[..])),
            }
        };
        match function {
            Function::Json => {
                let (text, rest) = within(1)?;
                look_up::json(text, rest.first()?)
            }
            Function::Xml => {
                let (text, rest) = within(1)?;
                look_up::xml(text, rest.first()?)
            }
            Function::Regex => {
                let (text, rest) = within(2)?;
                look_up::regex(text, rest.first()?, rest.get(1).map(String::as_str))
            }
            Function::Header => {
                let name = parameter(0)?.trim().to_ascii_lowercase();
                Some(answer()?.reply.header(&name)?.to_owned())
            }
            Function::Response => Some(answer()?.text.to_owned()),
            Function::ResponseUrl => {
                let answer = answer()?;
                let asked = Url::parse(&answer.asked).ok()?;
                let there = answer.reply.header("location").unwrap_or_default();
                Some(asked.join(there).ok()?.to_string())
            }
            Function::FileName => Some(self.name?.to_owned()),
            Function::FileNameNoExt => {
                let name = self.name?;
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                Some(stem.to_owned())
            }
            Function::Base64 => Some(STANDARD.encode(parameter(0)?)),
            Function::Random | Function::Select => Some(parameter(0)?.to_owned()),
            // What is typed or pasted there, and a picture is neither.
            Function::Input | Function::Prompt => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::targets::fixtures::{self, hostile_bodies, picture, reply, with_header};

    const SLINK: &str = include_str!("sxcu/fixtures/slink.sxcu");
    const CHEVERETO: &str = include_str!("sxcu/fixtures/chevereto.sxcu");
    const ZIPLINE: &str = include_str!("sxcu/fixtures/zipline.sxcu");
    const IMGUR: &str = include_str!("sxcu/fixtures/imgur.sxcu");

    fn read(file: &str) -> (Sxcu, Vec<String>) {
        let (sxcu, keys) = import(file.as_bytes()).unwrap();
        (sxcu, serde_json::from_str(&keys).unwrap())
    }

    /// A file with these further members.
    fn file(members: &str) -> String {
        format!(
            r#"{{"Version":"14.1.0","RequestURL":"https://h/up","Body":"MultipartFormData","FileFormName":"f",{members}}}"#
        )
    }

    fn answered(sxcu: &Sxcu, reply: &Reply) -> Result<Uploaded, Failure> {
        let target = Target {
            base: sxcu.base().unwrap(),
            ..fixtures::target(Kind::Sxcu(Box::new(sxcu.clone())), false)
        };
        parse(&target, sxcu, &picture(900, 300), reply)
    }

    /// What would be sent: the address, the headers, the texts of the form, and the picture's field.
    type Shown = (String, Vec<(String, String)>, Vec<(String, String)>, String);

    fn shown(sxcu: &Sxcu, keys: &[String]) -> Shown {
        let request = request(sxcu, &picture(1, 1));
        let filled = |pairs: &[(String, Words)]| -> Vec<(String, String)> {
            let fill = |(name, words): &(String, Words)| (name.clone(), words.with(keys).unwrap());
            pairs.iter().map(fill).collect()
        };
        let url = request.url.with(keys).unwrap();
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
        let (sxcu, keys) = read(SLINK);
        let (url, headers, texts, field) = shown(&sxcu, &keys);
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
        let uploaded = answered(&sxcu, &reply(201, body)).unwrap();
        // The doubled slash is Slink's own, and it serves it.
        assert_eq!(uploaded.original, "https://slink.example//api/image/u.png");
        assert_eq!(
            uploaded.thumbnail.as_deref(),
            Some("https://slink.example/image/u.png?w=1")
        );
    }

    #[test]
    fn cheveretos_file_in_the_older_spelling() {
        let (sxcu, keys) = read(CHEVERETO);
        let (url, headers, texts, field) = shown(&sxcu, &keys);
        assert_eq!(url, "https://chevereto.example/api/1/upload?format=json");
        assert_eq!(headers, [pair("x-api-key", "chv_secret")]);
        assert_eq!(texts, [pair("source", ""), pair("title", "cat.png")]);
        assert_eq!(field, "source");
        let body = r#"{"status_code":200,"image":{"url":"https://h/a.png","thumb":{"url":"https://h/a.th.png"},"delete_url":"https://h/d"}}"#;
        let uploaded = answered(&sxcu, &reply(200, body)).unwrap();
        assert_eq!(uploaded.original, "https://h/a.png");
        assert_eq!(uploaded.thumbnail.as_deref(), Some("https://h/a.th.png"));
        assert_eq!(uploaded.delete.as_deref(), Some("https://h/d"));
        // Whatever the status of a refusal.
        let body = r#"{"status_code":400,"error":{"message":"Duplicated upload","code":101}}"#;
        for status in [400, 200] {
            let expected = Failure::Refused {
                said: "Duplicated upload".into(),
            };
            assert_eq!(answered(&sxcu, &reply(status, body)), Err(expected));
        }
    }

    #[test]
    fn ziplines_file_reads_the_first_of_a_list() {
        let (sxcu, keys) = read(ZIPLINE);
        let (_, headers, _, _) = shown(&sxcu, &keys);
        let expected = [
            pair("authorization", "MTcwMDAwMDAwMDAwMA==.Zm9v"),
            pair("x-zipline-format", "RANDOM"),
        ];
        assert_eq!(headers, expected);
        let body =
            r#"{"files":[{"id":"1","type":"image/png","url":"https://zipline.example/u/a.png"}]}"#;
        let uploaded = answered(&sxcu, &reply(200, body)).unwrap();
        assert_eq!(uploaded.original, "https://zipline.example/u/a.png");
        assert_eq!(
            answered(&sxcu, &reply(401, r#"{"error":"not logged in"}"#)),
            Err(Failure::Unauthorised)
        );
    }

    #[test]
    fn imgurs_file_builds_its_links_of_parts() {
        let (sxcu, keys) = read(IMGUR);
        let (_, headers, _, _) = shown(&sxcu, &keys);
        assert_eq!(
            headers,
            [pair("authorization", "Client-ID 0123456789abcde")]
        );
        let body = r#"{"data":{"id":"ab12","deletehash":"xyz","link":"https://i.imgur.example/ab12.png"},"success":true}"#;
        let uploaded = answered(&sxcu, &reply(200, body)).unwrap();
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
    fn no_key_stays_in_what_is_stored_or_asked() {
        let secrets = [
            (SLINK.to_owned(), "sk_0123456789abcdef0123"),
            (CHEVERETO.to_owned(), "chv_secret"),
            (ZIPLINE.to_owned(), "MTcwMDAwMDAwMDAwMA"),
            (IMGUR.to_owned(), "0123456789abcde"),
            (file(r#""Arguments":{"token":"opensesame"}"#), "opensesame"),
            (file(r#""Arguments":{"x":"a1b2c3d4e5f6a7b8c9d0"}"#), "a1b2c3d4e5f6a7b8c9d0"),
            (file(r#""Parameters":{"apikey":"opensesame"}"#), "opensesame"),
            (
                file(r#""Headers":{"Authorization":"Basic {base64:me:opensesame}"}"#),
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
            let (sxcu, keys) = read(&file);
            assert!(keys.iter().any(|key| key.contains(secret)), "{keys:?}");
            let stored = serde_json::to_string(&sxcu).unwrap();
            assert!(!stored.contains(secret), "{stored}");
            assert_eq!(serde_json::from_str::<Sxcu>(&stored).unwrap(), sxcu);
            let asked = format!("{:?}", request(&sxcu, &picture(1, 1)));
            assert!(!asked.contains(secret), "{asked}");
            let (url, headers, texts, _) = shown(&sxcu, &keys);
            let sent = format!("{url} {headers:?} {texts:?}");
            assert!(sent.contains(secret), "{sent}");
        }
    }

    #[test]
    fn parameters_and_names_are_written_as_addresses_are() {
        let members = r#""Parameters":{"name":"{filename}","a b":"1&2","token":"x y"}"#;
        let given = file(members).replace("https://h/up", "https://h/{filenamenoext}/up?v=1");
        let (sxcu, keys) = read(&given);
        let mut odd = picture(1, 1);
        odd.name = "a b/é?.png".into();
        let url = request(&sxcu, &odd).url.with(&keys).unwrap();
        assert_eq!(
            url,
            "https://h/a%20b%2F%C3%A9%3F/up?v=1&a%20b=1%262&name=a%20b%2F%C3%A9%3F.png&token=x%20y"
        );
    }

    #[test]
    fn a_binary_uploader_sends_the_picture_alone() {
        let given = r#"{"Version":"14.1.0","RequestMethod":"PUT","RequestURL":"https://h/{filename}","Body":"Binary",
            "Headers":{"Content-Type":"application/x-odd","X-Name":"{filename}"},"URL":"{responseurl}"}"#;
        let (sxcu, keys) = read(given);
        let request = request(&sxcu, &picture(1, 1));
        assert_eq!((request.method, keys.len()), ("PUT", 0));
        assert_eq!(
            request.body,
            Body::Binary {
                media_type: "image/png"
            }
        );
        assert_eq!(request.headers, [("x-name".to_owned(), "cat.png".into())]);
        let uploaded = answered(&sxcu, &reply(201, "")).unwrap();
        assert_eq!(uploaded.original, "https://h/cat.png");
    }

    #[test]
    fn links_are_read_wherever_an_answer_may_have_them() {
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
            let (sxcu, _) = read(&file(&format!(r#""URL":"{template}""#)));
            let original = answered(&sxcu, &reply).map(|uploaded| uploaded.original);
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
        let (sxcu, keys) = read(given);
        let (_, _, texts, _) = shown(&sxcu, &keys);
        assert_eq!(texts, [pair("format", "redirect"), pair("source", "")]);
        let answer = reply(200, "<u>https://h/a.png</u><t>https://h/t.png</t>");
        let uploaded = answered(&sxcu, &answer).unwrap();
        assert_eq!(uploaded.original, "https://h/a.png");
        assert_eq!(uploaded.thumbnail.as_deref(), Some("https://h/t.png"));
    }

    #[test]
    fn a_file_that_cannot_send_pictures_is_refused_with_its_reason() {
        let with = |from: &str, to: &str| file(r#""URL":"{json:url}""#).replace(from, to);
        // ShareX sends no picture with these bodies either ("Unsupported request format"): they are for texts.
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
            (with("{json:url}", "{json:url"), SxcuError::Unclosed("URL")),
            (
                with("\"URL\"", "\"Arguments\":{\"a\":\"{prompt:Name}\"},\"URL\""),
                SxcuError::Asks("Arguments"),
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
    fn an_answer_without_the_link_is_no_link() {
        let (sxcu, _) = read(&file(r#""URL":"{json:url}""#));
        let no_links = ["javascript:alert(1)", "//h/a", "file:///a", "https://h/a b"]
            .map(|link| format!(r#"{{"url":"{link}"}}"#));
        for body in hostile_bodies().into_iter().chain(no_links) {
            let outcome = answered(&sxcu, &reply(200, &body));
            assert!(
                matches!(outcome, Err(Failure::UnexpectedReply { .. })),
                "{outcome:?}"
            );
        }
        let moved = with_header(reply(302, ""), "location", "https://h/a.png");
        assert!(answered(&sxcu, &moved).is_err());
    }

    #[test]
    fn our_own_file_is_read_by_us() {
        let given = export("Vitrine", "https://pics.example", "sk_mine");
        let (sxcu, keys) = read(&given);
        let (url, headers, _, field) = shown(&sxcu, &keys);
        assert_eq!(url, "https://pics.example/upload");
        assert_eq!(headers, [pair("authorization", "Bearer sk_mine")]);
        assert_eq!(field, "file");
        let body = r#"{"id":"a","original":"https://pics.example/a","sizes":{"200":"https://pics.example/a/200"}}"#;
        let uploaded = answered(&sxcu, &reply(200, body)).unwrap();
        assert_eq!(uploaded.original, "https://pics.example/a");
        assert_eq!(
            uploaded.thumbnail.as_deref(),
            Some("https://pics.example/a/200")
        );
    }
}
