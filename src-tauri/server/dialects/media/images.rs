//! Images: taken in, listed, found, replaced and deleted.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use imaging::Format;
use library::{
    Action, Actor, AddOutcome, Destination, FolderFilter, FolderPath, IdempotencyContext, Image,
    Library, Listing, Order, OwnerFilter, PageStart, Scope, Search, StagedUpload, StoredImage,
    StoredResponse, Upload, UploadMetadata,
};

use super::auth::{WithManageScope, parse_image_name};
use super::responses::{Deleted, FolderBody, Found, ImageBody, Listed};
use super::schemas;
use crate::dialects::openapi::IdempotencyParams;
use crate::dialects::reply;
use crate::dialects::reply::{into_response, json};
use crate::error::{Error, Result};
use crate::http::extract::{ApiKey, IdempotencyKey, PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, FormSpec};

const FORM: FormSpec = FormSpec {
    file_fields: &["file"],
    ..FormSpec::EMPTY
};
const DEFAULT_PAGE_SIZE: u32 = 24;
const MAX_PAGE_SIZE: u32 = 100;
/// What one search brings.
const MAX_RESULTS: u32 = 50;

/// Take a picture in
#[utoipa::path(post, path = "/api/v1/images", params(IdempotencyParams), security(("key_in_header" = [])),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = super::responses::ImageBody, description = "It is kept."), (status = 409), (status = 415), (status = 422)))]
pub async fn upload(
    State(app): State<App>,
    client: ClientInfo,
    ApiKey(actor): ApiKey,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    let form = form::read_form(&app, &client, &headers, body, &FORM).await?;
    let place = parse_destination(form.fields.get("folder"))?;
    let (incoming, name) = form.into_file()?;
    let answer = app
        .run_blocking(move |library, _| {
            check_format(library, &incoming)?;
            let upload = Upload {
                staged_upload: incoming,
                name,
                origin: "media",
                metadata: UploadMetadata {
                    destination: place,
                    ..UploadMetadata::default()
                },
            };
            let say = |body: &ImageBody| stored_response(StatusCode::CREATED, body);
            store_upload(library, &actor, &client, key.as_deref(), say, |remember| {
                library.add_image(&actor, upload, remember)
            })
        })
        .await?;
    into_response(answer)
}

/// Replace a picture's bytes under the same addresses
#[utoipa::path(method(put, post, patch), path = "/api/v1/images/{id}", params(IdempotencyParams, ("id" = String, Path)), security(("key_in_header" = [])),
    request_body(content = schemas::Replacement, content_type = "multipart/form-data"),
    responses((status = 200, body = super::responses::ImageBody, description = "What is known of it now."), (status = 404), (status = 409), (status = 415), (status = 422)))]
pub async fn replace(
    State(app): State<App>,
    client: ClientInfo,
    WithManageScope(actor): WithManageScope,
    IdempotencyKey(key): IdempotencyKey,
    PathParams(id): PathParams<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.check_upload_rate(&actor, &client)?;
    let name = parse_image_name(&id)?;
    // Looked for before the body is read: many megabytes for nothing are nobody's wish.
    let (actor, image) = app
        .run_blocking(move |library, _| {
            let image = library.find_image_for(&actor, Action::Edit, &name)?;
            Ok((actor, image))
        })
        .await?;
    let form = form::read_form(&app, &client, &headers, body, &FORM).await?;
    let (incoming, name) = form.into_file()?;
    let answer = app
        .run_blocking(move |library, _| {
            check_format(library, &incoming)?;
            let upload = Upload {
                staged_upload: incoming,
                name,
                origin: "media",
                metadata: UploadMetadata::default(),
            };
            let say = |body: &ImageBody| stored_response(StatusCode::OK, body);
            store_upload(library, &actor, &client, key.as_deref(), say, |remember| {
                library.replace_image(&actor, &image, upload, remember)
            })
        })
        .await?;
    into_response(answer)
}

/// List the account's pictures, the newest first
#[utoipa::path(get, path = "/api/v1/images", params(schemas::Asked), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::Listed, description = "One page of them."), (status = 400)))]
pub async fn list(
    State(app): State<App>,
    client: ClientInfo,
    WithManageScope(actor): WithManageScope,
    Query(query): Query,
) -> Result<Response> {
    let asked = ListParams::parse(&query)?;
    let listed = app
        .run_blocking(move |library, _| {
            let page = library.list_images(&actor, &asked.listing())?;
            Ok(Listed {
                items: image_bodies(library, &actor, &client, &page.images)?,
                total: page.total,
                page: asked.page,
                page_size: asked.page_size,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &listed))
}

/// Find pictures and folders by a part of their names
#[utoipa::path(get, path = "/api/v1/search", params(("q" = String, Query, min_length = 1)), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::Found, description = "At most 50 of each."), (status = 400)))]
pub async fn search(
    State(app): State<App>,
    client: ClientInfo,
    WithManageScope(actor): WithManageScope,
    Query(query): Query,
) -> Result<Response> {
    let term = query.get("q").unwrap_or_default().to_owned();
    if term.is_empty() {
        return Err(Error::bad_parameter("q", "must say what to look for"));
    }
    let found = app
        .run_blocking(move |library, _| {
            let listing = Listing {
                search: Some(Search::NameOrFolder(term.clone())),
                limit: MAX_RESULTS,
                count_total: false,
                ..newest_first()
            };
            let images = library.list_images(&actor, &listing)?.images;
            let folders = library.search_folders(&actor, &term)?;
            Ok(Found {
                images: image_bodies(library, &actor, &client, &images)?,
                folders: folders.iter().map(FolderBody::new).collect(),
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &found))
}

/// Look at a picture's row
#[utoipa::path(get, path = "/api/v1/images/{id}", operation_id = "one", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::ImageBody, description = "What is known of it."), (status = 404)))]
pub async fn show_image(
    State(app): State<App>,
    client: ClientInfo,
    WithManageScope(actor): WithManageScope,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    let body = app
        .run_blocking(move |library, _| {
            let image = library.find_image_for(&actor, Action::Inspect, &name)?;
            let folder = match &image.folder {
                None => String::new(),
                Some(folder) => library.folder_path(folder)?,
            };
            let signer = library.signer(&actor)?;
            Ok(ImageBody::new(&image, &folder, &client.base_url, &signer))
        })
        .await?;
    Ok(json(StatusCode::OK, &body))
}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/api/v1/images/{id}", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = super::responses::Deleted, description = "It is gone."), (status = 404)))]
pub async fn delete(
    State(app): State<App>,
    ApiKey(actor): ApiKey,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    actor.require_scope(Scope::Delete)?;
    let name = parse_image_name(&id)?;
    app.run_blocking(move |library, _| {
        let image = library.find_image(&name)?;
        Ok(library.delete_image(&actor, &image)?)
    })
    .await?;
    Ok(json(StatusCode::OK, &Deleted::new(id)))
}

fn parse_destination(folder: Option<&str>) -> Result<Destination> {
    let path = FolderPath::parse(folder.unwrap_or_default())?;
    Ok(path.map_or(Destination::Root, Destination::Path))
}

/// This door takes pictures that it can make sizes of, and no icons.
fn check_format(library: &Library, incoming: &StagedUpload) -> Result<()> {
    let format = library.inspect_upload(incoming)?.format;
    if format.can_decode() && format != Format::Ico {
        Ok(())
    } else {
        Err(Error::BadImage(imaging::Error::Unsupported(format)))
    }
}

/// Lets `keep` store an upload, and says what it became; of a repeated one, what was said the first time.
fn store_upload(
    library: &Library,
    actor: &Actor,
    client: &ClientInfo,
    key: Option<&str>,
    say: impl Fn(&ImageBody) -> StoredResponse,
    keep: impl FnOnce(Option<IdempotencyContext<'_>>) -> library::Result<AddOutcome>,
) -> Result<StoredResponse> {
    let signer = library.signer(actor)?;
    let answer = |kept: &StoredImage| {
        let body = ImageBody::new(&kept.image, &kept.names.folder, &client.base_url, &signer);
        say(&body)
    };
    Ok(reply::store_idempotent(key, &answer, keep)?)
}

fn stored_response(status: StatusCode, body: &ImageBody) -> StoredResponse {
    StoredResponse {
        status: status.as_u16(),
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(body).unwrap_or_default(),
    }
}

/// What is said of each image of a list.
fn image_bodies(
    library: &Library,
    actor: &Actor,
    client: &ClientInfo,
    images: &[Image],
) -> Result<Vec<ImageBody>> {
    let signer = library.signer(actor)?;
    // Most images of a list lie in few folders.
    let mut paths = HashMap::new();
    for folder in images.iter().filter_map(|image| image.folder) {
        if let std::collections::hash_map::Entry::Vacant(place) = paths.entry(folder) {
            place.insert(library.folder_path(&folder)?);
        }
    }
    let described = images.iter().map(|image| {
        let folder = image.folder.and_then(|folder| paths.get(&folder));
        let folder = folder.map_or("", String::as_str);
        ImageBody::new(image, folder, &client.base_url, &signer)
    });
    Ok(described.collect())
}

/// What a list is asked for.
#[derive(Debug, PartialEq, Eq)]
struct ListParams {
    folder: FolderFilter,
    name: Option<String>,
    page: u64,
    page_size: u32,
}

impl ListParams {
    fn parse(query: &Fields) -> Result<ListParams> {
        let folder = match query.get("folder") {
            // As in the documentation's own example, where it stands empty.
            None | Some("") => FolderFilter::Any,
            Some(path) => match FolderPath::parse(path)? {
                None => FolderFilter::Root,
                Some(path) => FolderFilter::Path(path.to_string()),
            },
        };
        let name = query.get("q").filter(|term| !term.is_empty());
        let page_size = parse_number(query.get("pageSize")).map_or(DEFAULT_PAGE_SIZE, |size| {
            u32::try_from(size).map_or(MAX_PAGE_SIZE, |size| size.clamp(1, MAX_PAGE_SIZE))
        });
        Ok(ListParams {
            folder,
            name: name.map(str::to_owned),
            page: parse_number(query.get("page")).map_or(1, |page| page.max(1)),
            page_size,
        })
    }

    fn listing(&self) -> Listing {
        Listing {
            folder: self.folder.clone(),
            search: self.name.clone().map(Search::Name),
            start: PageStart::Skip((self.page - 1).saturating_mul(self.page_size.into())),
            limit: self.page_size,
            ..newest_first()
        }
    }
}

/// The account's own, the newest first.
fn newest_first() -> Listing {
    Listing {
        owner: OwnerFilter::Own,
        folder: FolderFilter::Any,
        search: None,
        order: Order::CreatedAt,
        descending: true,
        start: PageStart::Skip(0),
        limit: DEFAULT_PAGE_SIZE,
        count_total: true,
    }
}

/// A whole number; one below zero is 0, and one that is too large the largest. `None` for anything else.
fn parse_number(text: Option<&str>) -> Option<u64> {
    let text = text?.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.starts_with('-') {
        return Some(0);
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_params(query: &str) -> ListParams {
        ListParams::parse(&Fields::from_query(query)).unwrap()
    }

    #[test]
    fn pages_and_their_sizes_are_clamped_and_default_where_they_are_no_numbers() {
        for (query, page, page_size) in [
            ("", 1, 24),
            ("page=3&pageSize=10", 3, 10),
            ("page=0&pageSize=0", 1, 1),
            ("page=-4&pageSize=-4", 1, 1),
            ("pageSize=101", 1, 100),
            ("pageSize=99999999999999999999999", 1, 100),
            ("page=x&pageSize=x", 1, 24),
            ("page=&pageSize=", 1, 24),
            ("page=1.5&pageSize=1e3", 1, 24),
        ] {
            let asked = parse_params(query);
            assert_eq!((asked.page, asked.page_size), (page, page_size), "{query}");
        }
        let far = parse_params("page=99999999999999999999999&pageSize=100").listing();
        assert_eq!(far.start, PageStart::Skip(u64::MAX));
    }

    #[test]
    fn a_list_is_of_everything_of_the_root_or_of_one_folder() {
        for (query, within) in [
            ("", FolderFilter::Any),
            ("folder=", FolderFilter::Any),
            ("folder=/", FolderFilter::Root),
            ("folder=a/b", FolderFilter::Path("a/b".into())),
            ("folder=%2Fa%2F%20b/", FolderFilter::Path("a/b".into())),
        ] {
            assert_eq!(parse_params(query).folder, within, "{query}");
        }
        assert!(ListParams::parse(&Fields::from_query("folder=a/..")).is_err());
    }

    #[test]
    fn an_empty_term_asks_for_all() {
        assert_eq!(parse_params("q=").name, None);
        assert_eq!(parse_params("q=%25").name.as_deref(), Some("%"));
    }
}
