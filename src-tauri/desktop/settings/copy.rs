//! The two switches: which links go to the clipboard, and written how.

use serde::{Deserialize, Serialize};
use uploader::links::{How, What};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyChoice {
    pub what: CopyWhat,
    /// The width that `size` copies, in pixels.
    pub size: u32,
    pub how: CopyHow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyWhat {
    All,
    Original,
    Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyHow {
    Url,
    Markdown,
    Html,
    Bbcode,
    Srcset,
    Picture,
    /// As the user has written it.
    Template,
}

impl CopyHow {
    /// In the order in which the page offers them.
    pub const ALL: [CopyHow; 7] = [
        CopyHow::Url,
        CopyHow::Markdown,
        CopyHow::Html,
        CopyHow::Bbcode,
        CopyHow::Srcset,
        CopyHow::Picture,
        CopyHow::Template,
    ];
}

impl Default for CopyChoice {
    fn default() -> CopyChoice {
        CopyChoice {
            what: CopyWhat::All,
            size: 800,
            how: CopyHow::Url,
        }
    }
}

impl CopyChoice {
    pub fn what(&self) -> What {
        match self.what {
            CopyWhat::All => What::All,
            CopyWhat::Original => What::Original,
            CopyWhat::Size => What::Size(self.size),
        }
    }

    pub fn how(&self, template: &str) -> How {
        match self.how {
            CopyHow::Url => How::Url,
            CopyHow::Markdown => How::Markdown,
            CopyHow::Html => How::Html,
            CopyHow::Bbcode => How::Bbcode,
            CopyHow::Srcset => How::Srcset,
            CopyHow::Picture => How::Picture,
            CopyHow::Template => How::Template(template.to_owned()),
        }
    }

    /// The switches that stand for links of a watched folder's own.
    pub fn of(what: What, how: &How) -> CopyChoice {
        let (what, size) = match what {
            What::All => (CopyWhat::All, 800),
            What::Original => (CopyWhat::Original, 800),
            What::Size(size) => (CopyWhat::Size, size),
        };
        let how = match how {
            How::Url => CopyHow::Url,
            How::Markdown => CopyHow::Markdown,
            How::Html => CopyHow::Html,
            How::Bbcode => CopyHow::Bbcode,
            How::Srcset => CopyHow::Srcset,
            How::Picture => CopyHow::Picture,
            How::Template(_) => CopyHow::Template,
        };
        CopyChoice { what, size, how }
    }
}
