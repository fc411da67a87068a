//! Where a page begins, as a text: base64 of JSON with the time and id of the image that it comes after.
//!
//! Lists in an order without times count instead, with a member of our own. The page before is found backwards;
//! where that is the first one, its cursor names the far end of time.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use library::{Image, ImageId, Listing, Order, Page, Start, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Cursor {
    timestamp: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skip: Option<u64>,
}

const FIRST_ID: &str = "00000000-0000-0000-0000-000000000000";
const LAST_ID: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The beginning that a cursor names; `None` for what is no cursor.
pub fn read(text: &str, order: Order) -> Option<Start> {
    let text = text.trim();
    let bytes = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).ok()?;
    if !is_by_time(order) {
        return cursor.skip.map(Start::Skip);
    }
    let time = Timestamp::parse(&format!("{}Z", cursor.timestamp.replacen(' ', "T", 1)))?;
    let id = cursor.id.to_ascii_lowercase().parse().ok()?;
    Some(Start::After(time, id))
}

/// The cursor of the page after this one, if there is one.
pub fn next(listing: &Listing, found: &Page) -> Option<String> {
    let last = found.images.last().filter(|_| found.more)?;
    Some(match listing.start {
        Start::Skip(skip) if !is_by_time(listing.order) => {
            by_number(skip.saturating_add(found.images.len() as u64))
        }
        _ => after(listing.order, last),
    })
}

/// What comes before this page, in the opposite order; one more than a page has. `None` where nothing does, or
/// nobody can say by time.
pub fn backwards(listing: &Listing, found: &Page) -> Option<Listing> {
    let first = found.images.first().filter(|_| is_by_time(listing.order))?;
    if listing.start == Start::Skip(0) {
        return None;
    }
    Some(Listing {
        descending: !listing.descending,
        start: Start::After(time(listing.order, first), first.id),
        most: listing.most + 1,
        counted: false,
        ..listing.clone()
    })
}

/// The cursor of the page whose images are the first of `earlier`, which are in the opposite order.
pub fn previous(listing: &Listing, earlier: &[Image]) -> Option<String> {
    if earlier.is_empty() {
        return None;
    }
    Some(match earlier.get(listing.most as usize) {
        Some(before_it) => after(listing.order, before_it),
        None => {
            let (timestamp, id) = if listing.descending {
                ("9999-12-30 00:00:00.000000", LAST_ID)
            } else {
                ("0001-01-02 00:00:00.000000", FIRST_ID)
            };
            written(&Cursor {
                timestamp: timestamp.to_owned(),
                id: id.to_owned(),
                skip: None,
            })
        }
    })
}

/// The cursor of the page before one that was found by counting.
pub fn previous_by_number(listing: &Listing) -> Option<String> {
    match listing.start {
        Start::Skip(skip) if skip > 0 && !is_by_time(listing.order) => {
            Some(by_number(skip.saturating_sub(listing.most.into())))
        }
        _ => None,
    }
}

fn is_by_time(order: Order) -> bool {
    matches!(order, Order::Created | Order::Updated)
}

fn time(order: Order, image: &Image) -> Timestamp {
    match order {
        Order::Updated => image.updated_at.unwrap_or(image.created_at),
        _ => image.created_at,
    }
}

fn after(order: Order, image: &Image) -> String {
    cursor(time(order, image), &image.id)
}

fn cursor(time: Timestamp, id: &ImageId) -> String {
    written(&Cursor {
        timestamp: time.utc("%Y-%m-%d %H:%M:%S.%6f"),
        id: id.to_string(),
        skip: None,
    })
}

fn by_number(skip: u64) -> String {
    written(&Cursor {
        timestamp: String::new(),
        id: String::new(),
        skip: Some(skip),
    })
}

fn written(cursor: &Cursor) -> String {
    STANDARD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_base64_of_a_time_and_an_id() {
        let id: ImageId = "123e4567-e89b-12d3-a456-426614174000".parse().unwrap();
        let time = Timestamp::parse("2025-07-11T19:03:06.000005Z").unwrap();
        let text = cursor(time, &id);
        let json = STANDARD.decode(&text).unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            format!(r#"{{"timestamp":"2025-07-11 19:03:06.000005","id":"{id}"}}"#)
        );
        assert_eq!(read(&text, Order::Created), Some(Start::After(time, id)));
        assert_eq!(
            read(text.trim_end_matches('='), Order::Updated),
            Some(Start::After(time, id))
        );
        assert_eq!(read(&text, Order::Views), None);
    }

    #[test]
    fn orders_without_times_count() {
        assert_eq!(read(&by_number(40), Order::Views), Some(Start::Skip(40)));
        assert_eq!(read(&by_number(40), Order::Created), None);
    }

    #[test]
    fn the_far_ends_of_time_can_be_read() {
        for (time, id) in [
            ("9999-12-30 00:00:00.000000", LAST_ID),
            ("0001-01-02 00:00:00.000000", FIRST_ID),
        ] {
            let cursor = written(&Cursor {
                timestamp: time.to_owned(),
                id: id.to_owned(),
                skip: None,
            });
            assert!(read(&cursor, Order::Created).is_some(), "{time}");
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in [
            "",
            "x",
            "!!!",
            "bnVsbA==",
            "e30=",
            "eyJ0aW1lc3RhbXAiOiJ4IiwiaWQiOiJ5In0=",
        ] {
            assert_eq!(read(text, Order::Created), None, "{text}");
        }
    }
}
