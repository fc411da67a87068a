//! What Slink says of itself, as OpenAPI: people's tokens, programs' keys, guests.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};

use super::accounts::{Data, Tokens, User};
use super::errors::Refusal;
use super::keys::{self, Made, ShareX};
use super::listing;
use super::listing::List;
use super::responses::{Details, Item};
use super::upload::{Uploaded, UploadedByKey};
use crate::dialects::openapi::{OpenApiStyle, Picture, Repeatable, finish_document, schema_ref};

const ERROR_MEDIA_TYPE: &str = "application/vnd.api+json";

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "slink",
        body_errors: &[400, 408, 413, 422],
        credential_errors: &[401, 403, 429],
        error_bodies: |status| match status {
            "401" => vec![("application/json", schema_ref("slink.NoToken"))],
            _ => vec![(ERROR_MEDIA_TYPE, schema_ref("slink.Refusal"))],
        },
    })
}

/// What a program with a key meets.
pub fn describe_external() -> OpenApi {
    finish_document::<ExternalApiDoc>(&OpenApiStyle {
        dialect: "slink external",
        body_errors: &[400, 408, 413, 422],
        credential_errors: &[401, 403, 429],
        error_bodies: |status| match status {
            "401" => vec![(ERROR_MEDIA_TYPE, schema_ref("slink.NoKey"))],
            _ => vec![(ERROR_MEDIA_TYPE, schema_ref("slink.Refusal"))],
        },
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        show, thumbnail, show_by_api, thumbnail_by_api, edit, delete, detail, chosen_or_public, public, by_id,
        newest_own, own, upload, guest, sign_up, log_in, refresh, log_out, user, list_keys, create_key, revoke_key,
        sharex, sharex_by_body, edit_any, delete_any, health
    ),
    components(schemas(Refusal, NoToken)),
    tags((name = "slink", description = "The language of Slink (docs.slinkapp.io): accounts with tokens, pictures by UUID, sizes and formats by address, lists, uploads by token and by guests."))
)]
struct ApiDoc;

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(external),
    components(schemas(Refusal, NoKey)),
    tags((name = "slink external", description = "Slink's upload for programs, with a key."))
)]
struct ExternalApiDoc;

/// Nobody came with this token.
#[derive(ToSchema)]
#[schema(as = slink::NoToken)]
struct NoToken {
    /// 401.
    code: u16,
    message: String,
}

/// No key, or one that is not known, which has a code.
#[derive(ToSchema)]
#[schema(as = slink::NoKey)]
struct NoKey {
    error: NoKeyError,
}

#[derive(ToSchema)]
#[schema(as = slink::NoKeyError)]
struct NoKeyError {
    title: Option<String>,
    message: String,
    code: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = slink::Upload)]
struct Upload {
    #[schema(value_type = String, format = Binary)]
    image: (),
    /// `true`, `1`, `on` or `yes` puts it into the public list.
    #[schema(rename = "isPublic")]
    is_public: Option<String>,
    #[schema(max_length = 255)]
    description: Option<String>,
}

/// What is to become different; what is missing stays.
#[derive(ToSchema)]
#[schema(as = slink::Edit)]
struct Edit {
    #[schema(max_length = 255)]
    description: Option<String>,
    #[schema(rename = "isPublic")]
    is_public: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = slink::Deletion)]
struct Deletion {
    /// Whether the bytes stay on the disk.
    #[schema(rename = "preserveOnDisk")]
    preserve_on_disk: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = slink::SignUp)]
struct SignUp {
    #[schema(max_length = 254, format = "email")]
    email: String,
    #[schema(pattern = "^[a-z0-9][a-z0-9_.-]{2,29}$")]
    username: String,
    /// With a lowercase letter, an uppercase letter, a digit and something else.
    #[schema(min_length = 6, max_length = 4096)]
    password: String,
    /// The password once more.
    confirm: String,
}

#[derive(ToSchema)]
#[schema(as = slink::LogIn)]
struct LogIn {
    /// The account's name or e-mail address.
    username: String,
    password: String,
}

#[derive(ToSchema)]
#[schema(as = slink::Refresh)]
struct Refresh {
    refresh_token: String,
}

#[derive(ToSchema)]
#[schema(as = slink::SignedUp)]
struct SignedUp {
    id: String,
}

#[derive(ToSchema)]
#[schema(as = slink::NewKey)]
struct NewKey {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// ISO 8601, and in the future.
    #[schema(rename = "expiresAt")]
    expires_at: Option<String>,
}

/// For whom ShareX is configured; each may stand in the query as well.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(as = slink::ShareXAsked, rename_all = "camelCase")]
struct ShareXAsked {
    /// The server's address, where it is not the one that is asked.
    base_url: Option<String>,
    /// A key of one's own; it is needed.
    api_key: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Size {
    /// In pixels; more than 8192 count as that. Nothing is enlarged.
    #[param(minimum = 1)]
    w: Option<u32>,
    #[param(minimum = 1)]
    h: Option<u32>,
    /// Whether the picture fills width and height, cut to them.
    crop: Option<bool>,
    #[param(minimum = 1, maximum = 100)]
    quality: Option<u8>,
}

/// Nothing here can be wrong: what is not understood counts as not said.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct Listing {
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// `attributes.` with `createdAt`, `updatedAt`, `views`, `fileName` or `description`; `metadata.` with `size`, `width` or `height`.
    order_by: Option<String>,
    /// `asc` or `desc`.
    order: Option<String>,
    search_term: Option<String>,
    /// `user`, `description` or `hashtag`.
    search_by: Option<String>,
    /// From the page before or after, instead of its number.
    cursor: Option<String>,
}

/// A page, or those that were asked for by their ids.
#[derive(ToSchema)]
#[schema(as = slink::ChosenOrPublic)]
#[serde(untagged)]
enum ChosenOrPublic {
    Page(List),
    Chosen(Vec<Item>),
}

/// The picture in the format of the ending, at a size or cut to it
#[utoipa::path(get, path = "/image/{id}.{ext}", responses(Picture, (status = 400)), params(Size, ("id" = String, Path, format = "uuid"), ("ext" = String, Path, pattern = "^(jpe?g|jpe|png|webp|gif|avif|bmp|tiff?|ico|svg|hei[cf]|tga)$")))]
fn show() {}

/// The picture cut to a square of 300 px
#[utoipa::path(get, path = "/image/{id}_thumbnail.{ext}", responses(Picture, (status = 400)), params(("id" = String, Path, format = "uuid"), ("ext" = String, Path, pattern = "^(jpe?g|jpe|png|webp|gif|avif|bmp|tiff?|ico|svg|hei[cf]|tga)$")))]
fn thumbnail() {}

/// The picture in the format of the ending, at a size or cut to it
#[utoipa::path(get, path = "/api/image/{id}.{ext}", responses(Picture, (status = 400)), params(Size, ("id" = String, Path, format = "uuid"), ("ext" = String, Path, pattern = "^(jpe?g|jpe|png|webp|gif|avif|bmp|tiff?|ico|svg|hei[cf]|tga)$")))]
fn show_by_api() {}

/// The picture cut to a square of 300 px
#[utoipa::path(get, path = "/api/image/{id}_thumbnail.{ext}", responses(Picture, (status = 400)), params(("id" = String, Path, format = "uuid"), ("ext" = String, Path, pattern = "^(jpe?g|jpe|png|webp|gif|avif|bmp|tiff?|ico|svg|hei[cf]|tga)$")))]
fn thumbnail_by_api() {}

/// Change what is said of a picture of one's own
#[utoipa::path(patch, path = "/api/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Edit,
    responses((status = 204), (status = 404)))]
fn edit() {}

/// Delete a picture of one's own and all its sizes
#[utoipa::path(delete, path = "/api/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Option<Deletion>,
    responses((status = 204), (status = 404)))]
fn delete() {}

/// What the owner of a picture may know of it
#[utoipa::path(get, path = "/api/image/{id}/detail", params(("id" = String, Path, format = "uuid")), security(("token" = [])),
    responses((status = 200, body = Details, description = "What is known of it, flat and in `data`."), (status = 404)))]
fn detail() {}

/// The first page of the public pictures, or some by their ids
#[utoipa::path(get, path = "/api/images", params(Listing, ("uuid[]" = Option<Vec<String>>, Query)), security((), ("token" = [])),
    responses((status = 200, body = ChosenOrPublic, description = "With ids a bare list of them."), (status = 422)))]
fn chosen_or_public() {}

/// A page of the public pictures
#[utoipa::path(get, path = "/api/images/{page}", params(Listing, ("page" = u64, Path, minimum = 1)), security((), ("token" = [])),
    responses((status = 200, body = List, description = "The page."), (status = 400), (status = 404)))]
fn public() {}

/// Some pictures by their ids
#[utoipa::path(get, path = "/api/images/by-id", params(("uuid[]" = Vec<String>, Query)), security(("token" = [])),
    responses((status = 200, body = listing::Data, description = "Those of them that one may see."), (status = 422)))]
fn by_id() {}

/// The first page of one's own pictures
#[utoipa::path(get, path = "/api/images/history", params(Listing), security(("token" = [])),
    responses((status = 200, body = List, description = "The page.")))]
fn newest_own() {}

/// A page of one's own pictures
#[utoipa::path(get, path = "/api/images/history/{page}", params(Listing, ("page" = u64, Path, minimum = 1)), security(("token" = [])),
    responses((status = 200, body = List, description = "The page."), (status = 400), (status = 404)))]
fn own() {}

/// Take a picture in for whoever signed in
#[utoipa::path(method(post, put), path = "/api/upload", params(Repeatable), security(("token" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Uploaded, description = "It is kept; Location says where it is told of."), (status = 415)))]
fn upload() {}

/// Take a picture in for anybody, where the server lets guests upload
#[utoipa::path(method(post, put), path = "/api/guest/upload", params(Repeatable),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Uploaded, description = "It is kept."), (status = 403), (status = 415), (status = 429)))]
fn guest() {}

/// Take a picture in for a program
#[utoipa::path(method(post, put), path = "/api/external/upload", params(Repeatable), security(("key" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = UploadedByKey, description = "It is kept."), (status = 415)))]
fn external() {}

/// Make an account, where the server lets people sign up
#[utoipa::path(post, path = "/api/auth/signup", request_body = SignUp,
    responses((status = 201, body = SignedUp, description = "It is made."), (status = 403)))]
fn sign_up() {}

/// Sign in with a password
#[utoipa::path(post, path = "/api/auth/login", request_body = LogIn,
    responses((status = 200, body = Tokens, description = "Signed in."), (status = 429)))]
fn log_in() {}

/// Get new tokens for the refresh token
#[utoipa::path(post, path = "/api/auth/refresh", request_body = Refresh, responses((status = 200, body = Tokens, description = "Still signed in.")))]
fn refresh() {}

/// Sign out: the refresh token is no longer good
#[utoipa::path(post, path = "/api/auth/logout", request_body = Refresh, responses((status = 204)))]
fn log_out() {}

/// Who is signed in
#[utoipa::path(get, path = "/api/user", security(("token" = [])), responses((status = 200, body = Data<User>, description = "The account.")))]
fn user() {}

/// One's own keys
#[utoipa::path(get, path = "/api/user/api-keys", security(("token" = [])), responses((status = 200, body = keys::List, description = "Those that are good.")))]
fn list_keys() {}

/// Make a key
#[utoipa::path(post, path = "/api/user/api-keys", security(("token" = [])), request_body = NewKey,
    responses((status = 200, body = Made, description = "Its secret is never shown again.")))]
fn create_key() {}

/// Revoke a key of one's own
#[utoipa::path(delete, path = "/api/user/api-keys/{id}", params(("id" = String, Path)), security(("token" = [])), responses((status = 204), (status = 404)))]
fn revoke_key() {}

/// A ready configuration for ShareX
#[utoipa::path(get, path = "/api/user/sharex-config", params(ShareXAsked), security(("token" = [])),
    responses((status = 200, body = ShareX, description = "The file that ShareX reads."), (status = 404), (status = 422)))]
fn sharex() {}

/// A ready configuration for ShareX, with the key where nobody writes it down
#[utoipa::path(post, path = "/api/user/sharex-config", params(ShareXAsked), security(("token" = [])), request_body = Option<ShareXAsked>,
    responses((status = 200, body = ShareX, description = "The file that ShareX reads."), (status = 404)))]
fn sharex_by_body() {}

/// Change what is said of anybody's picture, as an administrator
#[utoipa::path(patch, path = "/api/admin/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Edit,
    responses((status = 204), (status = 404)))]
fn edit_any() {}

/// Delete anybody's picture, as an administrator
#[utoipa::path(delete, path = "/api/admin/image/{id}", params(("id" = String, Path, format = "uuid")), security(("token" = [])), request_body = Option<Deletion>,
    responses((status = 204), (status = 404)))]
fn delete_any() {}

/// Whether the server is there
#[utoipa::path(get, path = "/api/health", responses((status = 200, body = String, content_type = "text/plain; charset=utf-8", description = "OK.")))]
fn health() {}
