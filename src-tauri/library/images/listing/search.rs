//! Searches: the conditions that find words in an image's texts.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::conditions::Conditions;
use super::query::Search;
use super::zone::Zone;
use crate::error::Result;
use crate::storage::db::fold;

/// Words beyond these are ignored: each is a condition of its own.
const MAX_WORDS: usize = 16;

// Not LIKE: in a term every character means itself.
const TEXT: &str = "holds(folded_text, ?)";
const NAME: &str = "holds(folded_name, ?)";
const DESCRIPTION: &str = "holds(folded_description, ?)";
const FOLDER: &str = "folder IN (SELECT id FROM folders WHERE holds(folded_path, ?))";
const OWNER: &str = "owner IN (SELECT id FROM accounts
    WHERE holds(fold(name), ?) OR holds(fold(display_name), ?))";

/// Adds what the search asks for.
pub(super) fn add_search(conditions: &mut Conditions, search: &Search) -> Result<()> {
    match search {
        Search::Anything(text, zone) => add_full_text_search(conditions, text, zone),
        Search::Name(term) => conditions.add_condition(NAME, [&fold(term)]),
        Search::NameOrFolder(term) => {
            let term = fold(term);
            conditions.add_condition(&format!("({NAME} OR {FOLDER})"), [&term, &term])
        }
        Search::Description(term) => conditions.add_condition(DESCRIPTION, [&fold(term)]),
        Search::Owner(term) => {
            let term = fold(term);
            conditions.add_condition(OWNER, [&term, &term])
        }
        Search::DescriptionOrOwner(term) => {
            let term = fold(term);
            let either = format!("({DESCRIPTION} OR {OWNER})");
            conditions.add_condition(&either, [&term, &term, &term])
        }
    }
}

fn add_full_text_search(conditions: &mut Conditions, text: &str, zone: &Zone) -> Result<()> {
    conditions.from = "images INDEXED BY images_searched";
    conditions.add_condition("folded_text > ''", [])?;
    for word in text.split_whitespace().take(MAX_WORDS) {
        let term = fold(word);
        match parse_date_range(word, zone) {
            None => conditions.add_condition(&format!("({TEXT} OR {FOLDER})"), [&term, &term])?,
            Some((from, until)) => conditions.add_condition(
                &format!("({TEXT} OR {FOLDER} OR created_at >= ? AND created_at < ?)"),
                [&term, &term, &from, &until],
            )?,
        }
    }
    Ok(())
}

/// When that day or month begins in the time zone, and when the next one does, in microseconds since the epoch.
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
