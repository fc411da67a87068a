//! IMGSHARE, the language of imgshare.danielthefox.com: scripts upload, delete and gather with a token in the form, and
//! every picture has three smaller ones under `/img/{account}/`.
//!
//! Only what was answered with 200 is for programs. All else is text for people, and its status says it all.

mod expiration;
mod file_names;
mod openapi;
mod params;
mod paths;
mod responses;

use std::borrow::Cow;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use imaging::Format;
use library::{Act, Actor, Details, Door, Incoming, Kept, Library, Scope, Upload};

use super::{Dialect, answered, kept, text};
use crate::deliver::{Caching, Wish, deliver};
use crate::error::{Credentials, Error, Result};
use crate::http::extract;
use crate::http::extract::{IdempotencyKey, Query, Segments};
use crate::http::middleware::real_ip::Client;
use crate::state::App;
use crate::upload::form;
use crate::upload::form::{Form, Wanted};
use crate::upload::remote_fetch::fetch;
use params::{Wishes, given};
use responses::written;

pub const IMGSHARE: Dialect = Dialect {
    name: "imgshare",
    claims,
    routes,
    refuse,
    describe: openapi::describe,
};

const UPLOAD: &str = "/api/v1/img_upload.php";
const DELETE: &str = "/api/v1/img_delete.php";
const GATHER: &str = "/api/v1/img_gather.php";
const UNIVERSE: &str = "/api/v1/universe_delete.php";

/// Of an original, whatever the server's own limit is.
const MOST: u64 = 32 << 20;

const UPLOADED: Wanted = Wanted {
    files: params::FILE,
    most: MOST,
    key: Some((params::TOKEN, Scope::Upload)),
    ..Wanted::NOTHING
};
const GATHERED: Wanted = Wanted {
    key: Some((params::TOKEN, Scope::Upload)),
    ..Wanted::NOTHING
};
const DELETED: Wanted = Wanted {
    key: Some((params::TOKEN, Scope::Delete)),
    ..Wanted::NOTHING
};

/// All under `/img/`, and four paths beside another dialect's.
fn claims(_: &Method, path: &str) -> bool {
    path.starts_with("/img/") || [UPLOAD, DELETE, GATHER, UNIVERSE].contains(&path)
}

fn routes() -> Router<App> {
    Router::new()
        .route(UPLOAD, post(upload))
        .route(DELETE, post(delete))
        .route(GATHER, post(gather))
        .route(UNIVERSE, get(delete_universe))
        .route("/img/{account}/{file}", get(native))
        .route("/img/{account}/{size}/{file}", get(reduced))
}

async fn upload(
    State(app): State<App>,
    client: Client,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::form(&app, &client, &headers, body, &UPLOADED).await?;
    let actor = whose(&form)?;
    let wishes = Wishes::of(&form.fields);
    let (incoming, name) = form.picture()?;
    let picture = Picture { incoming, name };
    keep(&app, client, actor, picture, wishes, key).await
}

async fn gather(
    State(app): State<App>,
    client: Client,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::form(&app, &client, &headers, body, &GATHERED).await?;
    let actor = whose(&form)?;
    let url = given(&form.fields, params::URL).ok_or_else(|| missing(params::URL))?;
    let agent = user_agent(&app, &client, &actor).await?;
    let (incoming, name) = fetch(&app, url, &agent, MOST).await?;
    let picture = Picture { incoming, name };
    keep(&app, client, actor, picture, Wishes::of(&form.fields), key).await
}

async fn delete(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let form = form::form(&app, &client, &headers, body, &DELETED).await?;
    let actor = whose(&form)?;
    let name = given(&form.fields, params::DELETED);
    let name = name.ok_or_else(|| missing(params::DELETED))?.to_owned();
    app.ask(move |library, _| {
        let own = account(library, &actor)?;
        let name = paths::meant(&own, &name).ok_or(Error::NoSuchImage)?;
        let image = library.find_for(&actor, Act::Delete, &name)?;
        Ok(library.delete(&actor, &image)?)
    })
    .await?;
    Ok(text(
        StatusCode::OK,
        "The picture and all its sizes are deleted.\n",
    ))
}

/// A joke of the reference's. Whoever calls it correctly is refused; nothing is ever touched.
async fn delete_universe(
    State(app): State<App>,
    client: Client,
    Query(query): Query,
) -> Result<Response> {
    let token = given(&query, &[params::TOKEN]).ok_or(MISSING)?;
    match extract::actor(&app, &client, token.to_owned()).await {
        Ok(_) => Err(Error::Forbidden),
        // Elsewhere a wrong token is forbidden; here that would say that it is right.
        Err(Error::Unauthorised(_)) => Err(MISSING),
        Err(error) => Err(error),
    }
}

async fn native(
    State(app): State<App>,
    Segments((account, file)): Segments<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let name = paths::native(&account, &file).ok_or(Error::NoSuchImage)?;
    deliver(&app, asked, name, Caching::Year, |_| Wish::Original).await
}

async fn reduced(
    State(app): State<App>,
    Segments((account, size, file)): Segments<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let (name, transform) = paths::reduced(&account, &size, &file).ok_or(Error::NoSuchImage)?;
    deliver(&app, asked, name, Caching::Year, move |_| {
        Wish::Reduction(transform)
    })
    .await
}

/// A picture that was uploaded or gathered, which makes no difference from here on.
struct Picture {
    incoming: Incoming,
    /// The file name it came with.
    name: String,
}

async fn keep(
    app: &App,
    client: Client,
    actor: Actor,
    picture: Picture,
    wishes: Wishes,
    key: Option<String>,
) -> Result<Response> {
    let tiers = app.config().imgshare_lifetimes.clone();
    let answer = app
        .ask(move |library, _| {
            let Picture { incoming, name } = picture;
            let format = known(&incoming)?;
            let name = wishes.filename.unwrap_or(name);
            let life = wishes.expire.life(incoming.bytes(), &tiers);
            let details = Details {
                expires_at: life.map(|life| library.now().plus(life)),
                naming: if wishes.preserve {
                    file_names::preserved(&name, format)
                } else {
                    file_names::RANDOM
                },
                ..Details::default()
            };
            let answer = |kept: &Kept| written(&client.base, kept, wishes.output);
            let upload = Upload {
                incoming,
                name,
                door: Door::Imgshare,
                details,
            };
            Ok(kept(key.as_deref(), &answer, |remember| {
                library.add(&actor, upload, remember)
            })?)
        })
        .await?;
    answered(answer)
}

/// The format, if it is one of those that there are here. Neither name nor declared type matter.
fn known(incoming: &Incoming) -> Result<Format> {
    let refusal = match incoming.announces()? {
        Some(format) if file_names::FORMATS.contains(&format) => return Ok(format),
        Some(format) => imaging::Error::Unsupported(format),
        None if incoming.bytes() == 0 => imaging::Error::Empty,
        None => imaging::Error::NotAnImage,
    };
    Err(Error::BadPicture(refusal))
}

const MISSING: Error = Error::Unauthorised(Credentials::Missing);

fn whose(form: &Form) -> Result<Actor> {
    form.actor.clone().ok_or(MISSING)
}

fn missing(parameter: &[&'static str]) -> Error {
    Error::bad_parameter(parameter[0], "is missing")
}

fn account(library: &Library, actor: &Actor) -> Result<String> {
    let id = actor.account().ok_or(MISSING)?;
    Ok(library.account(id)?.name)
}

/// Whoever is asked for a picture may know for whom, and whom to complain to.
async fn user_agent(app: &App, client: &Client, actor: &Actor) -> Result<String> {
    let actor = actor.clone();
    let account = app.ask(move |library, _| account(library, &actor)).await?;
    let config = app.config();
    let contact = config.contact.as_deref().unwrap_or(&client.base);
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        "vitrine/{version} (fetched for {account}; contact: {contact})"
    ))
}

/// The text is for people, and nobody else should read it.
fn refuse(error: &Error) -> Response {
    let status = match error {
        // A token that is no good.
        Error::Unauthorised(Credentials::Wrong | Credentials::Expired) => StatusCode::FORBIDDEN,
        Error::BadPicture(imaging::Error::NotAnImage | imaging::Error::Unsupported(_)) => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        other => other.status(),
    };
    let words: Cow<'static, str> = match error {
        Error::NoFile => "There is no picture in the request; send one as `file` of a multipart form.".into(),
        Error::BadPicture(imaging::Error::NotAnImage | imaging::Error::Unsupported(_)) => {
            "Only JPEG, BMP, PNG and WEBP pictures are taken here; convert it first.".into()
        }
        Error::Unauthorised(Credentials::Missing) => "This needs a valid token; send it as `token`.".into(),
        Error::Unauthorised(_) => "This token is unknown, has expired or was deleted; make a new one.".into(),
        Error::Forbidden => "This token is not allowed to do that.".into(),
        Error::TooLarge => "The picture is too large; at most 32 MiB are taken here, or less where the server says so.".into(),
        Error::NotYet { after } => format!("This size is being made; ask again in {after} seconds.").into(),
        other => other.sentence(),
    };
    text(status, format!("{words}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_four_calls_and_all_under_img_are_claimed_and_nothing_beside_them() {
        for path in [
            "/api/v1/img_upload.php",
            "/api/v1/img_delete.php",
            "/api/v1/img_gather.php",
            "/api/v1/universe_delete.php",
            "/img/kitten/a.jpg",
            "/img/kitten/xga/a.jpg",
            "/img/a/b/c/d",
            "/img/x",
        ] {
            assert!(claims(&Method::GET, path), "{path}");
        }
        for path in [
            "/img",
            "/image/x",
            "/images/2026/x",
            "/api/v1/images",
            "/api/v1/img_list.php",
        ] {
            assert!(!claims(&Method::GET, path), "{path}");
        }
    }
}
