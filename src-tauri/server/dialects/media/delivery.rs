//! Delivery: `/t/{client}/{signature}/{transform}/{id}.{ext}` and `/t/{client}/preset:{name}/{id}.{ext}`.
//!
//! No key is needed. A signature vouches for one transform of one image, in one spelling; a preset for all images
//! of the account that made it, until it is deleted.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use imaging::Format;
use library::{AccountId, Act, Actor, ImageId, ImageName, Library};

use crate::deliver::{Caching, Shown, Wish, deliver_found};
use crate::dialects::media::transform_params::{Params, format_of_extension};
use crate::error::{Error, Result};
use crate::http::extract::Segments;
use crate::state::App;

const DAY: u64 = 24 * 60 * 60;
const YEAR: u64 = 365 * DAY;

/// Shown at once for a year, and fresh within a day where the bytes are replaced.
const SIGNED: Caching = Caching::For {
    seconds: DAY,
    stale: YEAR,
};
/// A preset may be made anew with other words.
const BY_PRESET: Caching = Caching::For {
    seconds: DAY,
    stale: 0,
};

pub async fn signed(
    State(app): State<App>,
    uri: Uri,
    Segments((client, signature, _, _)): Segments<(String, String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    // As it is spelled in the address: another spelling of the same would be a second address of one variant.
    let mut spelled = uri.path().split('/').rev();
    let file = File::parse(spelled.next().unwrap_or_default());
    let transform = spelled.next().unwrap_or_default().to_owned();
    deliver_found(&app, asked, move |library| {
        let account = account(library, &client)?;
        let (file, params) = (file?, Params::parse(&transform));
        let params = params
            .ok()
            .filter(|params| params.canonical() == transform)
            .ok_or(Error::BadSignature)?;
        if library.verify_signature(&client, &file.id, &transform, &signature)? != Some(true) {
            return Err(Error::BadSignature);
        }
        if file.format != params.format() {
            return Err(Error::NoSuchImage);
        }
        shown(library, account, &file, params, SIGNED)
    })
    .await
}

pub async fn by_preset(
    State(app): State<App>,
    Segments((client, how, file)): Segments<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let preset = how.strip_prefix("preset:").ok_or(Error::NoSuchPlace)?;
    let (preset, file) = (preset.to_owned(), File::parse(&file)?);
    deliver_found(&app, asked, move |library| {
        let account = account(library, &client)?;
        let preset = library.preset(&account, &preset)?;
        let params = Params::parse(&preset.params)?.or_format(file.format);
        shown(library, account, &file, params, BY_PRESET)
    })
    .await
}

/// The last segment of an address.
struct File {
    id: ImageId,
    /// What its ending names.
    format: Format,
}

impl File {
    fn parse(text: &str) -> Result<File> {
        let (id, extension) = text.rsplit_once('.').ok_or(Error::NoSuchImage)?;
        Ok(File {
            id: id.parse().map_err(|_| Error::NoSuchImage)?,
            format: format_of_extension(extension).ok_or(Error::NoSuchImage)?,
        })
    }
}

fn account(library: &Library, client: &str) -> Result<AccountId> {
    library.account_of_client(client)?.ok_or(Error::NoSuchImage)
}

fn shown(
    library: &Library,
    account: AccountId,
    file: &File,
    params: Params,
    caching: Caching,
) -> Result<Shown> {
    let name = ImageName::Id(file.id);
    let image = library.find_for(&Actor::Anonymous, Act::See, &name)?;
    if image.owner != Some(account) {
        return Err(Error::NoSuchImage);
    }
    if !image.info.format.decodes() {
        return Err(Error::NeverRendered);
    }
    Ok(Shown {
        image,
        wish: Wish::Variant(params.transform()),
        caching,
    })
}
