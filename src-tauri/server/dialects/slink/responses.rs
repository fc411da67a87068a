//! How an image is told of: alone and flat, or in a list.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use imaging::Format;
use library::{Account, AccountId, Action, Image, Library, Timestamp};
use serde::Serialize;

use super::auth;
use super::auth::AccessTokenAuth;
use crate::dialects::reply::json;
use crate::error::Result;
use crate::http::extract::PathParams;
use crate::state::App;

/// What the owner of an image may know of it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Detail)]
struct Detail {
    id: String,
    file_name: String,
    description: String,
    is_public: bool,
    created_at: String,
    /// Null until the first edit.
    updated_at: Option<String>,
    views: u64,
    size: u64,
    mime_type: &'static str,
    width: u32,
    height: u32,
    supports_resize: bool,
    url: String,
    /// The same, as later versions call it.
    src: String,
}

/// The flat form of early versions and the wrapped one of later ones.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Details)]
pub struct Details {
    #[serde(flatten)]
    flat: Detail,
    data: Detail,
}

/// One image of a list.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Item)]
pub struct Item {
    id: String,
    owner: Owner,
    attributes: Attributes,
    metadata: Metadata,
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Owner)]
struct Owner {
    id: String,
    email: String,
    username: String,
    display_name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Attributes)]
struct Attributes {
    file_name: String,
    description: String,
    is_public: bool,
    created_at: Moment,
    views: u64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Moment)]
struct Moment {
    formatted_date: String,
    timestamp: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Metadata)]
struct Metadata {
    size: u64,
    mime_type: &'static str,
    width: u32,
    height: u32,
}

/// What the owner of a picture may know of it
#[utoipa::path(get, path = "/api/image/{id}/detail", operation_id = "detail", params(("id" = String, Path, format = "uuid")), security(("token" = [])),
    responses((status = 200, body = Details, description = "What is known of it, flat and in `data`."), (status = 404)))]
pub async fn show_detail(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    let name = auth::parse_image_name(&id)?;
    let image = app
        .run_blocking(move |library, _| {
            Ok(library.find_image_for(&actor, Action::Inspect, &name)?)
        })
        .await?;
    let flat = image_detail(&image);
    let data = flat.clone();
    Ok(json(StatusCode::OK, &Details { flat, data }))
}

fn image_detail(image: &Image) -> Detail {
    Detail {
        id: image.id.to_string(),
        file_name: file_name(image),
        description: image.description.clone(),
        is_public: image.public,
        created_at: format_timestamp(image.created_at),
        updated_at: image.updated_at.map(format_timestamp),
        views: image.views,
        size: image.bytes,
        mime_type: image.info.format.media_type(),
        width: image.info.width,
        height: image.info.height,
        supports_resize: !matches!(image.info.format, Format::Svg | Format::Ico),
        url: image_url(image),
        src: image_url(image),
    }
}

/// The images as a list tells of them. `open` is a list for everybody, who need not know anybody's e-mail address.
pub fn list_items(library: &Library, images: &[Image], open: bool) -> Result<Vec<Item>> {
    let mut owners = HashMap::new();
    let mut items = Vec::with_capacity(images.len());
    for image in images {
        items.push(Item {
            id: image.id.to_string(),
            owner: resolve_owner(library, &mut owners, image.owner.as_ref(), open)?,
            attributes: Attributes {
                file_name: file_name(image),
                description: image.description.clone(),
                is_public: image.public,
                created_at: Moment {
                    formatted_date: image.created_at.utc("%Y-%m-%d %H:%M:%S"),
                    timestamp: image.created_at.seconds(),
                },
                views: image.views,
            },
            metadata: Metadata {
                size: image.bytes,
                mime_type: image.info.format.media_type(),
                width: image.info.width,
                height: image.info.height,
            },
        });
    }
    Ok(items)
}

fn resolve_owner(
    library: &Library,
    known: &mut HashMap<AccountId, Owner>,
    id: Option<&AccountId>,
    open: bool,
) -> Result<Owner> {
    let Some(id) = id else {
        return Ok(Owner {
            id: "guest".to_owned(),
            email: "guest@localhost".to_owned(),
            username: "guest".to_owned(),
            display_name: "Anonymous".to_owned(),
        });
    };
    if let Some(owner) = known.get(id) {
        return Ok(owner.clone());
    }
    let Account {
        name,
        email,
        display_name,
        ..
    } = library.account(id)?;
    let email = email.unwrap_or_default();
    let owner = Owner {
        id: id.to_string(),
        email: if open && !email.is_empty() {
            "***".to_owned()
        } else {
            email
        },
        username: name,
        display_name,
    };
    known.insert(*id, owner.clone());
    Ok(owner)
}

pub fn file_name(image: &Image) -> String {
    format!("{}.{}", image.id, image.extension)
}

/// From the host on.
pub fn image_url(image: &Image) -> String {
    format!("/image/{}", file_name(image))
}

/// `2025-07-11T22:03:06.000000+00:00`.
pub fn format_timestamp(moment: Timestamp) -> String {
    moment.utc("%Y-%m-%dT%H:%M:%S.%6f+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_six_decimals_and_an_offset() {
        let written = |text| format_timestamp(Timestamp::parse(text).unwrap());
        assert_eq!(
            written("2025-07-11T19:03:06Z"),
            "2025-07-11T19:03:06.000000+00:00"
        );
        assert_eq!(
            written("2025-07-11T22:03:06.5+03:00"),
            "2025-07-11T19:03:06.500000+00:00"
        );
    }
}
