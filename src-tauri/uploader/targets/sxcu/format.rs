//! The file that describes a custom uploader: reading one of any version, and writing one for our own server.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::extract_keys;
use super::template::{Function, Node, Template};
use super::{Method, Sxcu, TextFormat, UploadBody};

/// Why a file is no uploader that pictures can be sent with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SxcuError {
    #[error("This is not a ShareX custom uploader: it is no JSON of that shape.")]
    NotAnUploader,
    #[error("The uploader has no address. Its RequestURL has to begin with http:// or https://.")]
    NoAddress,
    #[error("The uploader is not for pictures: its destination is {0}.")]
    NotForPictures(String),
    #[error(
        "The uploader carries no picture: its body is {0}, and nowhere in it stands {{input}}, which is where the picture goes."
    )]
    NoPicture(String),
    #[error("The uploader's request is {0}, which carries no picture.")]
    Method(String),
    #[error(
        "The uploader's {0} has a call that does not end. Write a brace that is meant as a letter as \\{{."
    )]
    UnclosedCall(&'static str),
    #[error(
        "The uploader's {0} asks for something to be typed, and nobody is asked here. Write the answer into it."
    )]
    NeedsInput(&'static str),
    #[error("The uploader's header {0} cannot be sent.")]
    Header(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SxcuFile {
    version: Option<String>,
    name: Option<String>,
    destination_type: Option<String>,
    #[serde(alias = "RequestType")]
    request_method: Option<String>,
    #[serde(rename = "RequestURL")]
    request_url: Option<String>,
    parameters: Option<BTreeMap<String, Value>>,
    headers: Option<BTreeMap<String, Value>>,
    body: Option<String>,
    arguments: Option<BTreeMap<String, Value>>,
    data: Option<String>,
    file_form_name: Option<String>,
    regex_list: Option<Vec<String>>,
    #[serde(rename = "URL")]
    url: Option<String>,
    #[serde(rename = "ThumbnailURL")]
    thumbnail_url: Option<String>,
    #[serde(rename = "DeletionURL")]
    deletion_url: Option<String>,
    error_message: Option<String>,
}

/// The last version of the program that wrote `$…$`.
const LAST_OLD_VERSION: [u32; 3] = [13, 7, 1];

/// Reads a file, and takes the keys out of it: they come beside it, as a JSON list, which is for the keychain.
pub fn import(bytes: &[u8]) -> Result<(Sxcu, String), SxcuError> {
    // The program writes a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: SxcuFile = serde_json::from_slice(bytes).map_err(|_| SxcuError::NotAnUploader)?;
    let destination = file.destination_type.clone().unwrap_or_default();
    let for_pictures = ["ImageUploader", "FileUploader", "None"];
    if !destination.is_empty() && !for_pictures.iter().any(|kind| destination.contains(kind)) {
        return Err(SxcuError::NotForPictures(destination));
    }
    let method = match file.request_method.as_deref().unwrap_or("POST") {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        other => return Err(SxcuError::Method(other.to_owned())),
    };
    let reader = TemplateReader {
        old_syntax: uses_old_syntax(&file),
        patterns: file.regex_list.clone().unwrap_or_default(),
    };
    let arguments = reader.read_pairs("Arguments", file.arguments)?;
    let sent = match file.body.as_deref() {
        Some("Binary") => UploadBody::Binary,
        // The oldest files have no body, but a name for the file's field.
        Some("MultipartFormData") => UploadBody::Form {
            field: file.file_form_name.unwrap_or_else(|| "file".into()),
            arguments,
        },
        None | Some("None") => match file.file_form_name {
            Some(field) => UploadBody::Form { field, arguments },
            None => return Err(SxcuError::NoPicture("None".into())),
        },
        // ShareX itself sends only texts so. Hosts that take pictures in base64 get them so.
        Some(body @ ("JSON" | "XML")) => {
            let data = reader.read_template("Data", &file.data.unwrap_or_default())?;
            if !data.0.iter().any(Node::is_picture) {
                return Err(SxcuError::NoPicture(body.to_owned()));
            }
            let format = match body {
                "JSON" => TextFormat::Json,
                _ => TextFormat::Xml,
            };
            UploadBody::Text { format, data }
        }
        Some(body @ "FormURLEncoded") => {
            let mut nodes = arguments.iter().flat_map(|(_, value)| &value.0);
            if !nodes.any(Node::is_picture) {
                return Err(SxcuError::NoPicture(body.to_owned()));
            }
            UploadBody::Fields { arguments }
        }
        Some(other) => return Err(SxcuError::NoPicture(other.to_owned())),
    };
    let headers = reader.read_pairs("Headers", file.headers)?;
    let address = file.request_url.unwrap_or_default();
    let host = url::Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .and_then(|url| Some(url.host_str()?.to_owned()))
        .ok_or(SxcuError::NoAddress)?;
    let mut sxcu = Sxcu {
        name: file
            .name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(host),
        method,
        address: reader.read_template("RequestURL", &address)?,
        parameters: reader.read_pairs("Parameters", file.parameters)?,
        headers: custom_headers(headers)?,
        sent,
        url: reader.read_template("URL", &file.url.unwrap_or_default())?,
        thumbnail: reader.read_template("ThumbnailURL", &file.thumbnail_url.unwrap_or_default())?,
        deletion: reader.read_template("DeletionURL", &file.deletion_url.unwrap_or_default())?,
        error: reader.read_template("ErrorMessage", &file.error_message.unwrap_or_default())?,
    };
    let keys = extract_keys(&mut sxcu);
    Ok((sxcu, json!(keys).to_string()))
}

/// A file without a version was written by hand, in whichever spelling it has.
fn uses_old_syntax(file: &SxcuFile) -> bool {
    let version = file.version.as_deref().unwrap_or_default();
    let parts: Vec<u32> = version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    if !parts.is_empty() {
        return parts.as_slice() <= LAST_OLD_VERSION.as_slice();
    }
    let pairs = [&file.headers, &file.arguments, &file.parameters];
    let texts = [
        &file.url,
        &file.request_url,
        &file.thumbnail_url,
        &file.deletion_url,
    ];
    let every = Function::all();
    let new =
        |text: &str| Template::parse(text).is_ok_and(|template| template.calls_any_of(&every));
    let old =
        |text: &str| Template::parse_old(text).is_ok_and(|template| template.calls_any_of(&every));
    let all: Vec<&str> = texts
        .iter()
        .filter_map(|text| text.as_deref())
        .chain(
            pairs
                .into_iter()
                .flatten()
                .flat_map(|pairs| pairs.values())
                .filter_map(Value::as_str),
        )
        .collect();
    !all.iter().any(|text| new(text)) && all.iter().any(|text| old(text))
}

struct TemplateReader {
    old_syntax: bool,
    /// The oldest files name patterns by their place in a list.
    patterns: Vec<String>,
}

impl TemplateReader {
    fn read_template(&self, member: &'static str, text: &str) -> Result<Template, SxcuError> {
        let read = match self.old_syntax {
            // Before there were calls, `%input` stood for what is uploaded.
            true => Template::parse_old(&text.replace("%input", "$input$")),
            false => Template::parse(text),
        };
        let mut template = read.map_err(|_| SxcuError::UnclosedCall(member))?;
        if template.calls_any_of(&[Function::Prompt]) {
            return Err(SxcuError::NeedsInput(member));
        }
        template
            .0
            .iter_mut()
            .for_each(|node| self.resolve_constants(node));
        Ok(template)
    }

    fn read_pairs(
        &self,
        member: &'static str,
        pairs: Option<BTreeMap<String, Value>>,
    ) -> Result<Vec<(String, Template)>, SxcuError> {
        let read = |(name, value): (String, Value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            };
            Ok((name, self.read_template(member, &text)?))
        };
        pairs.unwrap_or_default().into_iter().map(read).collect()
    }

    /// Works out what is the same for every picture.
    fn resolve_constants(&self, node: &mut Node) {
        let Node::Call(function, parameters) = node else {
            return;
        };
        parameters
            .iter_mut()
            .flat_map(|template| &mut template.0)
            .for_each(|node| self.resolve_constants(node));
        let constant: Option<Vec<String>> = parameters.iter().map(constant_text).collect();
        let Some(constant) = constant else { return };
        match (function, constant.as_slice()) {
            (Function::Base64, [text]) => *node = Node::Text(STANDARD.encode(text)),
            // One is as good as the other.
            (Function::Random | Function::Select, [first, ..]) => *node = Node::Text(first.clone()),
            (Function::Regex, [first, rest @ ..]) => {
                let mut numbers = first.splitn(2, ',');
                let index = numbers
                    .next()
                    .and_then(|index| index.trim().parse::<usize>().ok());
                let pattern = index.and_then(|index| self.patterns.get(index.checked_sub(1)?));
                if let Some(pattern) = pattern {
                    let group = numbers.next().or(rest.first().map(String::as_str));
                    *parameters = std::iter::once(pattern.as_str())
                        .chain(group)
                        .map(|text| Template(vec![Node::Text(text.to_owned())]))
                        .collect();
                }
            }
            _ => {}
        }
    }
}

/// What a template says whatever is uploaded.
fn constant_text(template: &Template) -> Option<String> {
    let mut constant = String::new();
    for node in &template.0 {
        match node {
            Node::Text(text) => constant.push_str(text),
            Node::Key(_) | Node::Call(..) => return None,
        }
    }
    Some(constant)
}

/// Headers that describe the request itself are ours to write.
const RESERVED_HEADERS: [&str; 6] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
];

fn custom_headers(pairs: Vec<(String, Template)>) -> Result<Vec<(String, Template)>, SxcuError> {
    let mut headers = Vec::new();
    for (name, template) in pairs {
        let name = name.trim().to_ascii_lowercase();
        let plain =
            |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
        if name.is_empty() || !name.chars().all(plain) {
            return Err(SxcuError::Header(name));
        }
        if !RESERVED_HEADERS.contains(&name.as_str()) {
            headers.push((name, template));
        }
    }
    Ok(headers)
}

/// Writes the file that sends pictures to our own server at `base`. The key stands in it, since the program that reads
/// it has no other place for one: it is best a key of its own, which can be revoked.
pub fn export(name: &str, base: &str, key: &str) -> String {
    let file = json!({
        "Version": "14.1.0",
        "Name": name,
        "DestinationType": "ImageUploader, FileUploader",
        "RequestMethod": "POST",
        "RequestURL": format!("{base}/upload"),
        "Headers": { "Authorization": format!("Bearer {key}") },
        "Body": "MultipartFormData",
        "FileFormName": "file",
        "URL": "{json:original}",
        "ThumbnailURL": "{json:sizes.200}",
        "ErrorMessage": "{json:error}",
    });
    format!("{file:#}\n")
}
