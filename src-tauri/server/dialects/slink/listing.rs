//! Lists of images: everybody's public ones, one's own, and some by their ids.

mod cursor;
mod params;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Actor, ImageId, Library, Listing, Page, Whose, Within};
use serde::Serialize;

use super::auth::{SignedIn, Viewer};
use super::responses;
use super::responses::Item;
use crate::dialects::json;
use crate::error::{Error, Result};
use crate::http::extract::{Query, Segments};
use crate::state::App;
use crate::upload::form::Fields;
use params::Wanted;

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

pub async fn public(
    State(app): State<App>,
    Viewer(actor): Viewer,
    Segments(page): Segments<String>,
    Query(query): Query,
) -> Result<Response> {
    list(&app, actor, whose(&app), number(&page)?, &query).await
}

pub async fn own(
    State(app): State<App>,
    SignedIn(actor): SignedIn,
    Segments(page): Segments<String>,
    Query(query): Query,
) -> Result<Response> {
    list(&app, actor, Whose::Own, number(&page)?, &query).await
}

pub async fn newest_own(
    State(app): State<App>,
    SignedIn(actor): SignedIn,
    Query(query): Query,
) -> Result<Response> {
    list(&app, actor, Whose::Own, 1, &query).await
}

/// With ids those, in a bare list; without any the first page, as later versions have it.
pub async fn chosen_or_public(
    State(app): State<App>,
    Viewer(actor): Viewer,
    Query(query): Query,
) -> Result<Response> {
    if query.all_indexed("uuid").next().is_none() {
        return list(&app, actor, whose(&app), 1, &query).await;
    }
    if actor == Actor::Anonymous {
        return Err(Error::Unauthorised(crate::error::Credentials::Missing));
    }
    Ok(json(StatusCode::OK, &chosen(&app, actor, &query).await?))
}

pub async fn by_id(
    State(app): State<App>,
    SignedIn(actor): SignedIn,
    Query(query): Query,
) -> Result<Response> {
    let data = chosen(&app, actor, &query).await?;
    Ok(json(StatusCode::OK, &Data { data }))
}

/// Where all images are public, those from before that are shown too.
fn whose(app: &App) -> Whose {
    if app.config().allow_only_public_images {
        Whose::Everybodys
    } else {
        Whose::Public
    }
}

/// Digits that make a number from 1 on.
fn number(page: &str) -> Result<u64> {
    if page.is_empty() || !page.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::NoSuchPlace);
    }
    match page.parse().unwrap_or(u64::MAX) {
        0 => Err(Error::bad_parameter("page", "must be at least 1")),
        page => Ok(page),
    }
}

async fn list(
    app: &App,
    actor: Actor,
    whose: Whose,
    page: u64,
    query: &Fields,
) -> Result<Response> {
    let wanted = Wanted::of(query, page);
    let list = app
        .ask(move |library, _| {
            let listing = Listing {
                whose,
                folder: Within::Anywhere,
                search: wanted.search.clone(),
                order: wanted.order,
                descending: wanted.descending,
                start: wanted.start,
                most: wanted.limit,
                counted: true,
            };
            let found = library.list(&actor, &listing)?;
            Ok(List {
                meta: Meta {
                    size: wanted.limit,
                    page,
                    total: found.total,
                    next_cursor: cursor::next(&listing, &found),
                    prev_cursor: before(library, &actor, &listing, &found)?,
                },
                data: responses::items(library, &found.images, actor == Actor::Anonymous)?,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &list))
}

/// The cursor of the page before: what stands before it is found by reading backwards.
fn before(
    library: &Library,
    actor: &Actor,
    listing: &Listing,
    found: &Page,
) -> Result<Option<String>> {
    let Some(backwards) = cursor::backwards(listing, found) else {
        return Ok(cursor::previous_by_number(listing));
    };
    let earlier = library.list(actor, &backwards)?;
    Ok(cursor::previous(listing, &earlier.images))
}

async fn chosen(app: &App, actor: Actor, query: &Fields) -> Result<Vec<Item>> {
    let ids: Vec<String> = query
        .all_indexed("uuid")
        .map(str::to_ascii_lowercase)
        .collect();
    let ids: Option<Vec<ImageId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let message = match ids {
        Some(ids) if !ids.is_empty() => {
            return app
                .ask(move |library, _| {
                    let images = library.list_by_id(&actor, &ids)?;
                    responses::items(library, &images, false)
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
        assert_eq!(number("1").unwrap(), 1);
        assert_eq!(number("007").unwrap(), 7);
        assert_eq!(number("99999999999999999999999").unwrap(), u64::MAX);
        assert!(matches!(number("0"), Err(Error::BadParameter { .. })));
        for text in ["", "-1", "one", "1.5", "+1"] {
            assert!(matches!(number(text), Err(Error::NoSuchPlace)), "{text}");
        }
    }
}
