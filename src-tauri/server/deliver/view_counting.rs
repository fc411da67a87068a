//! Delivery that counts as a look at the image, where a door counts those.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use library::{Act, Actor, Image, ImageName};

use super::{Caching, Shown, Wish, deliver_found};
use crate::error::{Error, Result};
use crate::state::App;

/// As [`super::deliver`], where the image may also be not to be had under such a name; a GET that brings the picture, or a part of it, is one more view.
pub async fn deliver_counted(
    app: &App,
    method: &Method,
    asked: HeaderMap,
    name: ImageName,
    choose: impl FnOnce(&Image) -> Option<Wish> + Send + 'static,
) -> Result<Response> {
    let shown = Arc::new(OnceLock::new());
    let seen = shown.clone();
    let response = deliver_found(app, asked, move |library| {
        let image = library.find_for(&Actor::Anonymous, Act::See, &name)?;
        let wish = choose(&image).ok_or(Error::NoSuchImage)?;
        let _: std::result::Result<(), Image> = seen.set(image.clone());
        Ok(Shown {
            image,
            wish,
            caching: Caching::Lasting,
        })
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
