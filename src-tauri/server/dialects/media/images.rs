//! Images: taken in, listed, found, replaced and deleted.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use imaging::Format;
use library::{
    Act, Actor, Added, Answer, Details, Door, FolderPath, Image, Incoming, Kept, Library, Listing,
    Order, Place, Remember, Scope, Search, Start, Upload, Whose, Within,
};

use super::responses::{Deleted, FolderBody, Found, ImageBody, Listed};
use super::{Manager, named};
use crate::dialects::{answered, json};
use crate::error::{Error, Result};
use crate::http::extract::{ApiKey, IdempotencyKey, Query, Segments};
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Fields, Wanted};

const WANTED: Wanted = Wanted {
    files: &["file"],
    ..Wanted::NOTHING
};
const ON_A_PAGE: u32 = 24;
const MOST_ON_A_PAGE: u32 = 100;
/// What one search brings.
const MOST_FOUND: u32 = 50;

pub async fn upload(
    State(app): State<App>,
    client: Client,
    ApiKey(actor): ApiKey,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.admit(&actor, &client)?;
    let form = form::form(&app, &client, &headers, body, &WANTED).await?;
    let place = place(form.fields.get("folder"))?;
    let (incoming, name) = form.picture()?;
    let answer = app
        .ask(move |library, _| {
            check_format(library, &incoming)?;
            let upload = Upload {
                incoming,
                name,
                door: Door::Media,
                details: Details {
                    place,
                    ..Details::default()
                },
            };
            let say = |body: &ImageBody| answer(StatusCode::CREATED, body);
            kept(library, &actor, &client, key.as_deref(), say, |remember| {
                library.add(&actor, upload, remember)
            })
        })
        .await?;
    answered(answer)
}

pub async fn replace(
    State(app): State<App>,
    client: Client,
    Manager(actor): Manager,
    IdempotencyKey(key): IdempotencyKey,
    Segments(id): Segments<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    app.pace(&actor, &client)?;
    let name = named(&id)?;
    // Looked for before the body is read: many megabytes for nothing are nobody's wish.
    let (actor, image) = app
        .ask(move |library, _| {
            let image = library.find_for(&actor, Act::Edit, &name)?;
            Ok((actor, image))
        })
        .await?;
    let form = form::form(&app, &client, &headers, body, &WANTED).await?;
    let (incoming, name) = form.picture()?;
    let answer = app
        .ask(move |library, _| {
            check_format(library, &incoming)?;
            let upload = Upload {
                incoming,
                name,
                door: Door::Media,
                details: Details::default(),
            };
            let say = |body: &ImageBody| answer(StatusCode::OK, body);
            kept(library, &actor, &client, key.as_deref(), say, |remember| {
                library.replace(&actor, &image, upload, remember)
            })
        })
        .await?;
    answered(answer)
}

pub async fn list(
    State(app): State<App>,
    client: Client,
    Manager(actor): Manager,
    Query(query): Query,
) -> Result<Response> {
    let asked = Asked::parse(&query)?;
    let listed = app
        .ask(move |library, _| {
            let page = library.list(&actor, &asked.listing())?;
            Ok(Listed {
                items: described(library, &actor, &client, &page.images)?,
                total: page.total,
                page: asked.page,
                page_size: asked.page_size,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &listed))
}

pub async fn search(
    State(app): State<App>,
    client: Client,
    Manager(actor): Manager,
    Query(query): Query,
) -> Result<Response> {
    let term = query.get("q").unwrap_or_default().to_owned();
    if term.is_empty() {
        return Err(Error::bad_parameter("q", "must say what to look for"));
    }
    let found = app
        .ask(move |library, _| {
            let listing = Listing {
                search: Some(Search::NameOrFolder(term.clone())),
                most: MOST_FOUND,
                counted: false,
                ..newest()
            };
            let images = library.list(&actor, &listing)?.images;
            let folders = library.search_folders(&actor, &term)?;
            Ok(Found {
                images: described(library, &actor, &client, &images)?,
                folders: folders.iter().map(FolderBody::of).collect(),
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &found))
}

pub async fn one(
    State(app): State<App>,
    client: Client,
    Manager(actor): Manager,
    Segments(id): Segments<String>,
) -> Result<Response> {
    let name = named(&id)?;
    let body = app
        .ask(move |library, _| {
            let image = library.find_for(&actor, Act::Inspect, &name)?;
            let folder = match &image.folder {
                None => String::new(),
                Some(folder) => library.folder_path(folder)?,
            };
            let signer = library.signer(&actor)?;
            Ok(ImageBody::of(&image, &folder, &client.base, &signer))
        })
        .await?;
    Ok(json(StatusCode::OK, &body))
}

pub async fn delete(
    State(app): State<App>,
    ApiKey(actor): ApiKey,
    Segments(id): Segments<String>,
) -> Result<Response> {
    actor.may(Scope::Delete)?;
    let name = named(&id)?;
    app.ask(move |library, _| {
        let image = library.find(&name)?;
        Ok(library.delete(&actor, &image)?)
    })
    .await?;
    Ok(json(StatusCode::OK, &Deleted::of(id)))
}

fn place(folder: Option<&str>) -> Result<Place> {
    let path = FolderPath::parse(folder.unwrap_or_default())?;
    Ok(path.map_or(Place::Root, Place::Path))
}

/// This door takes pictures that it can make sizes of, and no icons.
fn check_format(library: &Library, incoming: &Incoming) -> Result<()> {
    let format = library.look(incoming)?.format;
    if format.decodes() && format != Format::Ico {
        Ok(())
    } else {
        Err(Error::BadPicture(imaging::Error::Unsupported(format)))
    }
}

/// Lets `keep` store an upload, and says what it became; of a repeated one, what was said the first time.
fn kept(
    library: &Library,
    actor: &Actor,
    client: &Client,
    key: Option<&str>,
    say: impl Fn(&ImageBody) -> Answer,
    keep: impl FnOnce(Option<Remember<'_>>) -> library::Result<Added>,
) -> Result<Answer> {
    let signer = library.signer(actor)?;
    let answer = |kept: &Kept| {
        let body = ImageBody::of(&kept.image, &kept.names.folder, &client.base, &signer);
        say(&body)
    };
    Ok(crate::dialects::kept(key, &answer, keep)?)
}

fn answer(status: StatusCode, body: &ImageBody) -> Answer {
    Answer {
        status: status.as_u16(),
        media_type: "application/json".to_owned(),
        body: serde_json::to_vec(body).unwrap_or_default(),
    }
}

/// What is said of each image of a list.
fn described(
    library: &Library,
    actor: &Actor,
    client: &Client,
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
        ImageBody::of(image, folder, &client.base, &signer)
    });
    Ok(described.collect())
}

/// What a list is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    folder: Within,
    name: Option<String>,
    page: u64,
    page_size: u32,
}

impl Asked {
    fn parse(query: &Fields) -> Result<Asked> {
        let folder = match query.get("folder") {
            // As in the documentation's own example, where it stands empty.
            None | Some("") => Within::Anywhere,
            Some(path) => match FolderPath::parse(path)? {
                None => Within::Root,
                Some(path) => Within::Path(path.to_string()),
            },
        };
        let name = query.get("q").filter(|term| !term.is_empty());
        let page_size = number(query.get("pageSize")).map_or(ON_A_PAGE, |size| {
            u32::try_from(size).map_or(MOST_ON_A_PAGE, |size| size.clamp(1, MOST_ON_A_PAGE))
        });
        Ok(Asked {
            folder,
            name: name.map(str::to_owned),
            page: number(query.get("page")).map_or(1, |page| page.max(1)),
            page_size,
        })
    }

    fn listing(&self) -> Listing {
        Listing {
            folder: self.folder.clone(),
            search: self.name.clone().map(Search::Name),
            start: Start::Skip((self.page - 1).saturating_mul(self.page_size.into())),
            most: self.page_size,
            ..newest()
        }
    }
}

/// The account's own, the newest first.
fn newest() -> Listing {
    Listing {
        whose: Whose::Own,
        folder: Within::Anywhere,
        search: None,
        order: Order::Created,
        descending: true,
        start: Start::Skip(0),
        most: ON_A_PAGE,
        counted: true,
    }
}

/// A whole number; one below zero is 0, and one that is too large the largest. `None` for anything else.
fn number(text: Option<&str>) -> Option<u64> {
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

    fn asked(query: &str) -> Asked {
        Asked::parse(&Fields::of_query(query)).unwrap()
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
            let asked = asked(query);
            assert_eq!((asked.page, asked.page_size), (page, page_size), "{query}");
        }
        let far = asked("page=99999999999999999999999&pageSize=100").listing();
        assert_eq!(far.start, Start::Skip(u64::MAX));
    }

    #[test]
    fn a_list_is_of_everything_of_the_root_or_of_one_folder() {
        for (query, within) in [
            ("", Within::Anywhere),
            ("folder=", Within::Anywhere),
            ("folder=/", Within::Root),
            ("folder=a/b", Within::Path("a/b".into())),
            ("folder=%2Fa%2F%20b/", Within::Path("a/b".into())),
        ] {
            assert_eq!(asked(query).folder, within, "{query}");
        }
        assert!(Asked::parse(&Fields::of_query("folder=a/..")).is_err());
    }

    #[test]
    fn an_empty_term_asks_for_all() {
        assert_eq!(asked("q=").name, None);
        assert_eq!(asked("q=%25").name.as_deref(), Some("%"));
    }
}
