//! One's own images: uploaded, shown, edited, replaced, deleted; `listing.rs` lists them.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use imaging::{Fit, Format, Output, Transform};
use library::{
    Act, Added, Answer, Details, Door, Edit, FolderPath, ImageName, Kept, Library, Place, Remember,
    Timestamp, Upload,
};

use super::auth::Visitor;
use super::folders::folder_id;
use super::image_response::{Item, given};
use crate::deliver::{Caching, Shown, Wish, deliver_found};
use crate::dialects::media::transform_params::Params;
use crate::dialects::{answered, json, kept, nothing};
use crate::error::{Error, Result};
use crate::http::extract::{IdempotencyKey, Json, Query, Segments};
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, Form, Wanted};

/// Sharp on screens of two pixels to the point, in a grid of 240.
const THUMBNAIL: u32 = 480;
/// On other screens: decoding a screenful takes a quarter of the time.
const SMALL_THUMBNAIL: u32 = 240;

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

pub async fn upload(
    State(app): State<App>,
    client: Client,
    Visitor(actor): Visitor,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    let form = form::form(&app, &client, &headers, body, &wanted(&app)).await?;
    let details = Details {
        place: match FolderPath::parse(form.fields.get("folder").unwrap_or_default())? {
            Some(path) => Place::Path(path),
            None => Place::Root,
        },
        public: form.fields.get("public").is_some_and(is_yes),
        title: text(&form.fields, "title"),
        description: text(&form.fields, "description"),
        ..Details::default()
    };
    let upload = upload_of(form, details)?;
    let answer = app
        .ask(move |library, _| {
            taken_in(&client, key, StatusCode::CREATED, |remember| {
                library.add(&actor, upload, remember)
            })
        })
        .await?;
    answered(answer)
}

pub async fn replace(
    State(app): State<App>,
    client: Client,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    let name = name(&id)?;
    let (name, actor) = app
        .ask(move |library, _| {
            library.find_for(&actor, Act::Edit, &name)?;
            Ok((name, actor))
        })
        .await?;
    let form = form::form(&app, &client, &headers, body, &wanted(&app)).await?;
    let upload = upload_of(form, Details::default())?;
    let answer = app
        .ask(move |library, _| {
            let image = library.find(&name)?;
            taken_in(&client, key, StatusCode::OK, |remember| {
                library.replace(&actor, &image, upload, remember)
            })
        })
        .await?;
    answered(answer)
}

pub async fn show(
    State(app): State<App>,
    client: Client,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
) -> Result<Response> {
    let name = name(&id)?;
    let item = app
        .ask(move |library, _| {
            let image = library.find_for(&actor, Act::Inspect, &name)?;
            Ok(Item::of(&image, &library.names(&image)?, &client.base))
        })
        .await?;
    Ok(json(StatusCode::OK, &item))
}

pub async fn edit(
    State(app): State<App>,
    client: Client,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
    Json(changes): Json<Changes>,
) -> Result<Response> {
    let name = name(&id)?;
    let edit = changes.checked()?;
    let item = app
        .ask(move |library, _| {
            let image = library.find_for(&actor, Act::Edit, &name)?;
            let image = library.edit(&actor, &image, edit)?;
            Ok(Item::of(&image, &library.names(&image)?, &client.base))
        })
        .await?;
    Ok(json(StatusCode::OK, &item))
}

pub async fn delete(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
) -> Result<Response> {
    let name = name(&id)?;
    app.ask(move |library, _| {
        let image = library.find(&name)?;
        Ok(library.delete(&actor, &image)?)
    })
    .await?;
    Ok(nothing())
}

/// For signed-in eyes only, and kept by their browser alone.
pub async fn thumbnail(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
    Query(query): Query,
    asked: HeaderMap,
) -> Result<Response> {
    let name = name(&id)?;
    let size = match query.get("size") {
        Some("240") => SMALL_THUMBNAIL,
        _ => THUMBNAIL,
    };
    deliver_found(&app, asked, move |library: &Library| {
        let image = library.find_for(&actor, Act::Inspect, &name)?;
        let wish = if image.info.format.decodes() {
            Wish::Variant(thumbnail_of(size))
        } else {
            Wish::Original
        };
        Ok(Shown {
            image,
            wish,
            caching: Caching::Private,
        })
    })
    .await
}

/// What a preset with these `params` would make of the picture, before there is one.
pub async fn preview(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Segments(id): Segments<String>,
    Query(query): Query,
    asked: HeaderMap,
) -> Result<Response> {
    let name = name(&id)?;
    let transform = Params::parse(query.get("params").unwrap_or_default())?.transform();
    deliver_found(&app, asked, move |library: &Library| {
        Ok(Shown {
            image: library.find_for(&actor, Act::Inspect, &name)?,
            wish: Wish::Variant(transform),
            caching: Caching::Private,
        })
    })
    .await
}

fn thumbnail_of(size: u32) -> Transform {
    Transform {
        width: Some(size),
        height: Some(size),
        fit: Fit::Inside,
        format: Output::Is(Format::WebP),
        quality: Some(75),
        ..Transform::to_width(size)
    }
}

fn wanted(app: &App) -> Wanted {
    Wanted {
        files: &["file"],
        only_parts: true,
        most: app.config().max_upload_bytes,
        ..Wanted::NOTHING
    }
}

fn upload_of(form: Form, details: Details) -> Result<Upload> {
    let (incoming, name) = form.picture()?;
    Ok(Upload {
        incoming,
        name,
        door: Door::Dashboard,
        details,
    })
}

fn taken_in(
    client: &Client,
    key: Option<String>,
    status: StatusCode,
    take: impl FnOnce(Option<Remember<'_>>) -> library::Result<Added>,
) -> Result<Answer> {
    let answer = |kept: &Kept| Answer {
        status: status.as_u16(),
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(&Item::of(&kept.image, &kept.names, &client.base))
            .unwrap_or_default(),
    };
    Ok(kept(key.as_deref(), &answer, take)?)
}

impl Changes {
    fn checked(self) -> Result<Edit> {
        let folder = match self.folder {
            None => None,
            Some(None) => Some(None),
            Some(Some(id)) => Some(Some(folder_id(&id)?)),
        };
        let expires_at = match self.expires_at {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(moment(&text)?)),
        };
        let short = |text: Option<String>, most: usize| {
            text.map(|text| text.trim().chars().take(most).collect())
        };
        Ok(Edit {
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

fn moment(text: &str) -> Result<Timestamp> {
    Timestamp::parse(text)
        .ok_or_else(|| Error::bad_parameter("expiresAt", "must be a date and time of RFC 3339"))
}

fn name(id: &str) -> Result<ImageName> {
    id.parse()
        .map(ImageName::Id)
        .map_err(|_| Error::NoSuchImage)
}

fn text(fields: &Fields, name: &str) -> String {
    fields
        .get(name)
        .unwrap_or_default()
        .trim()
        .chars()
        .take(2000)
        .collect()
}

fn is_yes(text: &str) -> bool {
    matches!(text, "1" | "true" | "yes" | "on")
}
