//! The three uploads: by token, by key, and by guests.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use library::{Actor, Answer, Details, Door, Image, ImageName, Kept, Upload};
use serde::{Deserialize, Serialize};

use super::super::{answered, kept};
use super::auth::{Keyed, SignedIn};
use super::params::LONGEST_DESCRIPTION;
use super::{image, preprocess, size_limit};
use crate::error::{Error, Result, Violation};
use crate::http::extract::IdempotencyKey;
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, Wanted};

const WANTED: Wanted = Wanted {
    files: &["image"],
    ..Wanted::NOTHING
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

pub async fn with_token(
    State(app): State<App>,
    client: Client,
    SignedIn(actor): SignedIn,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    let answer = take(&app, &client, actor, key, &headers, body, uploaded).await?;
    let Uploaded { id } = serde_json::from_slice(&answer.body).map_err(Error::internal)?;
    let mut response = answered(answer)?;
    let place = HeaderValue::try_from(format!("image/{id}/detail")).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

pub async fn external(
    State(app): State<App>,
    client: Client,
    Keyed(actor): Keyed,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    answered(take(&app, &client, actor, key, &headers, body, uploaded_by_key).await?)
}

pub async fn guest(
    State(app): State<App>,
    client: Client,
    key: IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit_guest(&client)?;
    answered(take(&app, &client, Actor::Guest, key, &headers, body, uploaded).await?)
}

async fn take(
    app: &App,
    client: &Client,
    actor: Actor,
    IdempotencyKey(key): IdempotencyKey,
    headers: &HeaderMap,
    body: Body,
    answer: fn(&Image) -> Answer,
) -> Result<Answer> {
    let most = app.config().max_upload_bytes;
    let idle = Duration::from_secs(app.config().upload_idle_seconds);
    let body = size_limit::checked(headers, body, most, idle).await?;
    let form = match form::form(app, client, headers, body, &WANTED).await {
        // Only here the limit is known that its words name.
        Err(Error::TooLarge) => return Err(size_limit::too_large(None, most)),
        form => form?,
    };
    if !form.readable {
        return Err(Error::UnsupportedMediaType);
    }
    let details = Details {
        unique: app.config().deduplicate,
        ..details(&form.fields, app.config().allow_only_public_images)?
    };
    let (sent, name) = form.picture()?;
    let strip = app.config().strip_metadata;
    app.ask(move |library, stop| {
        let upload = Upload {
            incoming: preprocess::taken(library, sent, strip, stop)?,
            name,
            door: Door::Slink,
            details,
        };
        let answer = |kept: &Kept| answer(&kept.image);
        let kept = kept(key.as_deref(), &answer, |remember| {
            library.add(&actor, upload, remember)
        });
        match kept {
            Ok(answer) => Ok(answer),
            // The refusal tells of that image.
            Err(library::Error::Duplicate(id)) => Err(Error::Duplicate(Box::new(
                library.find(&ImageName::Id(id))?,
            ))),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

fn details(fields: &Fields, only_public: bool) -> Result<Details> {
    let mut violations = Vec::new();
    let public = fields.get("isPublic").is_some_and(|text| {
        let no = ["false", "0", "off", "no", ""];
        if !image::is_yes(text) && no.iter().all(|no| !text.eq_ignore_ascii_case(no)) {
            violations.push(Violation {
                property: "isPublic".into(),
                message: "This value should be of type bool.".to_owned(),
            });
        }
        image::is_yes(text)
    });
    let description = fields.get("description").unwrap_or_default().to_owned();
    if description.chars().count() > LONGEST_DESCRIPTION {
        violations.push(Violation {
            property: "description".into(),
            message: format!(
                "This value is too long. It should have {LONGEST_DESCRIPTION} characters or less."
            ),
        });
    }
    if violations.is_empty() {
        Ok(Details {
            public: public || only_public,
            description,
            ..Details::default()
        })
    } else {
        Err(Error::Violations(violations))
    }
}

fn uploaded(image: &Image) -> Answer {
    created(&Uploaded {
        id: image.id.to_string(),
    })
}

fn uploaded_by_key(image: &Image) -> Answer {
    let (id, extension) = (image.id, &image.extension);
    created(&UploadedByKey {
        id: id.to_string(),
        url: format!("/api/image/{id}.{extension}"),
        thumbnail_url: format!("/api/image/{id}_thumbnail.{extension}"),
    })
}

fn created(body: &impl Serialize) -> Answer {
    Answer {
        status: 201,
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(body).unwrap_or_default(),
    }
}
