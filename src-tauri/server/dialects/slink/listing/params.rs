//! What a list's query asks for. Nothing in it can be wrong: what is not understood is as if it were not there.

use library::{Order, Search, Start};

use super::cursor;
use crate::upload::form::Fields;

const USUAL: u32 = 10;
const MOST: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub limit: u32,
    pub order: Order,
    pub descending: bool,
    pub search: Option<Search>,
    pub start: Start,
}

impl Wanted {
    pub fn of(query: &Fields, page: u64) -> Wanted {
        let limit = query.get("limit").map_or(USUAL, limit);
        let order = query
            .get("orderBy")
            .and_then(order)
            .unwrap_or(Order::Updated);
        let start = query
            .get("cursor")
            .and_then(|text| cursor::read(text, order));
        Wanted {
            limit,
            order,
            descending: !query
                .get("order")
                .is_some_and(|order| order.eq_ignore_ascii_case("asc")),
            search: search(query),
            start: start.unwrap_or(Start::Skip((page - 1).saturating_mul(limit.into()))),
        }
    }
}

fn limit(text: &str) -> u32 {
    let number = text.trim().parse::<i128>();
    number.map_or(USUAL, |number| number.clamp(1, MOST.into()) as u32)
}

fn order(name: &str) -> Option<Order> {
    Some(match name {
        "attributes.createdAt" => Order::Created,
        "attributes.updatedAt" => Order::Updated,
        "attributes.views" => Order::Views,
        // Files are named by their ids, which say nothing; people look for the names that they gave.
        "attributes.fileName" => Order::Name,
        "attributes.description" => Order::Description,
        "metadata.size" => Order::Bytes,
        "metadata.width" => Order::Width,
        "metadata.height" => Order::Height,
        _ => return None,
    })
}

fn search(query: &Fields) -> Option<Search> {
    let term = query.get("searchTerm")?.trim().to_owned();
    if term.is_empty() {
        return None;
    }
    Some(match query.get("searchBy") {
        Some("user") => Search::Owner(term),
        Some("description") => Search::Description(term),
        Some("hashtag") => Search::Description(format!("#{}", term.trim_start_matches('#'))),
        _ => Search::DescriptionOrOwner(term),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str) -> Wanted {
        Wanted::of(&Fields::of_query(query), 3)
    }

    #[test]
    fn without_a_word_ten_are_wanted_newest_edit_first() {
        assert_eq!(
            wanted(""),
            Wanted {
                limit: 10,
                order: Order::Updated,
                descending: true,
                search: None,
                start: Start::Skip(20),
            }
        );
    }

    #[test]
    fn limits_stay_between_1_and_100() {
        for (text, limit) in [
            ("1", 1),
            ("12", 12),
            ("0", 1),
            ("-5", 1),
            ("1000", 100),
            ("many", 10),
            ("", 10),
        ] {
            assert_eq!(wanted(&format!("limit={text}")).limit, limit, "{text}");
        }
        assert_eq!(
            Wanted::of(&Fields::of_query("limit=100"), u64::MAX).start,
            Start::Skip(u64::MAX)
        );
    }

    #[test]
    fn orders_are_read_from_a_list_and_nothing_else() {
        for (name, order) in [
            ("attributes.createdAt", Order::Created),
            ("attributes.updatedAt", Order::Updated),
            ("attributes.views", Order::Views),
            ("attributes.fileName", Order::Name),
            ("attributes.description", Order::Description),
            ("metadata.size", Order::Bytes),
            ("metadata.width", Order::Width),
            ("metadata.height", Order::Height),
            ("id;DROP TABLE images", Order::Updated),
        ] {
            assert_eq!(wanted(&format!("orderBy={name}")).order, order, "{name}");
        }
        assert!(!wanted("order=asc").descending);
        assert!(!wanted("order=ASC").descending);
        assert!(wanted("order=desc").descending && wanted("order=x").descending);
    }

    #[test]
    fn a_term_is_looked_for_where_search_by_says() {
        let term = || "Kitten".to_owned();
        for (by, search) in [
            ("&searchBy=user", Search::Owner(term())),
            ("&searchBy=description", Search::Description(term())),
            (
                "&searchBy=hashtag",
                Search::Description("#Kitten".to_owned()),
            ),
            ("&searchBy=else", Search::DescriptionOrOwner(term())),
            ("", Search::DescriptionOrOwner(term())),
        ] {
            assert_eq!(
                wanted(&format!("searchTerm=Kitten{by}")).search,
                Some(search),
                "{by}"
            );
        }
        assert_eq!(wanted("searchTerm=%20&searchBy=user").search, None);
        assert_eq!(wanted("searchBy=user").search, None);
    }
}
