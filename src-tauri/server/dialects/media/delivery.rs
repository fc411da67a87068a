//! Delivery: `/t/{client}/{signature}/{transform}/{id}.{ext}` and `/t/{client}/preset:{name}/{id}.{ext}`.
//!
//! No key is needed. A signature vouches for one transform of one image, in one spelling; a preset for all images
//! of the account that made it, until it is deleted.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use imaging::Format;
use library::{AccountId, Action, Actor, ImageId, ImageName, Library};

use crate::deliver::{CachePolicy, Delivery, Representation, deliver_with};
use crate::dialects::openapi::ImageResponses;
use crate::dialects::transform_params::{TransformParams, format_from_extension};
use crate::error::{Error, Result};
use crate::http::extract::PathParams;
use crate::state::App;

const DAY_SECS: u64 = 24 * 60 * 60;
const YEAR_SECS: u64 = 365 * DAY_SECS;

/// Shown at once for a year, and fresh within a day where the bytes are replaced.
const SIGNED_CACHE: CachePolicy = CachePolicy::MaxAge {
    seconds: DAY_SECS,
    stale_seconds: YEAR_SECS,
};
/// A preset may be made anew with other words.
const PRESET_CACHE: CachePolicy = CachePolicy::MaxAge {
    seconds: DAY_SECS,
    stale_seconds: 0,
};

/// The picture, as a signature vouches for
#[utoipa::path(get, path = "/t/{client}/{signature}/{transform}/{id}.{ext}", operation_id = "signed",
    responses(ImageResponses, (status = 403, description = "The signature does not belong to this address."), (status = 422, description = "The picture is shown as it is only.")),
    params(("client" = String, Path), ("signature" = String, Path), ("transform" = String, Path, description = "As it was signed, as in `w_600,f_webp,q_80`."),
        ("id" = String, Path), ("ext" = String, Path)))]
pub async fn serve_signed(
    State(app): State<App>,
    uri: Uri,
    PathParams((client, signature, _, _)): PathParams<(String, String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    // As it is spelled in the address: another spelling of the same would be a second address of one variant.
    let mut spelled = uri.path().split('/').rev();
    let file = FileName::parse(spelled.next().unwrap_or_default());
    let transform = spelled.next().unwrap_or_default().to_owned();
    deliver_with(&app, asked, move |library| {
        let account = find_account(library, &client)?;
        let (file, params) = (file?, TransformParams::parse(&transform));
        let params = params
            .ok()
            .filter(|params| params.canonical_text() == transform)
            .ok_or(Error::BadSignature)?;
        if library.verify_signature(&client, &file.id, &transform, &signature)? != Some(true) {
            return Err(Error::BadSignature);
        }
        if file.format != params.format() {
            return Err(Error::NoSuchImage);
        }
        build_delivery(library, account, &file, params, SIGNED_CACHE)
    })
    .await
}

/// The picture, as a preset of its account says
#[utoipa::path(get, path = "/t/{client}/preset:{name}/{id}.{ext}", operation_id = "by_preset",
    responses(ImageResponses, (status = 400), (status = 422, description = "The picture is shown as it is only.")),
    params(("client" = String, Path), ("name" = String, Path), ("id" = String, Path), ("ext" = String, Path)))]
pub async fn serve_preset(
    State(app): State<App>,
    PathParams((client, how, file)): PathParams<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let preset = how.strip_prefix("preset:").ok_or(Error::UnknownRoute)?;
    let (preset, file) = (preset.to_owned(), FileName::parse(&file)?);
    deliver_with(&app, asked, move |library| {
        let account = find_account(library, &client)?;
        let preset = library.preset(&account, &preset)?;
        let params = TransformParams::parse(&preset.params)?.with_default_format(file.format);
        build_delivery(library, account, &file, params, PRESET_CACHE)
    })
    .await
}

/// The last segment of an address.
struct FileName {
    id: ImageId,
    /// What its ending names.
    format: Format,
}

impl FileName {
    fn parse(text: &str) -> Result<FileName> {
        let (id, extension) = text.rsplit_once('.').ok_or(Error::NoSuchImage)?;
        Ok(FileName {
            id: id.parse().map_err(|_| Error::NoSuchImage)?,
            format: format_from_extension(extension).ok_or(Error::NoSuchImage)?,
        })
    }
}

fn find_account(library: &Library, client: &str) -> Result<AccountId> {
    library.account_by_client(client)?.ok_or(Error::NoSuchImage)
}

fn build_delivery(
    library: &Library,
    account: AccountId,
    file: &FileName,
    params: TransformParams,
    caching: CachePolicy,
) -> Result<Delivery> {
    let name = ImageName::Id(file.id);
    let image = library.find_image_for(&Actor::Anonymous, Action::View, &name)?;
    if image.owner != Some(account) {
        return Err(Error::NoSuchImage);
    }
    if !image.info.format.can_decode() {
        return Err(Error::NotTransformable);
    }
    Ok(Delivery {
        image,
        representation: Representation::Variant(params.to_transform()),
        caching,
    })
}
