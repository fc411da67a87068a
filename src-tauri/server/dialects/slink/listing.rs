//! Lists of images: everybody's public ones, one's own, and some by their ids.

mod cursor;
mod params;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Actor, FolderFilter, ImageId, Library, Listing, OwnerFilter, Page};
use serde::Serialize;

use super::auth::{AccessTokenAuth, OptionalUser};
use super::responses;
use super::responses::Item;
use super::schemas;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::{PathParams, Query};
use crate::state::App;
use crate::upload::form::Fields;
use params::ListParams;

/// A page, or the images with the requested ids.
#[derive(utoipa::ToSchema)]
#[schema(as = slink::ChosenOrPublic)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its derive reads it")]
enum ChosenOrPublic {
    Page(List),
    Chosen(Vec<Item>),
}

/// A page of a list.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::List)]
pub struct List {
    meta: Meta,
    data: Vec<Item>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Meta)]
struct Meta {
    /// How many a page may have, not how many this one has.
    size: u32,
    page: u64,
    /// How many there are on all pages.
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev_cursor: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Chosen)]
pub struct Data {
    data: Vec<Item>,
}

/// A page of the public pictures
#[utoipa::path(get, path = "/api/images/{page}", operation_id = "public", params(schemas::Listing, ("page" = u64, Path, minimum = 1)), security((), ("token" = [])),
    responses((status = 200, body = List, description = "The page."), (status = 400), (status = 404)))]
pub async fn list_public(
    State(app): State<App>,
    OptionalUser(actor): OptionalUser,
    PathParams(page): PathParams<String>,
    Query(query): Query,
) -> Result<Response> {
    list_page(
        &app,
        actor,
        public_owner_filter(&app),
        parse_page_number(&page)?,
        &query,
    )
    .await
}

/// A page of one's own pictures
#[utoipa::path(get, path = "/api/images/history/{page}", operation_id = "own", params(schemas::Listing, ("page" = u64, Path, minimum = 1)), security(("token" = [])),
    responses((status = 200, body = List, description = "The page."), (status = 400), (status = 404)))]
pub async fn list_own(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    PathParams(page): PathParams<String>,
    Query(query): Query,
) -> Result<Response> {
    list_page(
        &app,
        actor,
        OwnerFilter::Own,
        parse_page_number(&page)?,
        &query,
    )
    .await
}

/// The first page of one's own pictures
#[utoipa::path(get, path = "/api/images/history", operation_id = "newest_own", params(schemas::Listing), security(("token" = [])),
    responses((status = 200, body = List, description = "The page.")))]
pub async fn list_newest_own(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    Query(query): Query,
) -> Result<Response> {
    list_page(&app, actor, OwnerFilter::Own, 1, &query).await
}

// With ids those, in a bare list; without any the first page, as later versions have it.
/// The first page of the public pictures, or some by their ids
#[utoipa::path(get, path = "/api/images", operation_id = "chosen_or_public", params(schemas::Listing, ("uuid[]" = Option<Vec<String>>, Query)), security((), ("token" = [])),
    responses((status = 200, body = ChosenOrPublic, description = "With ids a bare list of them."), (status = 422)))]
pub async fn list_selected_or_public(
    State(app): State<App>,
    OptionalUser(actor): OptionalUser,
    Query(query): Query,
) -> Result<Response> {
    if query.list_values("uuid").next().is_none() {
        return list_page(&app, actor, public_owner_filter(&app), 1, &query).await;
    }
    if actor == Actor::Anonymous {
        return Err(Error::Unauthorised(crate::error::CredentialError::Missing));
    }
    Ok(json(
        StatusCode::OK,
        &select_by_ids(&app, actor, &query).await?,
    ))
}

/// Some pictures by their ids
#[utoipa::path(get, path = "/api/images/by-id", operation_id = "by_id", params(("uuid[]" = Vec<String>, Query)), security(("token" = [])),
    responses((status = 200, body = Data, description = "Those of them that one may see."), (status = 422)))]
pub async fn list_by_id(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    Query(query): Query,
) -> Result<Response> {
    let data = select_by_ids(&app, actor, &query).await?;
    Ok(json(StatusCode::OK, &Data { data }))
}

/// Where all images are public, those from before that are shown too.
fn public_owner_filter(app: &App) -> OwnerFilter {
    if app.config().allow_only_public_images {
        OwnerFilter::All
    } else {
        OwnerFilter::Public
    }
}

/// Digits that make a number from 1 on.
fn parse_page_number(page: &str) -> Result<u64> {
    if page.is_empty() || !page.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::UnknownRoute);
    }
    match page.parse().unwrap_or(u64::MAX) {
        0 => Err(Error::bad_parameter("page", "must be at least 1")),
        page => Ok(page),
    }
}

async fn list_page(
    app: &App,
    actor: Actor,
    whose: OwnerFilter,
    page: u64,
    query: &Fields,
) -> Result<Response> {
    let wanted = ListParams::from_query(query, page);
    let list = app
        .run_blocking(move |library, _| {
            let listing = Listing {
                owner: whose,
                folder: FolderFilter::Any,
                search: wanted.search.clone(),
                order: wanted.order,
                descending: wanted.descending,
                start: wanted.start,
                limit: wanted.limit,
                count_total: true,
            };
            let found = library.list_images(&actor, &listing)?;
            Ok(List {
                meta: Meta {
                    size: wanted.limit,
                    page,
                    total: found.total,
                    next_cursor: cursor::next_cursor(&listing, &found),
                    prev_cursor: previous_cursor(library, &actor, &listing, &found)?,
                },
                data: responses::list_items(library, &found.images, actor == Actor::Anonymous)?,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &list))
}

/// The cursor of the page before: what stands before it is found by reading backwards.
fn previous_cursor(
    library: &Library,
    actor: &Actor,
    listing: &Listing,
    found: &Page,
) -> Result<Option<String>> {
    let Some(backwards) = cursor::reverse_listing(listing, found) else {
        return Ok(cursor::previous_offset_cursor(listing));
    };
    let earlier = library.list_images(actor, &backwards)?;
    Ok(cursor::previous_cursor(listing, &earlier.images))
}

async fn select_by_ids(app: &App, actor: Actor, query: &Fields) -> Result<Vec<Item>> {
    let ids: Vec<String> = query
        .list_values("uuid")
        .map(str::to_ascii_lowercase)
        .collect();
    let ids: Option<Vec<ImageId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let message = match ids {
        Some(ids) if !ids.is_empty() => {
            return app
                .run_blocking(move |library, _| {
                    let images = library.list_images_by_id(&actor, &ids)?;
                    responses::list_items(library, &images, false)
                })
                .await;
        }
        Some(_) => "This value should not be blank.",
        None => "This is not a valid UUID.",
    };
    Err(Error::violation("uuid", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_number_from_one_on() {
        assert_eq!(parse_page_number("1").unwrap(), 1);
        assert_eq!(parse_page_number("007").unwrap(), 7);
        assert_eq!(
            parse_page_number("99999999999999999999999").unwrap(),
            u64::MAX
        );
        assert!(matches!(
            parse_page_number("0"),
            Err(Error::BadParameter { .. })
        ));
        for text in ["", "-1", "one", "1.5", "+1"] {
            assert!(
                matches!(parse_page_number(text), Err(Error::UnknownRoute)),
                "{text}"
            );
        }
    }
}
