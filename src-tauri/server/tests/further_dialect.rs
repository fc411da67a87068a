//! A further dialect is one folder and one line in the registry: here is one, which nothing else knows.
//!
//! `PUT /shelf/{name}` uploads a picture, `GET /shelf/{account}/{name}` shows it, and `DELETE /shelf/{account}/{name}` deletes
//! it. Its names are aliases of its own.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use library::{
    Action, AddOutcome, AliasMaker, Ids, Image, ImageName, NewAlias, Upload, UploadMetadata,
};
use utoipa_axum::router::OpenApiRouter;

use super::harness::{Answer, World, png, request};
use crate::deliver::{CachePolicy, Representation, deliver};
use crate::dialects::dialect::Dialect;
use crate::dialects::openapi::OpenApiStyle;
use crate::dialects::registry::DIALECTS;
use crate::error::{Error, Result};
use crate::http::extract::{Bearer, PathParams};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

const SHELF: Dialect = Dialect {
    name: "shelf",
    claims: |_: &Method, path: &str| path.starts_with("/shelf/"),
    routes,
    render_error,
    openapi_style: OpenApiStyle {
        body_errors: &[],
        credential_errors: &[],
        error_bodies: |_| Vec::new(),
    },
};

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/shelf/{name}", put(upload))
        .route("/shelf/{account}/{name}", get(show).delete(delete))
}

fn render_error(error: &Error) -> Response {
    (error.status(), "The shelf says no.").into_response()
}

/// Names a picture as its address says, with dashes where that is taken.
#[derive(Debug)]
struct ShelfName(String);

impl AliasMaker for ShelfName {
    fn dialect(&self) -> &'static str {
        SHELF.name
    }

    fn applies_to(&self, _: &Image) -> bool {
        true
    }

    fn propose(&self, image: &Image, attempt: u32, _: &dyn Ids) -> library::Result<Vec<NewAlias>> {
        Ok(vec![NewAlias {
            key: format!("{}{}", self.0, "-".repeat(attempt as usize - 1)),
            owner: image.owner,
            secret: None,
        }])
    }
}

fn image_name((account, key): (String, String)) -> ImageName {
    ImageName::Alias {
        dialect: SHELF.name,
        owner: Some(account),
        key,
    }
}

async fn upload(
    State(app): State<App>,
    client: ClientInfo,
    Bearer(actor): Bearer,
    PathParams(name): PathParams<String>,
    body: Bytes,
) -> Result<Response> {
    app.authorise_upload(&actor, &client)?;
    app.run_blocking(move |library, _| {
        let mut staged_upload = library.stage_upload()?;
        staged_upload.append(&body)?;
        let upload = Upload {
            staged_upload,
            name: name.clone(),
            origin: SHELF.name,
            metadata: UploadMetadata {
                alias_makers: vec![Arc::new(ShelfName(name))],
                ..UploadMetadata::default()
            },
        };
        let AddOutcome::New(stored) = library.add_image(&actor, upload, None)? else {
            unreachable!("no upload is remembered here");
        };
        let mut aliases = stored.names.aliases_in(SHELF.name);
        let alias = aliases.next().expect("the upload made one");
        Ok((StatusCode::CREATED, alias.key.clone()).into_response())
    })
    .await
}

async fn show(
    State(app): State<App>,
    PathParams(path): PathParams<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let original = |_: &Image| Representation::Original;
    deliver(
        &app,
        asked,
        image_name(path),
        CachePolicy::Immutable,
        original,
    )
    .await
}

async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    PathParams(path): PathParams<(String, String)>,
) -> Result<StatusCode> {
    app.run_blocking(move |library, _| {
        let image = library.find_image_for(&actor, Action::Delete, &image_name(path))?;
        library.delete_image(&actor, &image)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

async fn send(world: &World, method: &str, path: &str, bytes: Vec<u8>) -> Answer {
    let request: Request<Body> = request(method, path)
        .header(header::AUTHORIZATION, format!("Bearer {}", world.secret))
        .body(bytes.into())
        .unwrap();
    world.send(request).await
}

#[tokio::test]
async fn a_further_dialect_names_shows_and_deletes_pictures_beside_all_others() {
    let registry: Vec<&'static Dialect> = std::iter::once(&SHELF).chain(DIALECTS).collect();
    let world = World::with_dialects(&registry);
    for (side, name) in [(8, "fountain"), (9, "fountain-")] {
        let stored = send(&world, "PUT", "/shelf/fountain", png(side, side)).await;
        assert_eq!((stored.status.as_u16(), stored.text()), (201, name));
        let shown = world.get(&format!("/shelf/owner/{name}")).await;
        assert_eq!(shown.status, 200);
        assert_eq!(shown.body, png(side, side));
    }
    let image = world
        .library
        .find_image(&image_name(("owner".into(), "fountain".into())))
        .unwrap();
    assert_eq!(image.origin, "shelf");
    // Other dialects show it, too.
    let shown = world.get(&format!("/{}", image.short_name)).await;
    assert_eq!(shown.body, png(8, 8));

    let deleted = send(&world, "DELETE", "/shelf/owner/fountain", vec![]).await;
    assert_eq!(deleted.status, 204);
    for path in [
        "/shelf/owner/fountain",
        "/shelf/owner/nothing",
        "/shelf/nobody/fountain-",
    ] {
        let missing = world.get(path).await;
        assert_eq!(
            (missing.status.as_u16(), missing.text()),
            (404, "The shelf says no."),
            "{path}"
        );
    }
    assert_eq!(world.get("/shelf/owner/fountain-").await.status, 200);
}
