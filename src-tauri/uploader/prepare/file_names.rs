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
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Word(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Date,
    Time,
    Name,
    Hash8,
    Counter,
    Width,
    Height,
}

/// As they are written.
const WORDS: [(&str, Word); 7] = [
    ("date", Word::Date),
    ("time", Word::Time),
    ("name", Word::Name),
    ("hash8", Word::Hash8),
    ("counter", Word::Counter),
    ("w", Word::Width),
    ("h", Word::Height),
];

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("A name cannot be empty. Write {{name}} for the picture's own.")]
    Empty,
    #[error("{{{0}}} means nothing in a name. There are: {known}.", known = known())]
    Unknown(String),
    #[error("A brace is opened and not closed. Close it, or leave it out.")]
    Open,
}

fn known() -> String {
    WORDS.map(|(name, _)| format!("{{{name}}}")).join(", ")
}

/// What is known of a picture when it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The file's name, as it was given.
    pub name: String,
    /// When it was given, as the clock on the wall showed it.
    pub at: DateTime,
    /// The hash of its bytes, in hexadecimal.
    pub digest: String,
    /// How many pictures the template has named, this one included.
    pub counter: u64,
    /// As it is sent.
    pub width: u32,
    pub height: u32,
}

impl Facts {
    /// Of a made-up picture that is given now, to show what a template does.
    pub fn example(name: &str, clock: &dyn Clock) -> Facts {
        Facts {
            name: name.to_owned(),
            at: clock.now().to_zoned(clock.zone()).datetime(),
            digest: "3f9a2c71".repeat(8),
            counter: 12,
            width: 1920,
            height: 1080,
        }
    }

    /// Of a picture that is given now.
    pub fn of(picture: &Picture, digest: &str, clock: &dyn Clock, counter: u64) -> Facts {
        Facts {
            name: picture.name.clone(),
            at: clock.now().to_zoned(clock.zone()).datetime(),
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
            let (name, after) = after.split_once('}').ok_or(TemplateError::Open)?;
            let (_, word) = WORDS
                .into_iter()
                .find(|(known, _)| *known == name)
                .ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
            pieces.extend((!before.is_empty()).then(|| Piece::Text(before.to_owned())));
            pieces.push(Piece::Word(word));
            rest = after;
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.to_owned())));
        match text.trim().is_empty() {
            true => Err(TemplateError::Empty),
            false => Ok(Template {
                text: text.to_owned(),
                pieces,
            }),
        }
    }

    /// Whether each picture takes a number.
    pub fn counts(&self) -> bool {
        self.pieces.contains(&Piece::Word(Word::Counter))
    }

    /// The name without an ending.
    pub fn fill(&self, facts: &Facts) -> String {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Word(word) => name.push_str(&word.of(facts)),
            }
        }
        safe(&name)
    }
}

impl Word {
    fn of(self, facts: &Facts) -> String {
        match self {
            Word::Date => facts.at.strftime("%Y-%m-%d").to_string(),
            Word::Time => facts.at.strftime("%H-%M-%S").to_string(),
            Word::Name => stem(&facts.name).to_owned(),
            Word::Hash8 => facts.digest.chars().take(8).collect(),
            Word::Counter => facts.counter.to_string(),
            Word::Width => facts.width.to_string(),
            Word::Height => facts.height.to_string(),
        }
    }
}

/// Longer names are cut: every file system and every server takes this many letters.
const LONGEST: usize = 100;

/// A name that every file system takes as one, and nobody reads as a path.
fn safe(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            letter if letter.is_control() => '_',
            letter => letter,
        })
        .take(LONGEST)
        .collect();
    match safe.trim_matches(['.', ' ']) {
        "" => "picture".to_owned(),
        name => name.to_owned(),
    }
}

/// The name without its ending.
pub(crate) fn stem(name: &str) -> &str {
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

    fn facts(name: &str) -> Facts {
        Facts {
            name: name.into(),
            at: jiff::civil::date(2026, 11, 26).at(4, 5, 6, 0),
            digest: "0123456789abcdef".into(),
            counter: 7,
            width: 640,
            height: 48,
        }
    }

    fn filled(template: &str, name: &str) -> String {
        Template::parse(template).unwrap().fill(&facts(name))
    }

    #[test]
    fn every_word_stands_for_a_fact() {
        assert_eq!(
            filled("{date} {time} {name} {hash8} {counter} {w}x{h}", "cat.jpg"),
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
            assert_eq!(filled(template, name), expected, "{template} {name:?}");
        }
        assert_eq!(filled("{name}", &"ü".repeat(900)).chars().count(), LONGEST);
    }

    #[test]
    fn what_is_no_template_is_refused_with_what_there_is() {
        let refused = |text: &str| Template::parse(text).unwrap_err();
        assert_eq!(refused("  "), TemplateError::Empty);
        assert_eq!(refused("{name"), TemplateError::Open);
        assert_eq!(refused("{Name}"), TemplateError::Unknown("Name".into()));
        assert_eq!(
            refused("{size}").to_string(),
            "{size} means nothing in a name. There are: {date}, {time}, {name}, {hash8}, {counter}, {w}, {h}."
        );
    }

    #[test]
    fn a_template_is_written_as_its_text() {
        let template = Template::parse("{date}-{counter}").unwrap();
        let json = serde_json::to_string(&template).unwrap();
        assert_eq!(json, r#""{date}-{counter}""#);
        assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), template);
        assert!(serde_json::from_str::<Template>(r#""{no}""#).is_err());
        assert!(template.counts());
    }
}
