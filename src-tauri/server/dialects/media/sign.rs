//! Signing: an address of any size of an image, for whoever it is given to.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::Act;
use serde::Deserialize;
use utoipa::ToSchema;

use super::named;
use super::responses::Signed;
use crate::dialects::json;
use crate::dialects::media::transform_params::Params;
use crate::error::Result;
use crate::http::extract::{ApiKey, Json};
use crate::http::middleware::real_ip::Client;
use crate::state::App;

/// What to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = media::Wish)]
pub struct Wish {
    image_id: String,
    /// As in `w_600,f_webp,q_80`; without one, the whole picture as WebP.
    #[serde(default)]
    transform: Option<String>,
}

pub async fn sign(
    State(app): State<App>,
    client: Client,
    ApiKey(actor): ApiKey,
    Json(wish): Json<Wish>,
) -> Result<Response> {
    let params = Params::parse(wish.transform.as_deref().unwrap_or_default())?;
    let name = named(&wish.image_id)?;
    let signed = app
        .ask(move |library, _| {
            let image = library.find_for(&actor, Act::Share, &name)?;
            let signer = library.signer(&actor)?;
            Ok(Signed::of(&image, &params, &client.base, &signer))
        })
        .await?;
    Ok(json(StatusCode::OK, &signed))
}
