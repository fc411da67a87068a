//! Custom uploaders: a target that a file of ShareX's describes, its request and where the links stand in its answer.
//! Most hosts of pictures offer such a file, so this is a way to all of them. How the file is read and written stands
//! in `file`, the language of its texts in `syntax`.

mod extract;
mod format;
mod keys;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::errors::{refusal, refused, unexpected};
use super::response_urls::absolute;
use super::{Body, Reply, Request, Words, Written};
use crate::{Failure, Picture, Target, Uploaded};
pub use format::{SxcuError, export, import};
use template::{Function, Node, Template};

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
    /// A text, in which the picture stands in base64 where `{input}` is.
    Text { format: Format, data: Template },
    /// The same, in one of these fields.
    Fields { arguments: Vec<(String, Template)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Json,
    Xml,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Xml => "application/xml",
        }
    }

    /// What is looked up for a picture, so that it ends nothing that the text has begun.
    fn escaped(self, text: &str) -> String {
        match self {
            Format::Json => {
                let quoted = Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Format::Xml => crate::links::attribute(text),
        }
    }
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
            Sent::Text { format, data } => text(&known, *format, data),
            Sent::Fields { arguments } => fields(&known, arguments),
        },
    }
}

fn text(known: &Known, format: Format, data: &Template) -> Body {
    let (mut before, mut after, mut behind) = (Words::default(), Words::default(), false);
    for node in &data.0 {
        let words = if behind { &mut after } else { &mut before };
        match node {
            node if !behind && node.is_picture() => behind = true,
            Node::Text(text) => words.say(text),
            Node::Key(part) => words.say_key(*part),
            Node::Call(function, parameters) => {
                let said = known.call(*function, parameters).unwrap_or_default();
                words.say(&format.escaped(&said));
            }
        }
    }
    Body::Text {
        content_type: format.media_type(),
        before,
        after,
        written: Written::Base64,
    }
}

fn fields(known: &Known, arguments: &[(String, Template)]) -> Body {
    let (mut before, mut after, mut behind) = (Words::default(), Words::default(), false);
    let mut joint = "";
    for (name, value) in arguments {
        let words = if behind { &mut after } else { &mut before };
        words.say(joint);
        words.say_encoded(&name.as_str().into());
        words.say("=");
        for node in &value.0 {
            match node {
                node if !behind && node.is_picture() => behind = true,
                node => {
                    let words = if behind { &mut after } else { &mut before };
                    words.say_encoded(&known.words(&Template(vec![node.clone()])));
                }
            }
        }
        joint = "&";
    }
    Body::Text {
        content_type: "application/x-www-form-urlencoded",
        before,
        after,
        written: Written::Base64InForm,
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
                extract::json(text, rest.first()?)
            }
            Function::Xml => {
                let (text, rest) = within(1)?;
                extract::xml(text, rest.first()?)
            }
            Function::Regex => {
                let (text, rest) = within(2)?;
                extract::regex(text, rest.first()?, rest.get(1).map(String::as_str))
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
