//! What the dashboard's API says of itself, as OpenAPI.
#![allow(dead_code, reason = "what stands here is read by derives only")]

use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};

use super::account::{self, Myself};
use super::errors::Refused;
use super::image_response::Item;
use super::images::Changes;
use super::listing::{Days, Page};
use super::session::{Link, SignIn};
use super::{accounts, bulk, folders, keys, presets, settings, signup, usage};
use crate::dialects::openapi::{OpenApiStyle, Picture, Repeatable, finish_document, schema_ref};

pub fn describe() -> OpenApi {
    finish_document::<ApiDoc>(&OpenApiStyle {
        dialect: "dashboard",
        body_errors: &[400, 403, 408, 413],
        credential_errors: &[401, 403, 429],
        error_bodies: |_| vec![("application/json", schema_ref("dashboard.Refused"))],
    })
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        session, begin_session, end_session, make_link, edit_account, rotate_signing, revoke_signatures, list_images, days_of_images,
        change_images, upload, show,
        edit, replace, delete, thumbnail, preview, list_folders, add_folder, edit_folder, delete_folder, list_keys, create_key,
        revoke_key, list_presets, add_preset, delete_preset, list_accounts, add_account, remove_account, set_password,
        list_settings, change_settings, show_usage, log, list_invites, invite, accept_invite, revoke_invite, sign_up, door
    ),
    components(schemas(Refused)),
    tags((name = "dashboard", description = "This server's own API: what people do with their pictures, keys and folders. Pages of other sites are kept out; programs come with a key."))
)]
struct ApiDoc;

#[derive(ToSchema)]
#[schema(as = dashboard::Upload)]
struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: (),
    /// A path as in `a/b/c`; folders that are missing are made.
    folder: Option<String>,
    /// `1`, `true`, `yes` or `on`.
    public: Option<String>,
    title: Option<String>,
    description: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = dashboard::Replacement)]
struct Replacement {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct Listing {
    /// Words, each of which stands in the name, title, description, tags or folder; or a day or month, as in
    /// `2026-02-14` and `2026-02`.
    q: Option<String>,
    /// A folder's id, or `/` for the root.
    folder: Option<String>,
    /// `created`, `updated`, `views`, `name` or `bytes`.
    order: Option<String>,
    /// `asc` or `desc`.
    direction: Option<String>,
    #[param(minimum = 1, default = 1)]
    page: Option<u64>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
    /// `false` leaves the total out, which takes longer than the page where there are many.
    #[param(default = true)]
    counted: Option<bool>,
    /// Whose days are meant in `q`, as in `Europe/Berlin`.
    #[param(default = "UTC")]
    zone: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct OfDays {
    /// Words, each of which stands in the name, title, description, tags or folder; or a day or month, as in
    /// `2026-02-14` and `2026-02`.
    q: Option<String>,
    /// A folder's id, or `/` for the root.
    folder: Option<String>,
    /// Whose days they are, as in `Europe/Berlin`.
    #[param(default = "UTC")]
    zone: Option<String>,
}

/// Who is signed in
#[utoipa::path(get, path = "/api/dashboard/session", security(("session" = []), ("key" = [])), responses((status = 200, body = Myself, description = "The account.")))]
fn session() {}

/// Sign in
#[utoipa::path(post, path = "/api/dashboard/session", request_body = SignIn,
    responses((status = 200, body = Myself, description = "Signed in; the cookie is set."), (status = 401), (status = 429)))]
fn begin_session() {}

/// Sign out
#[utoipa::path(delete, path = "/api/dashboard/session", responses((status = 204), (status = 403)))]
fn end_session() {}

/// Make a link that signs in to one's own account once
#[utoipa::path(post, path = "/api/dashboard/session/links", security(("session" = [])),
    responses((status = 201, body = Link, description = "Good for ten minutes, behind `/#/sign-in/`.")))]
fn make_link() {}

/// Change one's own name and password
#[utoipa::path(patch, path = "/api/dashboard/account", security(("session" = [])), request_body = account::Edit,
    responses((status = 200, body = Myself, description = "The account.")))]
fn edit_account() {}

/// Make a new secret that signs links
#[utoipa::path(post, path = "/api/dashboard/account/signing", security(("session" = [])), responses((status = 204)))]
fn rotate_signing() {}

/// End the links that were signed before
#[utoipa::path(delete, path = "/api/dashboard/account/signing", security(("session" = [])), responses((status = 204)))]
fn revoke_signatures() {}

/// List one's own pictures
#[utoipa::path(get, path = "/api/dashboard/images", params(Listing), security(("session" = []), ("key" = [])),
    responses((status = 200, body = Page, description = "One page of them."), (status = 404)))]
fn list_images() {}

/// How many of one's own pictures were added on each day
#[utoipa::path(get, path = "/api/dashboard/images/days", params(OfDays), security(("session" = []), ("key" = [])),
    responses((status = 200, body = Days, description = "The newest first."), (status = 404)))]
fn days_of_images() {}

/// Change or delete many pictures at one time
#[utoipa::path(post, path = "/api/dashboard/images/bulk", security(("session" = []), ("key" = [])), request_body = bulk::Selection,
    responses((status = 200, body = bulk::Done, description = "All that are there are changed."), (status = 404)))]
fn change_images() {}

/// Take a picture in
#[utoipa::path(post, path = "/api/dashboard/images", params(Repeatable), security(("session" = []), ("key" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Item, description = "It is kept."), (status = 409), (status = 422)))]
fn upload() {}

/// A picture with all its addresses
#[utoipa::path(get, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 200, body = Item, description = "The picture."), (status = 404)))]
fn show() {}

/// Change what is said of a picture
#[utoipa::path(patch, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    request_body = Changes, responses((status = 200, body = Item, description = "The picture."), (status = 404)))]
fn edit() {}

/// Replace a picture's bytes under the same addresses
#[utoipa::path(put, path = "/api/dashboard/images/{id}", params(Repeatable, ("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    request_body(content = Replacement, content_type = "multipart/form-data"),
    responses((status = 200, body = Item, description = "The picture."), (status = 404), (status = 409), (status = 422)))]
fn replace() {}

/// Delete a picture and all its sizes
#[utoipa::path(delete, path = "/api/dashboard/images/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 204), (status = 404)))]
fn delete() {}

/// The picture within 480 px, or within 240
#[utoipa::path(get, path = "/api/dashboard/images/{id}/thumbnail", params(("id" = String, Path, format = "uuid"), ("size" = Option<u32>, Query, description = "240; 480 otherwise.")), security(("session" = []), ("key" = [])), responses(Picture))]
fn thumbnail() {}

/// The picture as a preset would make it
#[utoipa::path(get, path = "/api/dashboard/images/{id}/preview", params(("id" = String, Path, format = "uuid"), ("params" = String, Query, description = "In the words of a preset, as in `w_600,h_400,c_cover`.")), security(("session" = []), ("key" = [])), responses(Picture))]
fn preview() {}

/// One's own folders, each after the one it lies in
#[utoipa::path(get, path = "/api/dashboard/folders", security(("session" = []), ("key" = [])), responses((status = 200, body = Vec<folders::Shown>, description = "All of them.")))]
fn list_folders() {}

/// Make a folder, with those it lies in
#[utoipa::path(post, path = "/api/dashboard/folders", security(("session" = []), ("key" = [])), request_body = folders::New,
    responses((status = 200, body = folders::Shown, description = "It was there already."), (status = 201, body = folders::Shown, description = "It is made."), (status = 409)))]
fn add_folder() {}

/// Rename or move a folder
#[utoipa::path(patch, path = "/api/dashboard/folders/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])), request_body = folders::Edit,
    responses((status = 200, body = folders::Shown, description = "The folder."), (status = 404), (status = 409)))]
fn edit_folder() {}

/// Delete a folder with the folders and pictures in it
#[utoipa::path(delete, path = "/api/dashboard/folders/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = []), ("key" = [])),
    responses((status = 204), (status = 404), (status = 409)))]
fn delete_folder() {}

/// One's own keys
#[utoipa::path(get, path = "/api/dashboard/keys", security(("session" = [])), responses((status = 200, body = Vec<keys::Shown>, description = "Without their secrets.")))]
fn list_keys() {}

/// Make a key
#[utoipa::path(post, path = "/api/dashboard/keys", security(("session" = [])), request_body = keys::New,
    responses((status = 201, body = keys::Shown, description = "Its secret is never shown again.")))]
fn create_key() {}

/// Revoke a key
#[utoipa::path(delete, path = "/api/dashboard/keys/{id}", params(("id" = String, Path)), security(("session" = [])), responses((status = 204), (status = 404)))]
fn revoke_key() {}

/// The account's presets
#[utoipa::path(get, path = "/api/dashboard/presets", security(("session" = []), ("key" = [])), responses((status = 200, body = Vec<presets::Shown>, description = "All of them.")))]
fn list_presets() {}

/// Name a transform of the door media
#[utoipa::path(post, path = "/api/dashboard/presets", security(("session" = []), ("key" = [])), request_body = presets::New,
    responses((status = 201, body = presets::Shown, description = "It is made."), (status = 409)))]
fn add_preset() {}

/// Delete a preset
#[utoipa::path(delete, path = "/api/dashboard/presets/{id}", params(("id" = String, Path)), security(("session" = []), ("key" = [])), responses((status = 204), (status = 404)))]
fn delete_preset() {}

/// All accounts, for administrators
#[utoipa::path(get, path = "/api/dashboard/accounts", security(("session" = [])), responses((status = 200, body = Vec<Myself>, description = "All of them.")))]
fn list_accounts() {}

/// Make an account, as an administrator
#[utoipa::path(post, path = "/api/dashboard/accounts", security(("session" = [])), request_body = accounts::New,
    responses((status = 201, body = Myself, description = "It is made."), (status = 409)))]
fn add_account() {}

/// Remove an account, as an administrator
#[utoipa::path(delete, path = "/api/dashboard/accounts/{name}", security(("session" = [])),
    params(("name" = String, Path), ("withImages" = Option<String>, Query, description = "`1` deletes its pictures, too; an account that has some stays otherwise.")),
    responses((status = 204), (status = 404), (status = 409)))]
fn remove_account() {}

/// Give an account a new password, as an administrator
#[utoipa::path(put, path = "/api/dashboard/accounts/{name}/password", params(("name" = String, Path)), security(("session" = [])), request_body = accounts::Password,
    responses((status = 204), (status = 404)))]
fn set_password() {}

/// The server's settings, for administrators
#[utoipa::path(get, path = "/api/dashboard/settings", security(("session" = [])), responses((status = 200, body = Vec<settings::Shown>, description = "Those that change while the server runs.")))]
fn list_settings() {}

/// Change settings, as an administrator
#[utoipa::path(patch, path = "/api/dashboard/settings", security(("session" = [])), request_body = std::collections::BTreeMap<String, serde_json::Value>,
    responses((status = 200, body = Vec<settings::Shown>, description = "They count at once; `null` is the default."), (status = 409)))]
fn change_settings() {}

/// What takes how much room
#[utoipa::path(get, path = "/api/dashboard/usage", security(("session" = []), ("key" = [])), responses((status = 200, body = usage::Usage, description = "One's own, or all of it for administrators.")))]
fn show_usage() {}

/// The last requests, for administrators
#[utoipa::path(get, path = "/api/dashboard/log", security(("session" = [])), responses((status = 200, body = Vec<usage::Request>, description = "At most 500, the newest first.")))]
fn log() {}

/// The invitations that are still good, for administrators
#[utoipa::path(get, path = "/api/dashboard/invites", security(("session" = [])), responses((status = 200, body = Vec<signup::Shown>, description = "Without their codes.")))]
fn list_invites() {}

/// Invite somebody, as an administrator
#[utoipa::path(post, path = "/api/dashboard/invites", security(("session" = [])), request_body = signup::New,
    responses((status = 201, body = signup::Shown, description = "Its code is never shown again; it goes behind `/#/invite/`.")))]
fn invite() {}

/// Make the account that one was invited to have
#[utoipa::path(post, path = "/api/dashboard/invites/accept", request_body = signup::Accept,
    responses((status = 201, body = Myself, description = "Signed in; the cookie is set."), (status = 404), (status = 409), (status = 429)))]
fn accept_invite() {}

/// Take an invitation back, as an administrator
#[utoipa::path(delete, path = "/api/dashboard/invites/{id}", params(("id" = String, Path, format = "uuid")), security(("session" = [])), responses((status = 204), (status = 404)))]
fn revoke_invite() {}

/// Make an account, where strangers may
#[utoipa::path(post, path = "/api/dashboard/sign-up", request_body = signup::SignUp,
    responses((status = 201, body = Myself, description = "Signed in; the cookie is set."), (status = 403), (status = 409), (status = 429)))]
fn sign_up() {}

/// What somebody finds who is not signed in
#[utoipa::path(get, path = "/api/dashboard/door", responses((status = 200, body = signup::FrontDoor, description = "Whether accounts can be made.")))]
fn door() {}
