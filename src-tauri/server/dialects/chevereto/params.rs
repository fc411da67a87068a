//! The parameters of an upload, from the body and the query alike; the body's count first.

use library::{Destination, FolderId};

use super::expiration::Expiration;
use super::file_names::truncate_title;
use super::response_format::ResponseFormat;
use crate::error::Result;
use crate::upload::form::Fields;

const MAX_DESCRIPTION_CHARS: usize = 5000;
const MAX_TAG_CHARS: usize = 100;
const MAX_TAGS: usize = 100;

pub struct UploadParams {
    body: Fields,
    query: Fields,
}

/// What is wanted of an upload beside its picture. What is `None` or empty follows from the picture.
#[derive(Debug)]
pub struct UploadOptions {
    pub title: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub destination: Destination,
    /// Pixels, at least 1.
    pub width: Option<u32>,
    pub expiration: Option<Expiration>,
    pub nsfw: bool,
    pub use_file_date: bool,
}

impl UploadParams {
    pub fn new(body: Fields, query: Fields) -> UploadParams {
        UploadParams { body, query }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.body.get(name).or_else(|| self.query.get(name))
    }

    pub fn format(&self) -> ResponseFormat {
        ResponseFormat::from_name(self.get("format"))
    }

    /// # Errors
    /// An expiration that says no time. All else that makes no sense is taken for nothing, as Chevereto does.
    pub fn options(&self) -> Result<UploadOptions> {
        let text = |name| {
            self.get(name)
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let is_on = |name| text(name) == Some("1");
        Ok(UploadOptions {
            title: text("title").or_else(|| text("name")).map(truncate_title),
            description: text("description")
                .map(|text| text.chars().take(MAX_DESCRIPTION_CHARS).collect()),
            tags: text("tags").map(parse_tags).unwrap_or_default(),
            destination: text("album_id")
                .and_then(|id| id.parse::<FolderId>().ok())
                .map_or(Destination::Root, Destination::Folder),
            width: text("width").and_then(parse_pixels),
            expiration: Expiration::parse(text("expiration").unwrap_or_default())?,
            nsfw: is_on("nsfw"),
            use_file_date: is_on("use_file_date"),
        })
    }
}

/// Comma-separated, each once.
fn parse_tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',') {
        let tag: String = tag.trim().chars().take(MAX_TAG_CHARS).collect();
        if !tag.is_empty() && !tags.contains(&tag) && tags.len() < MAX_TAGS {
            tags.push(tag);
        }
    }
    tags
}

/// A whole number of pixels; what stands behind a point is dropped.
fn parse_pixels(text: &str) -> Option<u32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let numeric = !whole.is_empty() && digits(whole) && digits(rest);
    let width = numeric.then(|| whole.parse().unwrap_or(u32::MAX))?;
    (width > 0).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(body: &str, query: &str) -> UploadParams {
        UploadParams::new(Fields::from_query(body), Fields::from_query(query))
    }

    fn options(body: &str) -> UploadOptions {
        params(body, "").options().unwrap()
    }

    #[test]
    fn the_body_counts_before_the_query() {
        let both = params("title=Body&nsfw=1", "title=Query&tags=a&format=txt")
            .options()
            .unwrap();
        assert_eq!(both.title.as_deref(), Some("Body"));
        assert!(both.nsfw);
        assert_eq!(both.tags, ["a"]);
        assert_eq!(params("", "format=txt").format(), ResponseFormat::Text);
        assert_eq!(
            params("format=redirect", "format=txt").format(),
            ResponseFormat::Redirect
        );
        assert_eq!(params("format=xml", "").format(), ResponseFormat::Json);
        assert_eq!(params("", "").format(), ResponseFormat::Json);
    }

    #[test]
    fn a_title_is_cut_at_100_characters_and_may_be_called_name() {
        let long = "é".repeat(101);
        assert_eq!(
            options(&format!("title={long}")).title,
            Some("é".repeat(100))
        );
        assert_eq!(
            options("name=+Fountain+").title.as_deref(),
            Some("Fountain")
        );
        assert_eq!(options("title=A&name=B").title.as_deref(), Some("A"));
        assert_eq!(options("title=&name=B").title.as_deref(), Some("B"));
        assert_eq!(options("title=+").title, None);
    }

    #[test]
    fn tags_are_split_at_commas_trimmed_and_named_once() {
        assert_eq!(options("tags=a,+b+c+,,a,d").tags, ["a", "b c", "d"]);
        assert!(options("tags=,").tags.is_empty());
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
            assert_eq!(options(&format!("width={text}")).width, width, "{text}");
        }
    }

    #[test]
    fn flags_are_1_or_nothing_and_an_album_is_an_id_or_nothing() {
        for text in ["0", "2", "true", "yes", ""] {
            let wishes = options(&format!("nsfw={text}&use_file_date={text}&album_id={text}"));
            assert!(!wishes.nsfw && !wishes.use_file_date, "{text}");
            assert!(matches!(wishes.destination, Destination::Root));
        }
        let id = "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f";
        let wishes = options(&format!("nsfw=1&use_file_date=1&album_id={id}"));
        assert!(wishes.nsfw && wishes.use_file_date);
        assert!(matches!(wishes.destination, Destination::Folder(_)));
    }

    #[test]
    fn only_an_expiration_is_refused() {
        assert!(params("expiration=soon", "").options().is_err());
        assert!(
            options("expiration=0&category_id=x&album_id=7&width=x")
                .expiration
                .is_none()
        );
        assert!(options("expiration=PT5M").expiration.is_some());
    }
}
