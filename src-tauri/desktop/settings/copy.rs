//! Which links are copied, and in which format.

use serde::{Deserialize, Serialize};
use uploader::links::{LinkFormat, LinkSelection};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CopySettings {
    pub what: CopySelection,
    /// The width that `size` copies, in pixels.
    pub size: u32,
    pub how: CopyFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum CopySelection {
    All,
    Original,
    Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum CopyFormat {
    Url,
    Markdown,
    Html,
    Bbcode,
    Srcset,
    Picture,
    /// The template of the settings.
    Template,
}

impl CopyFormat {
    /// In the order of the page.
    pub const ALL: [CopyFormat; 7] = [
        CopyFormat::Url,
        CopyFormat::Markdown,
        CopyFormat::Html,
        CopyFormat::Bbcode,
        CopyFormat::Srcset,
        CopyFormat::Picture,
        CopyFormat::Template,
    ];
}

impl Default for CopySettings {
    fn default() -> CopySettings {
        CopySettings {
            what: CopySelection::All,
            size: 800,
            how: CopyFormat::Url,
        }
    }
}

impl CopySettings {
    pub fn selection(&self) -> LinkSelection {
        match self.what {
            CopySelection::All => LinkSelection::All,
            CopySelection::Original => LinkSelection::Original,
            CopySelection::Size => LinkSelection::Size(self.size),
        }
    }

    pub fn format(&self, template: &str) -> LinkFormat {
        match self.how {
            CopyFormat::Url => LinkFormat::Url,
            CopyFormat::Markdown => LinkFormat::Markdown,
            CopyFormat::Html => LinkFormat::Html,
            CopyFormat::Bbcode => LinkFormat::Bbcode,
            CopyFormat::Srcset => LinkFormat::Srcset,
            CopyFormat::Picture => LinkFormat::Picture,
            CopyFormat::Template => LinkFormat::Template(template.to_owned()),
        }
    }

    /// The settings for the links of a watched folder.
    pub fn from_links(what: LinkSelection, how: &LinkFormat) -> CopySettings {
        let (what, size) = match what {
            LinkSelection::All => (CopySelection::All, 800),
            LinkSelection::Original => (CopySelection::Original, 800),
            LinkSelection::Size(size) => (CopySelection::Size, size),
        };
        let how = match how {
            LinkFormat::Url => CopyFormat::Url,
            LinkFormat::Markdown => CopyFormat::Markdown,
            LinkFormat::Html => CopyFormat::Html,
            LinkFormat::Bbcode => CopyFormat::Bbcode,
            LinkFormat::Srcset => CopyFormat::Srcset,
            LinkFormat::Picture => CopyFormat::Picture,
            LinkFormat::Template(_) => CopyFormat::Template,
        };
        CopySettings { what, size, how }
    }
}
