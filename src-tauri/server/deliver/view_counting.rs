//! Delivery that counts a view of the image, for dialects that have view counts.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use library::{Action, Actor, Image, ImageName};

use super::{CachePolicy, Delivery, Representation, deliver_with};
use crate::error::{Error, Result};
use crate::state::App;

/// As [`super::deliver`], where the image may also be not to be had under such a name; a GET that brings the picture, or a part of it, is one more view.
pub async fn deliver_and_count(
    app: &App,
    method: &Method,
    asked: HeaderMap,
    name: ImageName,
    choose: impl FnOnce(&Image) -> Option<Representation> + Send + 'static,
) -> Result<Response> {
    let shown = Arc::new(OnceLock::new());
    let seen = shown.clone();
    let response = deliver_with(app, asked, move |library| {
        let image = library.find_image_for(&Actor::Anonymous, Action::View, &name)?;
        let wish = choose(&image).ok_or(Error::NoSuchImage)?;
        let _: std::result::Result<(), Image> = seen.set(image.clone());
        Ok(Delivery {
            image,
            representation: wish,
            caching: CachePolicy::Immutable,
        })
    })
    .await?;
    if *method == Method::GET
        && response.status().is_success()
        && let Some(image) = shown.get().cloned()
    {
        app.run_blocking(move |library, _| {
            library.count_view(&image);
            Ok(())
        })
        .await?;
    }
    Ok(response)
}
