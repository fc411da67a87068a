//! The three uploads: by token, by key, and by guests.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use library::{Actor, Image, ImageName, StoredImage, StoredResponse, Upload, UploadMetadata};
use serde::{Deserialize, Serialize};

use super::auth::{AccessTokenAuth, ApiKeyAuth};
use super::params::MAX_DESCRIPTION_CHARS;
use super::schemas;
use super::{image, preprocess, size_limit};
use crate::dialects::openapi::IdempotencyParams;
use crate::dialects::reply::{into_response, store_idempotent};
use crate::error::{Error, Result, Violation};
use crate::http::extract::IdempotencyKey;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, FormSpec};

const FORM: FormSpec = FormSpec {
    file_fields: &["image"],
    ..FormSpec::EMPTY
};

/// The answer to an upload.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = slink::Uploaded)]
pub struct Uploaded {
    id: String,
}

/// The answer to a program's upload.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::UploadedByKey)]
pub struct UploadedByKey {
    id: String,
    /// From the host on.
    url: String,
    thumbnail_url: String,
}

/// Take a picture in for whoever signed in
#[utoipa::path(method(post, put), path = "/api/upload", operation_id = "upload", params(IdempotencyParams), security(("token" = [])),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Uploaded, description = "It is kept; Location says where it is told of."), (status = 415)))]
pub async fn upload_with_token(
    State(app): State<App>,
    client: ClientInfo,
    AccessTokenAuth(actor): AccessTokenAuth,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    let answer = store_upload(&app, &client, actor, key, &headers, body, upload_response).await?;
    let Uploaded { id } = serde_json::from_slice(&answer.body).map_err(Error::internal)?;
    let mut response = into_response(answer)?;
    let place = HeaderValue::try_from(format!("image/{id}/detail")).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// Take a picture in for a program
#[utoipa::path(method(post, put), path = "/api/external/upload", operation_id = "external", params(IdempotencyParams), security(("key" = [])),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = UploadedByKey, description = "It is kept."), (status = 415)))]
pub async fn upload_with_key(
    State(app): State<App>,
    client: ClientInfo,
    ApiKeyAuth(actor): ApiKeyAuth,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    into_response(
        store_upload(
            &app,
            &client,
            actor,
            key,
            &headers,
            body,
            key_upload_response,
        )
        .await?,
    )
}

/// Take a picture in for anybody, where the server lets guests upload
#[utoipa::path(method(post, put), path = "/api/guest/upload", operation_id = "guest", params(IdempotencyParams),
    request_body(content = schemas::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Uploaded, description = "It is kept."), (status = 403), (status = 415), (status = 429)))]
pub async fn upload_as_guest(
    State(app): State<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.authorise_guest_upload(&client)?;
    into_response(
        store_upload(
            &app,
            &client,
            Actor::Guest,
            key,
            &headers,
            body,
            upload_response,
        )
        .await?,
    )
}

async fn store_upload(
    app: &App,
    client: &ClientInfo,
    actor: Actor,
    IdempotencyKey(key): IdempotencyKey,
    headers: &HeaderMap,
    body: Body,
    answer: fn(&Image) -> StoredResponse,
) -> Result<StoredResponse> {
    let most = app.config().max_upload_bytes;
    let idle = Duration::from_secs(app.config().upload_idle_seconds);
    let body = size_limit::check_announced_size(headers, body, most, idle).await?;
    let form = match form::read_form(app, client, headers, body, &FORM).await {
        // Only here the limit is known that its words name.
        Err(Error::TooLarge) => return Err(size_limit::too_large_error(None, most)),
        form => form?,
    };
    if !form.is_supported {
        return Err(Error::UnsupportedMediaType);
    }
    let details = UploadMetadata {
        reject_duplicates: app.config().deduplicate,
        ..parse_metadata(&form.fields, app.config().allow_only_public_images)?
    };
    let (sent, name) = form.into_file()?;
    let strip = app.config().strip_metadata;
    app.run_blocking(move |library, stop| {
        let upload = Upload {
            staged_upload: preprocess::preprocess(library, sent, strip, stop)?,
            name,
            origin: "slink",
            metadata: details,
        };
        let answer = |kept: &StoredImage| answer(&kept.image);
        let kept = store_idempotent(key.as_deref(), &answer, |remember| {
            library.add_image(&actor, upload, remember)
        });
        match kept {
            Ok(answer) => Ok(answer),
            // The refusal tells of that image.
            Err(library::Error::Duplicate(id)) => Err(Error::Duplicate(Box::new(
                library.find_image(&ImageName::Id(id))?,
            ))),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

fn parse_metadata(fields: &Fields, only_public: bool) -> Result<UploadMetadata> {
    let mut violations = Vec::new();
    let public = fields.get("isPublic").is_some_and(|text| {
        let no = ["false", "0", "off", "no", ""];
        if !image::is_truthy(text) && no.iter().all(|no| !text.eq_ignore_ascii_case(no)) {
            violations.push(Violation {
                property: "isPublic".into(),
                message: "This value should be of type bool.".to_owned(),
            });
        }
        image::is_truthy(text)
    });
    let description = fields.get("description").unwrap_or_default().to_owned();
    if description.chars().count() > MAX_DESCRIPTION_CHARS {
        violations.push(Violation {
            property: "description".into(),
            message: format!(
                "This value is too long. It should have {MAX_DESCRIPTION_CHARS} characters or less."
            ),
        });
    }
    if violations.is_empty() {
        Ok(UploadMetadata {
            public: public || only_public,
            description,
            ..UploadMetadata::default()
        })
    } else {
        Err(Error::Violations(violations))
    }
}

fn upload_response(image: &Image) -> StoredResponse {
    created_response(&Uploaded {
        id: image.id.to_string(),
    })
}

fn key_upload_response(image: &Image) -> StoredResponse {
    let (id, extension) = (image.id, &image.extension);
    created_response(&UploadedByKey {
        id: id.to_string(),
        url: format!("/api/image/{id}.{extension}"),
        thumbnail_url: format!("/api/image/{id}_thumbnail.{extension}"),
    })
}

fn created_response(body: &impl Serialize) -> StoredResponse {
    StoredResponse {
        status: 201,
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(body).unwrap_or_default(),
    }
}
