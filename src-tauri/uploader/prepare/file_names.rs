//! What a picture is called where it arrives: a template, and the facts that it is filled with.

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::{Clock, Picture};

/// Text with `{date}`, `{time}`, `{name}`, `{hash8}`, `{counter}`, `{w}` and `{h}`, without the ending: that follows
/// from what the picture is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template {
    text: String,
    pieces: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Text(String),
    Placeholder(Placeholder),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placeholder {
    Date,
    Time,
    Name,
    Hash8,
    Counter,
    Width,
    Height,
}

/// As they are written.
const PLACEHOLDERS: [(&str, Placeholder); 7] = [
    ("date", Placeholder::Date),
    ("time", Placeholder::Time),
    ("name", Placeholder::Name),
    ("hash8", Placeholder::Hash8),
    ("counter", Placeholder::Counter),
    ("w", Placeholder::Width),
    ("h", Placeholder::Height),
];

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("A name cannot be empty. Write {{name}} for the picture's own.")]
    Empty,
    #[error("{{{0}}} means nothing in a name. There are: {known}.", known = known())]
    UnknownPlaceholder(String),
    #[error("A brace is opened and not closed. Close it, or leave it out.")]
    UnclosedBrace,
}

fn known() -> String {
    PLACEHOLDERS
        .map(|(name, _)| format!("{{{name}}}"))
        .join(", ")
}

/// What is known of a picture when it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameContext {
    /// The file's name, as it was given.
    pub name: String,
    /// When it was given, as the clock on the wall showed it.
    pub added_at: DateTime,
    /// The hash of its bytes, in hexadecimal.
    pub digest: String,
    /// How many pictures the template has named, this one included.
    pub counter: u64,
    /// As it is sent.
    pub width: u32,
    pub height: u32,
}

impl NameContext {
    /// Of a made-up picture that is given now, to show what a template does.
    pub fn example(name: &str, clock: &dyn Clock) -> NameContext {
        NameContext {
            name: name.to_owned(),
            added_at: clock.now().to_zoned(clock.time_zone()).datetime(),
            digest: "3f9a2c71".repeat(8),
            counter: 12,
            width: 1920,
            height: 1080,
        }
    }

    /// Of a picture that is given now.
    pub fn from_picture(
        picture: &Picture,
        digest: &str,
        clock: &dyn Clock,
        counter: u64,
    ) -> NameContext {
        NameContext {
            name: picture.name.clone(),
            added_at: clock.now().to_zoned(clock.time_zone()).datetime(),
            digest: digest.to_owned(),
            counter,
            width: picture.info.width,
            height: picture.info.height,
        }
    }
}

impl Template {
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(TemplateError::UnclosedBrace)?;
            let (_, word) = PLACEHOLDERS
                .into_iter()
                .find(|(known, _)| *known == name)
                .ok_or_else(|| TemplateError::UnknownPlaceholder(name.to_owned()))?;
            pieces.extend((!before.is_empty()).then(|| Segment::Text(before.to_owned())));
            pieces.push(Segment::Placeholder(word));
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then(|| Segment::Text(rest.to_owned())));
        match text.trim().is_empty() {
            true => Err(TemplateError::Empty),
            false => Ok(Template {
                text: text.to_owned(),
                pieces,
            }),
        }
    }

    /// Whether each picture takes a number.
    pub fn has_counter(&self) -> bool {
        self.pieces
            .contains(&Segment::Placeholder(Placeholder::Counter))
    }

    /// The name without an ending.
    pub fn fill(&self, context: &NameContext) -> String {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Segment::Text(text) => name.push_str(text),
                Segment::Placeholder(word) => name.push_str(&word.value(context)),
            }
        }
        sanitise_file_name(&name)
    }
}

impl Placeholder {
    fn value(self, context: &NameContext) -> String {
        match self {
            Placeholder::Date => context.added_at.strftime("%Y-%m-%d").to_string(),
            Placeholder::Time => context.added_at.strftime("%H-%M-%S").to_string(),
            Placeholder::Name => file_stem(&context.name).to_owned(),
            Placeholder::Hash8 => context.digest.chars().take(8).collect(),
            Placeholder::Counter => context.counter.to_string(),
            Placeholder::Width => context.width.to_string(),
            Placeholder::Height => context.height.to_string(),
        }
    }
}

/// Longer names are cut: every file system and every server takes this many letters.
const MAX_NAME_CHARS: usize = 100;

/// A name that every file system takes as one, and nobody reads as a path.
fn sanitise_file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            letter if letter.is_control() => '_',
            letter => letter,
        })
        .take(MAX_NAME_CHARS)
        .collect();
    match safe.trim_matches(['.', ' ']) {
        "" => "picture".to_owned(),
        name => name.to_owned(),
    }
}

/// The name without its ending.
pub(crate) fn file_stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Template, TemplateError> {
        Template::parse(&text)
    }
}

impl From<Template> for String {
    fn from(template: Template) -> String {
        template.text
    }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example_context(name: &str) -> NameContext {
        NameContext {
            name: name.into(),
            added_at: jiff::civil::date(2026, 11, 26).at(4, 5, 6, 0),
            digest: "0123456789abcdef".into(),
            counter: 7,
            width: 640,
            height: 48,
        }
    }

    fn fill_example(template: &str, name: &str) -> String {
        Template::parse(template)
            .unwrap()
            .fill(&example_context(name))
    }

    #[test]
    fn every_placeholder_has_its_value() {
        assert_eq!(
            fill_example("{date} {time} {name} {hash8} {counter} {w}x{h}", "cat.jpg"),
            "2026-11-26 04-05-06 cat 01234567 7 640x48"
        );
    }

    #[test]
    fn no_name_is_a_path_or_empty() {
        let cases = [
            ("{name}", "../../etc.png", "_.._etc"),
            ("{name}", "a\\b:c*?\"<>|\0\n.png", "a_b_c________"),
            ("..", "a.png", "picture"),
            ("{name}", "...", "picture"),
            ("{name}", ".png", "png"),
            ("/{name}", "é.png", "_é"),
        ];
        for (template, name, expected) in cases {
            assert_eq!(
                fill_example(template, name),
                expected,
                "{template} {name:?}"
            );
        }
        assert_eq!(
            fill_example("{name}", &"ü".repeat(900)).chars().count(),
            MAX_NAME_CHARS
        );
    }

    #[test]
    fn an_invalid_template_is_refused_with_the_known_placeholders() {
        let refused = |text: &str| Template::parse(text).unwrap_err();
        assert_eq!(refused("  "), TemplateError::Empty);
        assert_eq!(refused("{name"), TemplateError::UnclosedBrace);
        assert_eq!(
            refused("{Name}"),
            TemplateError::UnknownPlaceholder("Name".into())
        );
        assert_eq!(
            refused("{size}").to_string(),
            "{size} means nothing in a name. There are: {date}, {time}, {name}, {hash8}, {counter}, {w}, {h}."
        );
    }

    #[test]
    fn a_template_is_serialised_as_its_text() {
        let template = Template::parse("{date}-{counter}").unwrap();
        let json = serde_json::to_string(&template).unwrap();
        assert_eq!(json, r#""{date}-{counter}""#);
        assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), template);
        assert!(serde_json::from_str::<Template>(r#""{no}""#).is_err());
        assert!(template.has_counter());
    }
}
