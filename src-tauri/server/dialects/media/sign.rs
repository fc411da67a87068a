//! Signing: an address of any size of an image, for whoever it is given to.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::parse_image_name;
use super::responses::Signed;
use crate::dialects::reply::json;
use crate::dialects::transform_params::TransformParams;
use crate::error::Result;
use crate::http::extract::{ApiKey, Json};
use crate::http::middleware::real_ip::ClientInfo;
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

/// Sign an address of a picture at a size
#[utoipa::path(post, path = "/api/v1/sign", security(("key_in_header" = [])), request_body = Wish,
    responses((status = 200, body = super::responses::Signed, description = "An address that needs no key."), (status = 404)))]
pub async fn sign(
    State(app): State<App>,
    client: ClientInfo,
    ApiKey(actor): ApiKey,
    Json(wish): Json<Wish>,
) -> Result<Response> {
    let params = TransformParams::parse(wish.transform.as_deref().unwrap_or_default())?;
    let name = parse_image_name(&wish.image_id)?;
    let signed = app
        .run_blocking(move |library, _| {
            let image = library.find_image_for(&actor, Action::Share, &name)?;
            let signer = library.signer(&actor)?;
            Ok(Signed::new(&image, &params, &client.base_url, &signer))
        })
        .await?;
    Ok(json(StatusCode::OK, &signed))
}
