//! What a list's query asks for. Nothing in it can be wrong: what is not understood is as if it were not there.

use library::{Order, PageStart, Search};

use super::cursor;
use crate::upload::form::Fields;

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct ListParams {
    pub limit: u32,
    pub order: Order,
    pub descending: bool,
    pub search: Option<Search>,
    pub start: PageStart,
}

impl ListParams {
    pub fn from_query(query: &Fields, page: u64) -> ListParams {
        let limit = query.get("limit").map_or(DEFAULT_LIMIT, parse_limit);
        let order = query
            .get("orderBy")
            .and_then(parse_order)
            .unwrap_or(Order::UpdatedAt);
        let start = query
            .get("cursor")
            .and_then(|text| cursor::parse_cursor(text, order));
        ListParams {
            limit,
            order,
            descending: !query
                .get("order")
                .is_some_and(|order| order.eq_ignore_ascii_case("asc")),
            search: parse_search(query),
            start: start.unwrap_or(PageStart::Skip((page - 1).saturating_mul(limit.into()))),
        }
    }
}

fn parse_limit(text: &str) -> u32 {
    let number = text.trim().parse::<i128>();
    number.map_or(DEFAULT_LIMIT, |number| {
        number.clamp(1, MAX_LIMIT.into()) as u32
    })
}

fn parse_order(name: &str) -> Option<Order> {
    Some(match name {
        "attributes.createdAt" => Order::CreatedAt,
        "attributes.updatedAt" => Order::UpdatedAt,
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

fn parse_search(query: &Fields) -> Option<Search> {
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

    fn parse_params(query: &str) -> ListParams {
        ListParams::from_query(&Fields::from_query(query), 3)
    }

    #[test]
    fn without_parameters_ten_are_listed_latest_edit_first() {
        assert_eq!(
            parse_params(""),
            ListParams {
                limit: 10,
                order: Order::UpdatedAt,
                descending: true,
                search: None,
                start: PageStart::Skip(20),
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
            assert_eq!(
                parse_params(&format!("limit={text}")).limit,
                limit,
                "{text}"
            );
        }
        assert_eq!(
            ListParams::from_query(&Fields::from_query("limit=100"), u64::MAX).start,
            PageStart::Skip(u64::MAX)
        );
    }

    #[test]
    fn orders_are_read_from_a_list_and_nothing_else() {
        for (name, order) in [
            ("attributes.createdAt", Order::CreatedAt),
            ("attributes.updatedAt", Order::UpdatedAt),
            ("attributes.views", Order::Views),
            ("attributes.fileName", Order::Name),
            ("attributes.description", Order::Description),
            ("metadata.size", Order::Bytes),
            ("metadata.width", Order::Width),
            ("metadata.height", Order::Height),
            ("id;DROP TABLE images", Order::UpdatedAt),
        ] {
            assert_eq!(
                parse_params(&format!("orderBy={name}")).order,
                order,
                "{name}"
            );
        }
        assert!(!parse_params("order=asc").descending);
        assert!(!parse_params("order=ASC").descending);
        assert!(parse_params("order=desc").descending && parse_params("order=x").descending);
    }

    #[test]
    fn the_search_term_applies_to_the_field_of_search_by() {
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
                parse_params(&format!("searchTerm=Kitten{by}")).search,
                Some(search),
                "{by}"
            );
        }
        assert_eq!(parse_params("searchTerm=%20&searchBy=user").search, None);
        assert_eq!(parse_params("searchBy=user").search, None);
    }
}
