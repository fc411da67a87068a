//! What a link is written from: the picture's addresses, which of them are meant, and the format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::escaping::to_single_line;
use crate::UploadResult;

/// Which addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkSelection {
    /// The original, then each size, smallest first.
    All,
    Original,
    /// The one this many pixels wide; the original where the picture is smaller than that.
    Size(u32),
}

/// Written how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFormat {
    Url,
    Markdown,
    Html,
    Bbcode,
    /// One `<img>` that lets the browser choose among all sizes.
    Srcset,
    /// The same as a `<picture>`, for pages that may want to put other formats before it.
    Picture,
    /// Text with `{url}`, `{url_200}` and so on, `{name}`, `{alt}`, `{width}`, `{height}`, `{id}`.
    Template(String),
}

/// A picture and its absolute addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkContext {
    /// The file's name, as it was given.
    pub name: String,
    /// What it shows, where somebody has said so.
    pub alt: Option<String>,
    pub id: Option<String>,
    /// Of what the original's link shows, in pixels.
    pub width: u32,
    pub height: u32,
    pub original: String,
    pub sizes: BTreeMap<u32, String>,
    /// A page that shows the picture, a small picture of it, and what takes it away again, where there are such.
    pub page: Option<String>,
    pub thumbnail: Option<String>,
    pub delete: Option<String>,
}

impl LinkContext {
    /// `uploaded` is absolute already ([`UploadResult::to_absolute`]); `width` and `height` are the picture's as it was sent.
    pub fn new(name: &str, width: u32, height: u32, uploaded: &UploadResult) -> LinkContext {
        let (displayed_width, displayed_height) = match uploaded.original_width {
            Some(displayed_width) if displayed_width < width => {
                let scaled = (u64::from(height) * u64::from(displayed_width)
                    + u64::from(width) / 2)
                    / u64::from(width);
                (
                    displayed_width,
                    u32::try_from(scaled).unwrap_or(height).max(1),
                )
            }
            _ => (width, height),
        };
        LinkContext {
            name: name.to_owned(),
            alt: None,
            id: uploaded.id.clone(),
            width: displayed_width,
            height: displayed_height,
            original: uploaded.original.clone(),
            sizes: uploaded.sizes.clone(),
            page: uploaded.page.clone(),
            thumbnail: uploaded.thumbnail.clone(),
            delete: uploaded.delete.clone(),
        }
    }

    /// The same, with what it shows.
    pub fn with_alt(self, alt: Option<String>) -> LinkContext {
        LinkContext { alt, ..self }
    }

    pub(super) fn url_for_width(&self, width: u32) -> &str {
        self.sizes.get(&width).unwrap_or(&self.original)
    }

    pub(super) fn selected_urls(&self, selection: LinkSelection) -> Vec<&str> {
        match selection {
            LinkSelection::All => std::iter::once(&self.original)
                .chain(self.sizes.values())
                .map(String::as_str)
                .collect(),
            LinkSelection::Original => vec![&self.original],
            LinkSelection::Size(width) => vec![self.url_for_width(width)],
        }
    }

    /// What stands for a picture where it cannot be seen, on one line: what it shows, or its name without the ending.
    pub(super) fn alt_text(&self) -> String {
        if let Some(alt) = self
            .alt
            .as_deref()
            .map(to_single_line)
            .filter(|alt| !alt.is_empty())
        {
            return alt;
        }
        let name = to_single_line(&self.name);
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
            _ => name,
        }
    }
}
