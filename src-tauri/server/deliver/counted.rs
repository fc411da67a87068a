//! Delivery that counts as a look at the image, where a door counts those.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use library::{Image, ImageName};

use super::{Wish, deliver};
use crate::error::Result;
use crate::state::App;

/// As [`deliver`]; a GET that brings the picture, or a part of it, is one more view.
pub async fn deliver_counted(
    app: &App,
    method: &Method,
    asked: HeaderMap,
    name: ImageName,
    choose: impl FnOnce(&Image) -> Wish + Send + 'static,
) -> Result<Response> {
    let shown = Arc::new(OnceLock::new());
    let seen = shown.clone();
    let response = deliver(app, asked, name, move |image| {
        let _: std::result::Result<(), Image> = seen.set(image.clone());
        choose(image)
    })
    .await?;
    if *method == Method::GET
        && response.status().is_success()
        && let Some(image) = shown.get().cloned()
    {
        app.ask(move |library, _| {
            library.count_view(&image);
            Ok(())
        })
        .await?;
    }
    Ok(response)
}
