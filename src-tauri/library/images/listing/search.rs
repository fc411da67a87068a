//! Which words a list is searched for, and where.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{ListFilter, Zone};
use crate::error::Result;
use crate::storage::db::fold;

/// Where a text is looked for, in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Each word of it has to stand somewhere: in the name, the title, the description, the tags or the path of
    /// the folder; or it is the day or month of the upload, as in `2026-02-14` and `2026-02`, of that place.
    Anything(String, Zone),
    Name(String),
    /// In the name, or in the path of the folder.
    NameOrFolder(String),
    Description(String),
    /// In the owner's name or display name.
    Owner(String),
    DescriptionOrOwner(String),
}

/// More than anybody types; each is another condition.
const MAX_WORDS: usize = 16;

// Not LIKE: in a term every character means itself.
const TEXT: &str = "holds(folded_text, ?)";
const NAME: &str = "holds(folded_name, ?)";
const DESCRIPTION: &str = "holds(folded_description, ?)";
const FOLDER: &str = "folder IN (SELECT id FROM folders WHERE holds(folded_path, ?))";
const OWNER: &str = "owner IN (SELECT id FROM accounts
    WHERE holds(fold(name), ?) OR holds(fold(display_name), ?))";

impl ListFilter {
    pub(super) fn add_search(&mut self, search: &Search) -> Result<()> {
        match search {
            Search::Anything(text, zone) => self.add_full_text_search(text, zone),
            Search::Name(term) => self.add_condition(NAME, [&fold(term)]),
            Search::NameOrFolder(term) => {
                let term = fold(term);
                self.add_condition(&format!("({NAME} OR {FOLDER})"), [&term, &term])
            }
            Search::Description(term) => self.add_condition(DESCRIPTION, [&fold(term)]),
            Search::Owner(term) => {
                let term = fold(term);
                self.add_condition(OWNER, [&term, &term])
            }
            Search::DescriptionOrOwner(term) => {
                let term = fold(term);
                let either = format!("({DESCRIPTION} OR {OWNER})");
                self.add_condition(&either, [&term, &term, &term])
            }
        }
    }

    fn add_full_text_search(&mut self, text: &str, zone: &Zone) -> Result<()> {
        self.from = "images INDEXED BY images_searched";
        self.add_condition("folded_text > ''", [])?;
        for word in text.split_whitespace().take(MAX_WORDS) {
            let term = fold(word);
            match parse_date_range(word, zone) {
                None => self.add_condition(&format!("({TEXT} OR {FOLDER})"), [&term, &term])?,
                Some((from, until)) => self.add_condition(
                    &format!("({TEXT} OR {FOLDER} OR created_at >= ? AND created_at < ?)"),
                    [&term, &term, &from, &until],
                )?,
            }
        }
        Ok(())
    }
}

/// When a day or month of the calendar begins there, and when the next one does.
fn parse_date_range(word: &str, zone: &Zone) -> Option<(i64, i64)> {
    let (first, next) = match word.len() {
        10 => {
            let day: Date = word.parse().ok()?;
            (day, day.checked_add(1.day()).ok()?)
        }
        7 => {
            let first: Date = format!("{word}-01").parse().ok()?;
            (first, first.checked_add(1.month()).ok()?)
        }
        _ => return None,
    };
    Some((zone.day_start(first)?, zone.day_start(next)?))
}
