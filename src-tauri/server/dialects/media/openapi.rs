//! What media says of itself, as OpenAPI.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};

use super::folders::{NewFolder, Rename};
use super::presets::NewPreset;
use super::responses::{
    Branch, Deleted, FolderBody, Found, ImageBody, Listed, PresetBody, Refused, Signed,
};
use super::sign::Wish;
use crate::dialects::openapi::{OpenApiStyle, Picture, Repeatable, finish_document, schema_ref};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "media",
        body_errors: &[400, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("media.Refused"))],
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        list, upload, one, replace, delete, search, sign, signed, by_preset, folders, create_folder, rename_folder,
        delete_folder, presets, create_preset, delete_preset
    ),
    components(schemas(Refused)),
    tags((name = "media", description = "The language of api-images.amr-dev.online: pictures in folders, and any size of them at an address that is signed or names a preset."))
)]
struct ApiDoc;

/// Which of the account's pictures are listed. A number that is none counts as not said.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct Asked {
    /// A folder's path; `/` is the root, and without one it is all folders.
    folder: Option<String>,
    /// A part of the name.
    q: Option<String>,
    #[param(minimum = 1, default = 1)]
    page: Option<u64>,
    #[param(minimum = 1, maximum = 100, default = 24)]
    page_size: Option<u32>,
}

#[derive(ToSchema)]
#[schema(as = media::Upload)]
struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
    /// A path as in `a/b/c`; folders that are missing are made.
    folder: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = media::Replacement)]
struct Replacement {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

/// List the account's pictures, the newest first
#[utoipa::path(get, path = "/api/v1/images", params(Asked), security(("key_in_header" = [])),
    responses((status = 200, body = Listed, description = "One page of them."), (status = 400)))]
fn list() {}

/// Take a picture in
#[utoipa::path(post, path = "/api/v1/images", params(Repeatable), security(("key_in_header" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = ImageBody, description = "It is kept."), (status = 409), (status = 415), (status = 422)))]
fn upload() {}

/// Look at a picture's row
#[utoipa::path(get, path = "/api/v1/images/{id}", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = ImageBody, description = "What is known of it."), (status = 404)))]
fn one() {}

/// Replace a picture's bytes under the same addresses
#[utoipa::path(method(put, post, patch), path = "/api/v1/images/{id}", params(Repeatable, ("id" = String, Path)), security(("key_in_header" = [])),
    request_body(content = Replacement, content_type = "multipart/form-data"),
    responses((status = 200, body = ImageBody, description = "What is known of it now."), (status = 404), (status = 409), (status = 415), (status = 422)))]
fn replace() {}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/api/v1/images/{id}", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = Deleted, description = "It is gone."), (status = 404)))]
fn delete() {}

/// Find pictures and folders by a part of their names
#[utoipa::path(get, path = "/api/v1/search", params(("q" = String, Query, min_length = 1)), security(("key_in_header" = [])),
    responses((status = 200, body = Found, description = "At most 50 of each."), (status = 400)))]
fn search() {}

/// Sign an address of a picture at a size
#[utoipa::path(post, path = "/api/v1/sign", security(("key_in_header" = [])), request_body = Wish,
    responses((status = 200, body = Signed, description = "An address that needs no key."), (status = 404)))]
fn sign() {}

/// The picture, as a signature vouches for
#[utoipa::path(get, path = "/t/{client}/{signature}/{transform}/{id}.{ext}",
    responses(Picture, (status = 403, description = "The signature does not belong to this address."), (status = 422, description = "The picture is shown as it is only.")),
    params(("client" = String, Path), ("signature" = String, Path), ("transform" = String, Path, description = "As it was signed, as in `w_600,f_webp,q_80`."),
        ("id" = String, Path), ("ext" = String, Path)))]
fn signed() {}

/// The picture, as a preset of its account says
#[utoipa::path(get, path = "/t/{client}/preset:{name}/{id}.{ext}",
    responses(Picture, (status = 400), (status = 422, description = "The picture is shown as it is only.")),
    params(("client" = String, Path), ("name" = String, Path), ("id" = String, Path), ("ext" = String, Path)))]
fn by_preset() {}

/// The tree of folders
#[utoipa::path(get, path = "/api/v1/folders", security(("key_in_header" = [])),
    responses((status = 200, body = Vec<Branch>, description = "The roots, each with all that lies in it.")))]
fn folders() {}

/// Make a folder, with those it lies in
#[utoipa::path(post, path = "/api/v1/folders", security(("key_in_header" = [])), request_body = NewFolder,
    responses((status = 200, body = FolderBody, description = "It was there already."), (status = 201, body = FolderBody, description = "It is made."), (status = 409)))]
fn create_folder() {}

/// Rename a folder
#[utoipa::path(method(patch, put), path = "/api/v1/folders/{id}", params(("id" = String, Path)), security(("key_in_header" = [])), request_body = Rename,
    responses((status = 200, body = FolderBody, description = "The folder."), (status = 404), (status = 409)))]
fn rename_folder() {}

/// Delete an empty folder
#[utoipa::path(delete, path = "/api/v1/folders/{id}", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = Deleted, description = "It is gone."), (status = 404), (status = 409)))]
fn delete_folder() {}

/// The account's presets
#[utoipa::path(get, path = "/api/v1/presets", security(("key_in_header" = [])),
    responses((status = 200, body = Vec<PresetBody>, description = "All of them.")))]
fn presets() {}

/// Name a transform
#[utoipa::path(post, path = "/api/v1/presets", security(("key_in_header" = [])), request_body = NewPreset,
    responses((status = 201, body = PresetBody, description = "It is made."), (status = 409)))]
fn create_preset() {}

/// Delete a preset
#[utoipa::path(delete, path = "/api/v1/presets/{id}", params(("id" = String, Path)), security(("key_in_header" = [])),
    responses((status = 200, body = Deleted, description = "It is gone."), (status = 404)))]
fn delete_preset() {}
