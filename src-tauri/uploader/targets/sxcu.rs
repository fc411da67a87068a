//! Custom uploaders: a target that a file of ShareX's describes, its request and where the links stand in its answer.
//! Most hosts of pictures offer such a file, so this is a way to all of them. How the file is read and written stands
//! in `file`, the language of its texts in `syntax`.

mod definition;
mod extract;
mod format;
mod keys;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::errors::{failure_for_status, refused_failure, unexpected_reply};
use super::response_urls::absolute_url;
use super::{Body, PictureEncoding, Reply, Request, SecretTemplate};
use crate::{Failure, Picture, Target, UploadResult};
pub use definition::Sxcu;
use definition::{Method, TextFormat, UploadBody};
pub use format::{SxcuError, export, import};
use template::{Function, Node, Template};

impl Sxcu {
    /// `http(s)://host[:port]`, as a target's base.
    pub fn base(&self) -> Option<String> {
        let url = Url::parse(&self.upload_url(None).without_keys()).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// Where the picture goes; its parameters belong to that.
    fn upload_url(&self, picture: Option<&Picture>) -> SecretTemplate {
        let lookup = LookupContext {
            name: picture.map(|picture| picture.name.as_str()),
            answer: None,
        };
        let mut address = SecretTemplate::default();
        for node in &self.address.0 {
            match node {
                Node::Text(text) => address.push(text),
                Node::Key(part) => address.push_key(*part),
                Node::Call(function, parameters) => {
                    let value = lookup
                        .evaluate_call(*function, parameters)
                        .unwrap_or_default();
                    address.push_encoded(&value.into());
                }
            }
        }
        let mut separator = if address.contains('?') { "&" } else { "?" };
        for (name, value) in &self.parameters {
            address.push(separator);
            address.push_encoded(&name.as_str().into());
            address.push("=");
            address.push_encoded(&lookup.fill_template(value));
            separator = "&";
        }
        address
    }
}

/// The request as the file describes it.
pub fn request(sxcu: &Sxcu, picture: &Picture) -> Request {
    let lookup = LookupContext {
        name: Some(&picture.name),
        answer: None,
    };
    let pairs = |pairs: &[(String, Template)]| -> Vec<(String, SecretTemplate)> {
        let words =
            |(name, value): &(String, Template)| (name.clone(), lookup.fill_template(value));
        pairs.iter().map(words).collect()
    };
    let media_type = picture.info.format.media_type();
    Request {
        method: match sxcu.method {
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        },
        url: sxcu.upload_url(Some(picture)),
        headers: pairs(&sxcu.headers),
        body: match &sxcu.sent {
            UploadBody::Form { field, arguments } => Body::Multipart {
                texts: pairs(arguments),
                field: field.clone(),
                file_name: picture.name.clone(),
                media_type,
            },
            UploadBody::Binary => Body::Binary { media_type },
            UploadBody::Text { format, data } => text_body(&lookup, *format, data),
            UploadBody::Fields { arguments } => form_body(&lookup, arguments),
        },
    }
}

fn text_body(lookup: &LookupContext, format: TextFormat, data: &Template) -> Body {
    let (mut before, mut after, mut after_picture) =
        (SecretTemplate::default(), SecretTemplate::default(), false);
    for node in &data.0 {
        let template = if after_picture {
            &mut after
        } else {
            &mut before
        };
        match node {
            node if !after_picture && node.is_picture() => after_picture = true,
            Node::Text(text) => template.push(text),
            Node::Key(part) => template.push_key(*part),
            Node::Call(function, parameters) => {
                let value = lookup
                    .evaluate_call(*function, parameters)
                    .unwrap_or_default();
                template.push(&format.escape_text(&value));
            }
        }
    }
    Body::Text {
        content_type: format.media_type(),
        before,
        after,
        encoding: PictureEncoding::Base64,
    }
}

fn form_body(lookup: &LookupContext, arguments: &[(String, Template)]) -> Body {
    let (mut before, mut after, mut after_picture) =
        (SecretTemplate::default(), SecretTemplate::default(), false);
    let mut separator = "";
    for (name, value) in arguments {
        let template = if after_picture {
            &mut after
        } else {
            &mut before
        };
        template.push(separator);
        template.push_encoded(&name.as_str().into());
        template.push("=");
        for node in &value.0 {
            match node {
                node if !after_picture && node.is_picture() => after_picture = true,
                node => {
                    let template = if after_picture {
                        &mut after
                    } else {
                        &mut before
                    };
                    template.push_encoded(&lookup.fill_template(&Template(vec![node.clone()])));
                }
            }
        }
        separator = "&";
    }
    Body::Text {
        content_type: "application/x-www-form-urlencoded",
        before,
        after,
        encoding: PictureEncoding::Base64FormValue,
    }
}

/// Reads the links where the file says that they are, or the refusal.
pub fn parse(
    target: &Target,
    sxcu: &Sxcu,
    picture: &Picture,
    reply: &Reply,
) -> Result<UploadResult, Failure> {
    let text = String::from_utf8_lossy(&reply.body);
    let lookup = LookupContext {
        name: Some(&picture.name),
        answer: Some(ReplyContext {
            reply,
            text: &text,
            request_url: sxcu.upload_url(Some(picture)).without_keys(),
        }),
    };
    let error = Some(lookup.evaluate(&sxcu.error)).filter(|said| !said.trim().is_empty());
    // Some answer with the picture's page by sending there.
    let redirects_to_page = matches!(reply.status, 300..=399)
        && reply.header("location").is_some()
        && sxcu
            .url
            .calls_any_of(&[Function::ResponseUrl, Function::Header]);
    if !redirects_to_page && !matches!(reply.status, 200..=299) {
        return Err(failure_for_status(target, picture, reply, error.as_deref()));
    }
    let link = |template: &Template| absolute_url(lookup.evaluate(template).trim(), &target.base);
    let original = match sxcu.url.is_empty() {
        true => absolute_url(text.trim(), &target.base),
        false => link(&sxcu.url),
    };
    match (original, error) {
        (Some(original), _) => Ok(UploadResult {
            original,
            sizes: BTreeMap::new(),
            thumbnail: link(&sxcu.thumbnail),
            delete: link(&sxcu.deletion),
            ..UploadResult::default()
        }),
        // Some refuse with a status that means success.
        (None, Some(error)) => Err(refused_failure(reply, Some(&error))),
        (None, None) => Err(unexpected_reply(target, reply)),
    }
}

/// What the calls in a text can be answered from.
struct LookupContext<'a> {
    name: Option<&'a str>,
    answer: Option<ReplyContext<'a>>,
}

struct ReplyContext<'a> {
    reply: &'a Reply,
    text: &'a str,
    /// The address that was asked.
    request_url: String,
}

impl LookupContext<'_> {
    fn fill_template(&self, template: &Template) -> SecretTemplate {
        let mut words = SecretTemplate::default();
        for node in &template.0 {
            match node {
                Node::Text(text) => words.push(text),
                Node::Key(part) => words.push_key(*part),
                Node::Call(function, parameters) => {
                    words.push(
                        &self
                            .evaluate_call(*function, parameters)
                            .unwrap_or_default(),
                    );
                }
            }
        }
        words
    }

    fn evaluate(&self, template: &Template) -> String {
        self.fill_template(template).without_keys()
    }

    /// What a call says; `None` where there is no such thing.
    fn evaluate_call(&self, function: Function, parameters: &[Template]) -> Option<String> {
        let parameters: Vec<String> = parameters
            .iter()
            .map(|given| self.evaluate(given))
            .collect();
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
                extract::find_json(text, rest.first()?)
            }
            Function::Xml => {
                let (text, rest) = within(1)?;
                extract::find_xml(text, rest.first()?)
            }
            Function::Regex => {
                let (text, rest) = within(2)?;
                extract::find_regex(text, rest.first()?, rest.get(1).map(String::as_str))
            }
            Function::Header => {
                let name = parameter(0)?.trim().to_ascii_lowercase();
                Some(answer()?.reply.header(&name)?.to_owned())
            }
            Function::Response => Some(answer()?.text.to_owned()),
            Function::ResponseUrl => {
                let answer = answer()?;
                let asked = Url::parse(&answer.request_url).ok()?;
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
