//! Where a page begins, as a text: base64 of JSON with the time and id of the image that it comes after.
//!
//! Lists in an order without times count instead, with a member of our own. The page before is found backwards;
//! where that is the first one, its cursor names the far end of time.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use library::{Image, ImageId, Listing, Order, Page, PageStart, Timestamp};
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
pub fn parse_cursor(text: &str, order: Order) -> Option<PageStart> {
    let text = text.trim();
    let bytes = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).ok()?;
    if !is_time_order(order) {
        return cursor.skip.map(PageStart::Skip);
    }
    let time = Timestamp::parse(&format!("{}Z", cursor.timestamp.replacen(' ', "T", 1)))?;
    let id = cursor.id.to_ascii_lowercase().parse().ok()?;
    Some(PageStart::After(time, id))
}

/// The cursor of the page after this one, if there is one.
pub fn next_cursor(listing: &Listing, found: &Page) -> Option<String> {
    let last = found.images.last().filter(|_| found.has_more)?;
    Some(match listing.start {
        PageStart::Skip(skip) if !is_time_order(listing.order) => {
            encode_offset_cursor(skip.saturating_add(found.images.len() as u64))
        }
        _ => cursor_after(listing.order, last),
    })
}

/// What comes before this page, in the opposite order; one more than a page has. `None` where nothing does, or
/// nobody can say by time.
pub fn reverse_listing(listing: &Listing, found: &Page) -> Option<Listing> {
    let first = found
        .images
        .first()
        .filter(|_| is_time_order(listing.order))?;
    if listing.start == PageStart::Skip(0) {
        return None;
    }
    Some(Listing {
        descending: !listing.descending,
        start: PageStart::After(order_time(listing.order, first), first.id),
        limit: listing.limit + 1,
        count_total: false,
        ..listing.clone()
    })
}

/// The cursor of the page whose images are the first of `earlier`, which are in the opposite order.
pub fn previous_cursor(listing: &Listing, earlier: &[Image]) -> Option<String> {
    if earlier.is_empty() {
        return None;
    }
    Some(match earlier.get(listing.limit as usize) {
        Some(before_it) => cursor_after(listing.order, before_it),
        None => {
            let (timestamp, id) = if listing.descending {
                ("9999-12-30 00:00:00.000000", LAST_ID)
            } else {
                ("0001-01-02 00:00:00.000000", FIRST_ID)
            };
            encode_cursor(&Cursor {
                timestamp: timestamp.to_owned(),
                id: id.to_owned(),
                skip: None,
            })
        }
    })
}

/// The cursor of the page before one that was found by counting.
pub fn previous_offset_cursor(listing: &Listing) -> Option<String> {
    match listing.start {
        PageStart::Skip(skip) if skip > 0 && !is_time_order(listing.order) => Some(
            encode_offset_cursor(skip.saturating_sub(listing.limit.into())),
        ),
        _ => None,
    }
}

fn is_time_order(order: Order) -> bool {
    matches!(order, Order::CreatedAt | Order::UpdatedAt)
}

fn order_time(order: Order, image: &Image) -> Timestamp {
    match order {
        Order::UpdatedAt => image.updated_at.unwrap_or(image.created_at),
        _ => image.created_at,
    }
}

fn cursor_after(order: Order, image: &Image) -> String {
    encode_time_cursor(order_time(order, image), &image.id)
}

fn encode_time_cursor(time: Timestamp, id: &ImageId) -> String {
    encode_cursor(&Cursor {
        timestamp: time.utc("%Y-%m-%d %H:%M:%S.%6f"),
        id: id.to_string(),
        skip: None,
    })
}

fn encode_offset_cursor(skip: u64) -> String {
    encode_cursor(&Cursor {
        timestamp: String::new(),
        id: String::new(),
        skip: Some(skip),
    })
}

fn encode_cursor(cursor: &Cursor) -> String {
    STANDARD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_base64_of_a_time_and_an_id() {
        let id: ImageId = "123e4567-e89b-12d3-a456-426614174000".parse().unwrap();
        let time = Timestamp::parse("2025-07-11T19:03:06.000005Z").unwrap();
        let text = encode_time_cursor(time, &id);
        let json = STANDARD.decode(&text).unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            format!(r#"{{"timestamp":"2025-07-11 19:03:06.000005","id":"{id}"}}"#)
        );
        assert_eq!(
            parse_cursor(&text, Order::CreatedAt),
            Some(PageStart::After(time, id))
        );
        assert_eq!(
            parse_cursor(text.trim_end_matches('='), Order::UpdatedAt),
            Some(PageStart::After(time, id))
        );
        assert_eq!(parse_cursor(&text, Order::Views), None);
    }

    #[test]
    fn orders_without_times_count() {
        assert_eq!(
            parse_cursor(&encode_offset_cursor(40), Order::Views),
            Some(PageStart::Skip(40))
        );
        assert_eq!(
            parse_cursor(&encode_offset_cursor(40), Order::CreatedAt),
            None
        );
    }

    #[test]
    fn the_far_ends_of_time_can_be_read() {
        for (time, id) in [
            ("9999-12-30 00:00:00.000000", LAST_ID),
            ("0001-01-02 00:00:00.000000", FIRST_ID),
        ] {
            let cursor = encode_cursor(&Cursor {
                timestamp: time.to_owned(),
                id: id.to_owned(),
                skip: None,
            });
            assert!(parse_cursor(&cursor, Order::CreatedAt).is_some(), "{time}");
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
            assert_eq!(parse_cursor(text, Order::CreatedAt), None, "{text}");
        }
    }
}
