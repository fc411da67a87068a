//! One's own images as lists: by the page, and by the day.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Listing, Order, Search, Start, Whose, Within, Zone};

use super::auth::Visitor;
use super::folders::folder_id;
use super::image_response::Item;
use crate::dialects::json;
use crate::error::{Error, Result};
use crate::http::extract::Query;
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::upload::form::Fields;

const LARGEST_PAGE: u32 = 200;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Page)]
pub struct Page {
    items: Vec<Item>,
    /// Missing where it was not to be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    page: u64,
    page_size: u32,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Days)]
pub struct Days {
    total: u64,
    /// The newest first; those without pictures are missing.
    days: Vec<Day>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Day)]
pub struct Day {
    /// As in `2026-02-14`.
    day: String,
    images: u64,
}

/// `q` finds in all that is said of an image; `folder` is a folder's id, or `/` for the root.
pub async fn list(
    State(app): State<App>,
    client: Client,
    Visitor(actor): Visitor,
    Query(query): Query,
) -> Result<Response> {
    let number = |name| query.get(name).and_then(|text| text.parse::<u64>().ok());
    let page = number("page").unwrap_or(1).max(1);
    let page_size = number("pageSize")
        .unwrap_or(50)
        .clamp(1, LARGEST_PAGE.into()) as u32;
    let listing = Listing {
        order: order(query.get("order")),
        descending: query.get("direction") != Some("asc"),
        start: Start::Skip((page - 1).saturating_mul(page_size.into())),
        most: page_size,
        counted: query.get("counted") != Some("false"),
        ..wanted(&query)?
    };
    let (items, total) = app
        .ask(move |library, _| {
            let found = library.list(&actor, &listing)?;
            let names = library.names_of_each(&found.images)?;
            let items = found.images.iter().zip(&names);
            let items = items.map(|(image, names)| Item::of(image, names, &client.base));
            let total = listing.counted.then_some(found.total);
            Ok((items.collect::<Vec<_>>(), total))
        })
        .await?;
    let page = Page {
        items,
        total,
        page,
        page_size,
    };
    Ok(json(StatusCode::OK, &page))
}

/// How many of a list were added on each day, so that a page knows where each is before it has read any.
pub async fn days(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Query(query): Query,
) -> Result<Response> {
    let listing = wanted(&query)?;
    let zone = zone(&query)?;
    let days = app
        .ask(move |library, _| Ok(library.days(&actor, &listing, &zone)?))
        .await?;
    let days = Days {
        total: days.iter().map(|day| day.images).sum(),
        days: days
            .into_iter()
            .map(|day| Day {
                day: day.date,
                images: day.images,
            })
            .collect(),
    };
    Ok(json(StatusCode::OK, &days))
}

/// Where days begin for who asks.
fn zone(query: &Fields) -> Result<Zone> {
    match query.get("zone") {
        None | Some("") => Ok(Zone::UTC),
        Some(name) => Zone::named(name).ok_or_else(|| {
            Error::bad_parameter("zone", "must name a time zone, such as Europe/Berlin")
        }),
    }
}

/// What is listed; the newest first.
fn wanted(query: &Fields) -> Result<Listing> {
    let zone = zone(query)?;
    Ok(Listing {
        whose: Whose::Own,
        folder: match query.get("folder") {
            None | Some("") => Within::Anywhere,
            Some("/") => Within::Root,
            Some(id) => Within::Folder(folder_id(id)?),
        },
        search: query
            .get("q")
            .map(str::trim)
            .filter(|term| !term.is_empty())
            .map(|text| Search::Anything(text.to_owned(), zone)),
        order: Order::Created,
        descending: true,
        start: Start::Skip(0),
        most: LARGEST_PAGE,
        counted: true,
    })
}

/// By the time of adding, where nothing else that we know is asked for.
fn order(asked: Option<&str>) -> Order {
    match asked {
        Some("updated") => Order::Updated,
        Some("views") => Order::Views,
        Some("name") => Order::Name,
        Some("bytes") => Order::Bytes,
        _ => Order::Created,
    }
}
