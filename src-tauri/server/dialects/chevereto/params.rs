//! The parameters of an upload, from the body and the query alike; the body's count first.

use library::{FolderId, Place};

use super::expiration::Life;
use super::file_names::cut;
use crate::error::Result;
use crate::upload::form::Fields;

const LONGEST_DESCRIPTION: usize = 5000;
const LONGEST_TAG: usize = 100;
const MOST_TAGS: usize = 100;

/// How the answer is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Text,
    Redirect,
}

impl Format {
    /// JSON also for words that are not known.
    pub fn named(name: Option<&str>) -> Format {
        match name {
            Some("txt") => Format::Text,
            Some("redirect") => Format::Redirect,
            _ => Format::Json,
        }
    }
}

pub struct Asked {
    body: Fields,
    query: Fields,
}

/// What is wanted of an upload beside its picture. What is `None` or empty follows from the picture.
#[derive(Debug)]
pub struct Wishes {
    pub title: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub place: Place,
    /// Pixels, at least 1.
    pub width: Option<u32>,
    pub life: Option<Life>,
    pub nsfw: bool,
    pub use_file_date: bool,
}

impl Asked {
    pub fn new(body: Fields, query: Fields) -> Asked {
        Asked { body, query }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.body.get(name).or_else(|| self.query.get(name))
    }

    pub fn format(&self) -> Format {
        Format::named(self.get("format"))
    }

    /// # Errors
    /// An expiration that says no time. All else that makes no sense is taken for nothing, as Chevereto does.
    pub fn wishes(&self) -> Result<Wishes> {
        let text = |name| {
            self.get(name)
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let is_on = |name| text(name) == Some("1");
        Ok(Wishes {
            title: text("title").or_else(|| text("name")).map(cut),
            description: text("description")
                .map(|text| text.chars().take(LONGEST_DESCRIPTION).collect()),
            tags: text("tags").map(tags).unwrap_or_default(),
            place: text("album_id")
                .and_then(|id| id.parse::<FolderId>().ok())
                .map_or(Place::Root, Place::Folder),
            width: text("width").and_then(pixels),
            life: Life::parse(text("expiration").unwrap_or_default())?,
            nsfw: is_on("nsfw"),
            use_file_date: is_on("use_file_date"),
        })
    }
}

/// Comma-separated, each once.
fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',') {
        let tag: String = tag.trim().chars().take(LONGEST_TAG).collect();
        if !tag.is_empty() && !tags.contains(&tag) && tags.len() < MOST_TAGS {
            tags.push(tag);
        }
    }
    tags
}

/// A whole number of pixels; what stands behind a point is dropped.
fn pixels(text: &str) -> Option<u32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let numeric = !whole.is_empty() && digits(whole) && digits(rest);
    let width = numeric.then(|| whole.parse().unwrap_or(u32::MAX))?;
    (width > 0).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str, query: &str) -> Asked {
        Asked::new(Fields::of_query(body), Fields::of_query(query))
    }

    fn wishes(body: &str) -> Wishes {
        asked(body, "").wishes().unwrap()
    }

    #[test]
    fn the_body_counts_before_the_query() {
        let both = asked("title=Body&nsfw=1", "title=Query&tags=a&format=txt")
            .wishes()
            .unwrap();
        assert_eq!(both.title.as_deref(), Some("Body"));
        assert!(both.nsfw);
        assert_eq!(both.tags, ["a"]);
        assert_eq!(asked("", "format=txt").format(), Format::Text);
        assert_eq!(
            asked("format=redirect", "format=txt").format(),
            Format::Redirect
        );
        assert_eq!(asked("format=xml", "").format(), Format::Json);
        assert_eq!(asked("", "").format(), Format::Json);
    }

    #[test]
    fn a_title_is_cut_at_100_characters_and_may_be_called_name() {
        let long = "é".repeat(101);
        assert_eq!(
            wishes(&format!("title={long}")).title,
            Some("é".repeat(100))
        );
        assert_eq!(wishes("name=+Fountain+").title.as_deref(), Some("Fountain"));
        assert_eq!(wishes("title=A&name=B").title.as_deref(), Some("A"));
        assert_eq!(wishes("title=&name=B").title.as_deref(), Some("B"));
        assert_eq!(wishes("title=+").title, None);
    }

    #[test]
    fn tags_are_split_at_commas_trimmed_and_named_once() {
        assert_eq!(wishes("tags=a,+b+c+,,a,d").tags, ["a", "b c", "d"]);
        assert!(wishes("tags=,").tags.is_empty());
    }

    #[test]
    fn a_width_is_numeric_or_nothing() {
        for (text, width) in [
            ("400", Some(400)),
            ("0400", Some(400)),
            ("400.9", Some(400)),
            ("99999999999", Some(u32::MAX)),
            ("0", None),
            ("-5", None),
            ("wide", None),
            ("4e2", None),
            ("", None),
            (".5", None),
        ] {
            assert_eq!(wishes(&format!("width={text}")).width, width, "{text}");
        }
    }

    #[test]
    fn flags_are_1_or_nothing_and_an_album_is_an_id_or_nothing() {
        for text in ["0", "2", "true", "yes", ""] {
            let wishes = wishes(&format!("nsfw={text}&use_file_date={text}&album_id={text}"));
            assert!(!wishes.nsfw && !wishes.use_file_date, "{text}");
            assert!(matches!(wishes.place, Place::Root));
        }
        let id = "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f";
        let wishes = wishes(&format!("nsfw=1&use_file_date=1&album_id={id}"));
        assert!(wishes.nsfw && wishes.use_file_date);
        assert!(matches!(wishes.place, Place::Folder(_)));
    }

    #[test]
    fn only_an_expiration_is_refused() {
        assert!(asked("expiration=soon", "").wishes().is_err());
        assert!(
            wishes("expiration=0&category_id=x&album_id=7&width=x")
                .life
                .is_none()
        );
        assert!(wishes("expiration=PT5M").life.is_some());
    }
}
