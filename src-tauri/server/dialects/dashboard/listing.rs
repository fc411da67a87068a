//! One's own images as lists: by the page, and by the day.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{FolderFilter, Listing, Order, OwnerFilter, PageStart, Search, Zone};

use super::auth::CurrentUser;
use super::folders::parse_folder_id;
use super::responses::Item;
use super::schemas;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::Query;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form::Fields;

const MAX_PAGE_SIZE: u32 = 200;

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

// `q` finds in all that is said of an image; `folder` is a folder's id, or `/` for the root.
/// List one's own pictures
#[utoipa::path(get, path = "/api/dashboard/images", operation_id = "list_images", params(schemas::Listing), security(("session" = []), ("key" = [])),
    responses((status = 200, body = Page, description = "One page of them."), (status = 404)))]
pub async fn list(
    State(app): State<App>,
    client: ClientInfo,
    CurrentUser(actor): CurrentUser,
    Query(query): Query,
) -> Result<Response> {
    let number = |name| query.get(name).and_then(|text| text.parse::<u64>().ok());
    let page = number("page").unwrap_or(1).max(1);
    let page_size = number("pageSize")
        .unwrap_or(50)
        .clamp(1, MAX_PAGE_SIZE.into()) as u32;
    let listing = Listing {
        order: parse_order(query.get("order")),
        descending: query.get("direction") != Some("asc"),
        start: PageStart::Skip((page - 1).saturating_mul(page_size.into())),
        limit: page_size,
        count_total: query.get("counted") != Some("false"),
        ..parse_listing(&query)?
    };
    let (items, total) = app
        .run_blocking(move |library, _| {
            let found = library.list_images(&actor, &listing)?;
            let items = Item::load_all(library, &found.images, &client.base_url)?;
            let total = listing.count_total.then_some(found.total);
            Ok((items, total))
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

// How many of a list were added on each day, so that a page knows where each is before it has read any.
/// How many of one's own pictures were added on each day
#[utoipa::path(get, path = "/api/dashboard/images/days", operation_id = "days_of_images", params(schemas::OfDays), security(("session" = []), ("key" = [])),
    responses((status = 200, body = Days, description = "The newest first."), (status = 404)))]
pub async fn list_days(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    Query(query): Query,
) -> Result<Response> {
    let listing = parse_listing(&query)?;
    let zone = parse_zone(&query)?;
    let days = app
        .run_blocking(move |library, _| Ok(library.count_images_by_day(&actor, &listing, &zone)?))
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
fn parse_zone(query: &Fields) -> Result<Zone> {
    match query.get("zone") {
        None | Some("") => Ok(Zone::UTC),
        Some(name) => Zone::from_name(name).ok_or_else(|| {
            Error::bad_parameter("zone", "must name a time zone, such as Europe/Berlin")
        }),
    }
}

/// What is listed; the newest first.
fn parse_listing(query: &Fields) -> Result<Listing> {
    let zone = parse_zone(query)?;
    Ok(Listing {
        owner: OwnerFilter::Own,
        folder: match query.get("folder") {
            None | Some("") => FolderFilter::Any,
            Some("/") => FolderFilter::Root,
            Some(id) => FolderFilter::Folder(parse_folder_id(id)?),
        },
        search: query
            .get("q")
            .map(str::trim)
            .filter(|term| !term.is_empty())
            .map(|text| Search::Anything(text.to_owned(), zone)),
        order: Order::CreatedAt,
        descending: true,
        start: PageStart::Skip(0),
        limit: MAX_PAGE_SIZE,
        count_total: true,
    })
}

/// By the time of adding, where nothing else that we know is asked for.
fn parse_order(asked: Option<&str>) -> Order {
    match asked {
        Some("updated") => Order::UpdatedAt,
        Some("views") => Order::Views,
        Some("name") => Order::Name,
        Some("bytes") => Order::Bytes,
        _ => Order::CreatedAt,
    }
}
