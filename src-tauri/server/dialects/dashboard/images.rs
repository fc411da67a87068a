//! One's own images: uploaded, shown, edited, replaced, deleted; `listing.rs` lists them.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use imaging::{Fit, Format, OutputFormat, Transform};
use library::{
    Action, AddOutcome, Destination, FolderPath, IdempotencyContext, ImageEdit, ImageName, Library,
    StoredImage, StoredResponse, Timestamp, Upload, UploadMetadata,
};

use super::auth::CurrentUser;
use super::folders::parse_folder_id;
use super::responses::{Item, alias_makers, given};
use super::schemas;
use crate::deliver::{CachePolicy, Delivery, Representation, deliver_with};
use crate::dialects::openapi::IdempotencyParams;
use crate::dialects::openapi::ImageResponses;
use crate::dialects::reply::{into_response, json, no_content, store_idempotent};
use crate::dialects::transform_params::TransformParams;
use crate::error::{Error, Result};
use crate::http::extract::{IdempotencyKey, Json, PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, Form, FormSpec};

/// Sharp on screens of two pixels to the point, in a grid of 240.
const LARGE_THUMBNAIL_SIDE: u32 = 480;
/// On other screens: decoding a screenful takes a quarter of the time.
const SMALL_THUMBNAIL_SIDE: u32 = 240;

/// What is to become different; what is missing stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Changes)]
pub struct Changes {
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    public: Option<bool>,
    nsfw: Option<bool>,
    /// The folder's id; `null` is the root.
    #[serde(default, deserialize_with = "given")]
    folder: Option<Option<String>>,
    /// RFC 3339; `null` is never.
    #[serde(default, deserialize_with = "given")]
    expires_at: Option<Option<String>>,
}

/// Take a picture in
#[utoipa::path(post, path = "/api/dashboard/images", params(IdempotencyParams), security(("session" = []), ("key" = [])),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = super::responses::Item, description = "It is kept."), (status = 409), (status = 422)))]
pub async fn upload(
    State(app): State<App>,
    client: ClientInfo,
    CurrentUser(actor): CurrentUser,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    let form = form::read_form(&app, &client, &headers, body, &form_spec(&app)).await?;
    let details = UploadMetadata {
        destination: match FolderPath::parse(form.fields.get("folder").unwrap_or_default())? {
            Some(path) => Destination::Path(path),
            None => Destination::Root,
        },
        public: form.fields.get("public").is_some_and(is_truthy),
        title: text_field(&form.fields, "title"),
        description: text_field(&form.fields, "description"),
        ..UploadMetadata::default()
    };
    let upload = build_upload(form, details)?;
    let answer = app
        .run_blocking(move |library, _| {
            store_upload(&client, key, StatusCode::CREATED, |remember| {
                library.add_image(&actor, upload, remember)
            })
        })
        .await?;
    into_response(answer)
}

/// Replace a picture's bytes under the same addresses
#[utoipa::path(put, path = "/api/dashboard/images/{id}", params(IdempotencyParams, ("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    request_body(content = schemas::Replacement, content_type = "multipart/form-data"),
    responses((status = 200, body = super::responses::Item, description = "The picture."), (status = 404), (status = 409), (status = 422)))]
pub async fn replace(
    State(app): State<App>,
    client: ClientInfo,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    let name = parse_image_name(&id)?;
    let (name, actor) = app
        .run_blocking(move |library, _| {
            library.find_image_for(&actor, Action::Edit, &name)?;
            Ok((name, actor))
        })
        .await?;
    let form = form::read_form(&app, &client, &headers, body, &form_spec(&app)).await?;
    let upload = build_upload(form, UploadMetadata::default())?;
    let answer = app
        .run_blocking(move |library, _| {
            let image = library.find_image(&name)?;
            store_upload(&client, key, StatusCode::OK, |remember| {
                library.replace_image(&actor, &image, upload, remember)
            })
        })
        .await?;
    into_response(answer)
}

/// A picture with all its addresses
#[utoipa::path(get, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 200, body = super::responses::Item, description = "The picture."), (status = 404)))]
pub async fn show(
    State(app): State<App>,
    client: ClientInfo,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    let item = app
        .run_blocking(move |library, _| {
            let image = library.find_image_for(&actor, Action::Inspect, &name)?;
            Ok(Item::load(library, &image, &client.base_url)?)
        })
        .await?;
    Ok(json(StatusCode::OK, &item))
}

/// Change what is said of a picture
#[utoipa::path(patch, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    request_body = Changes, responses((status = 200, body = super::responses::Item, description = "The picture."), (status = 404)))]
pub async fn edit(
    State(app): State<App>,
    client: ClientInfo,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
    Json(changes): Json<Changes>,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    let edit = changes.into_edit()?;
    let item = app
        .run_blocking(move |library, _| {
            let image = library.find_image_for(&actor, Action::Edit, &name)?;
            let image = library.edit_image(&actor, &image, edit)?;
            Ok(Item::load(library, &image, &client.base_url)?)
        })
        .await?;
    Ok(json(StatusCode::OK, &item))
}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 204), (status = 404)))]
pub async fn delete(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    app.run_blocking(move |library, _| {
        let image = library.find_image(&name)?;
        Ok(library.delete_image(&actor, &image)?)
    })
    .await?;
    Ok(no_content())
}

// For signed-in eyes only, and kept by their browser alone.
/// The picture within 480 px, or within 240
#[utoipa::path(get, path = "/api/dashboard/images/{id}/thumbnail", operation_id = "thumbnail", params(("id" = String, Path, format = "uuid"), ("size" = Option<u32>, Query, description = "240; 480 otherwise.")), security(("session" = []), ("key" = [])), responses(ImageResponses))]
pub async fn show_thumbnail(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
    Query(query): Query,
    asked: HeaderMap,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    let size = match query.get("size") {
        Some("240") => SMALL_THUMBNAIL_SIDE,
        _ => LARGE_THUMBNAIL_SIDE,
    };
    deliver_with(&app, asked, move |library: &Library| {
        let image = library.find_image_for(&actor, Action::Inspect, &name)?;
        let wish = if image.info.format.can_decode() {
            Representation::Variant(thumbnail_transform(size))
        } else {
            Representation::Original
        };
        Ok(Delivery {
            image,
            representation: wish,
            caching: CachePolicy::Private,
        })
    })
    .await
}

// What a preset with these `params` would make of the picture, before there is one.
/// The picture as a preset would make it
#[utoipa::path(get, path = "/api/dashboard/images/{id}/preview", operation_id = "preview", params(("id" = String, Path, format = "uuid"), ("params" = String, Query, description = "In the words of a preset, as in `w_600,h_400,c_cover`.")), security(("session" = []), ("key" = [])), responses(ImageResponses))]
pub async fn show_preview(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    PathParams(id): PathParams<String>,
    Query(query): Query,
    asked: HeaderMap,
) -> Result<Response> {
    let name = parse_image_name(&id)?;
    let transform = TransformParams::parse(query.get("params").unwrap_or_default())?.to_transform();
    deliver_with(&app, asked, move |library: &Library| {
        Ok(Delivery {
            image: library.find_image_for(&actor, Action::Inspect, &name)?,
            representation: Representation::Variant(transform),
            caching: CachePolicy::Private,
        })
    })
    .await
}

fn thumbnail_transform(size: u32) -> Transform {
    Transform {
        width: Some(size),
        height: Some(size),
        fit: Fit::Inside,
        format: OutputFormat::Fixed(Format::WebP),
        quality: Some(75),
        ..Transform::to_width(size)
    }
}

fn form_spec(app: &App) -> FormSpec {
    FormSpec {
        file_fields: &["file"],
        multipart_only: true,
        max_bytes: app.config().max_upload_bytes,
        ..FormSpec::EMPTY
    }
}

fn build_upload(form: Form, details: UploadMetadata) -> Result<Upload> {
    let (incoming, name) = form.into_file()?;
    Ok(Upload {
        staged_upload: incoming,
        name,
        origin: "dashboard",
        metadata: UploadMetadata {
            alias_makers: alias_makers(),
            ..details
        },
    })
}

fn store_upload(
    client: &ClientInfo,
    key: Option<String>,
    status: StatusCode,
    take: impl FnOnce(Option<IdempotencyContext<'_>>) -> library::Result<AddOutcome>,
) -> Result<StoredResponse> {
    let answer = |kept: &StoredImage| StoredResponse {
        status: status.as_u16(),
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(&Item::new(&kept.image, &kept.names, &client.base_url))
            .unwrap_or_default(),
    };
    Ok(store_idempotent(key.as_deref(), &answer, take)?)
}

impl Changes {
    fn into_edit(self) -> Result<ImageEdit> {
        let folder = match self.folder {
            None => None,
            Some(None) => Some(None),
            Some(Some(id)) => Some(Some(parse_folder_id(&id)?)),
        };
        let expires_at = match self.expires_at {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(parse_timestamp(&text)?)),
        };
        let short = |text: Option<String>, most: usize| {
            text.map(|text| text.trim().chars().take(most).collect())
        };
        Ok(ImageEdit {
            name: short(self.name, 255).filter(|name: &String| !name.is_empty()),
            folder,
            public: self.public,
            title: short(self.title, 100),
            description: short(self.description, 2000),
            tags: self.tags.map(|tags| {
                let tags = tags
                    .iter()
                    .map(|tag| tag.trim())
                    .filter(|tag| !tag.is_empty());
                tags.take(50)
                    .map(|tag| tag.chars().take(100).collect())
                    .collect()
            }),
            nsfw: self.nsfw,
            expires_at,
        })
    }
}

fn parse_timestamp(text: &str) -> Result<Timestamp> {
    Timestamp::parse(text)
        .ok_or_else(|| Error::bad_parameter("expiresAt", "must be a date and time of RFC 3339"))
}

fn parse_image_name(id: &str) -> Result<ImageName> {
    id.parse()
        .map(ImageName::Id)
        .map_err(|_| Error::NoSuchImage)
}

fn text_field(fields: &Fields, name: &str) -> String {
    fields
        .get(name)
        .unwrap_or_default()
        .trim()
        .chars()
        .take(2000)
        .collect()
}

fn is_truthy(text: &str) -> bool {
    matches!(text, "1" | "true" | "yes" | "on")
}
