//! Which of a picture's links is meant: all, the original, or one size.

use uploader::links::LinkSelection;

use crate::settings::{CopySelection, CopySettings};
use crate::view::row::Link;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkChoice {
    All,
    Original,
    Size(u32),
}

impl LinkChoice {
    pub fn parse(text: &str) -> Option<LinkChoice> {
        match text {
            "all" => Some(LinkChoice::All),
            "original" => Some(LinkChoice::Original),
            width => width.parse().ok().map(LinkChoice::Size),
        }
    }

    /// The choice of the copy settings.
    pub fn from_settings(copy: &CopySettings) -> LinkChoice {
        match copy.what {
            CopySelection::All => LinkChoice::All,
            CopySelection::Original => LinkChoice::Original,
            CopySelection::Size => LinkChoice::Size(copy.size),
        }
    }

    pub fn selection(self) -> LinkSelection {
        match self {
            LinkChoice::All => LinkSelection::All,
            LinkChoice::Original => LinkSelection::Original,
            LinkChoice::Size(width) => LinkSelection::Size(width),
        }
    }

    /// Finds the chosen link among those of a picture.
    pub fn find_link(self, links: Vec<Link>) -> Option<Link> {
        let label = match self {
            LinkChoice::All | LinkChoice::Original => "original".to_owned(),
            LinkChoice::Size(width) => width.to_string(),
        };
        links.into_iter().find(|link| link.label == label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_parsed_as_one_link_choice() {
        assert_eq!(LinkChoice::parse("all"), Some(LinkChoice::All));
        assert_eq!(LinkChoice::parse("800"), Some(LinkChoice::Size(800)));
        assert_eq!(LinkChoice::parse("/etc/passwd"), None);
    }
}
