//! How people get an account: by an invitation, or by themselves where strangers may.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Invite, InviteId, NewAccount};

use super::auth::{CurrentUser, SameOrigin};
use super::cookie::{session_cookie, signed_in_response};
use crate::dialects::reply::{json, no_content};
use crate::error::{Error, Result};
use crate::http::extract::{Json, PathParams};
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT_DAYS: u32 = 7;
const MAX_DAYS: u32 = 90;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::NewInvite)]
pub struct New {
    /// 1 to 90; a week, where it is missing.
    days: Option<u32>,
    /// Whether the account will be an administrator's.
    #[serde(default)]
    admin: bool,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Invite)]
pub struct Shown {
    id: String,
    admin: bool,
    created_at: String,
    expires_at: String,
    /// Only in the answer that makes it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::AcceptInvite)]
pub struct Accept {
    code: String,
    name: String,
    password: String,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::SignUp)]
pub struct SignUp {
    name: String,
    password: String,
    email: Option<String>,
}

/// What somebody finds who is not signed in.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::FrontDoor)]
pub struct FrontDoor {
    /// Whether strangers may make an account.
    sign_up: bool,
}

impl Shown {
    fn new(invite: Invite, code: Option<String>) -> Shown {
        Shown {
            id: invite.id.to_string(),
            admin: invite.admin,
            created_at: invite.created_at.to_string(),
            expires_at: invite.expires_at.to_string(),
            code,
        }
    }
}

/// What somebody finds who is not signed in
#[utoipa::path(get, path = "/api/dashboard/door", operation_id = "door", responses((status = 200, body = FrontDoor, description = "Whether accounts can be made.")))]
pub async fn show_signup_status(State(app): State<App>) -> Response {
    let sign_up = app.config().allow_signup;
    json(StatusCode::OK, &FrontDoor { sign_up })
}

/// Invite somebody, as an administrator
#[utoipa::path(post, path = "/api/dashboard/invites", security(("session" = [])), request_body = New,
    responses((status = 201, body = Shown, description = "Its code is never shown again; it goes behind `/#/invite/`.")))]
pub async fn invite(
    State(app): State<App>,
    visitor: CurrentUser,
    Json(new): Json<New>,
) -> Result<Response> {
    let days = new.days.unwrap_or(DEFAULT_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Error::bad_parameter("days", "must lie between 1 and 90"));
    }
    let (invite, code) = app
        .run_blocking(move |library, _| {
            visitor.require_admin(library)?;
            Ok(library.create_invite(DAY * days, new.admin)?)
        })
        .await?;
    Ok(json(StatusCode::CREATED, &Shown::new(invite, Some(code))))
}

/// The invitations that are still good, for administrators
#[utoipa::path(get, path = "/api/dashboard/invites", operation_id = "list_invites", security(("session" = [])), responses((status = 200, body = Vec<Shown>, description = "Without their codes.")))]
pub async fn list(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let invites = app
        .run_blocking(move |library, _| {
            visitor.require_admin(library)?;
            Ok(library.invites()?)
        })
        .await?;
    let invites = invites.into_iter().map(|invite| Shown::new(invite, None));
    Ok(json(StatusCode::OK, &invites.collect::<Vec<_>>()))
}

/// Take an invitation back, as an administrator
#[utoipa::path(delete, path = "/api/dashboard/invites/{id}", operation_id = "revoke_invite", params(("id" = String, Path, format = "uuid")), security(("session" = [])), responses((status = 204), (status = 404)))]
pub async fn revoke(
    State(app): State<App>,
    visitor: CurrentUser,
    PathParams(id): PathParams<String>,
) -> Result<Response> {
    app.run_blocking(move |library, _| {
        visitor.require_admin(library)?;
        let id: InviteId = id
            .parse()
            .map_err(|_| Error::NotFound { what: "invitation" })?;
        Ok(library.revoke_invite(&id)?)
    })
    .await?;
    Ok(no_content())
}

/// Make the account that one was invited to have
#[utoipa::path(post, path = "/api/dashboard/invites/accept", operation_id = "accept_invite", request_body = Accept,
    responses((status = 201, body = super::responses::Myself, description = "Signed in; the cookie is set."), (status = 404), (status = 409), (status = 429)))]
pub async fn accept(
    State(app): State<App>,
    client: ClientInfo,
    _: SameOrigin,
    Json(given): Json<Accept>,
) -> Result<Response> {
    app.signup_limit.consume(client.address)?;
    let (account, cookie) = app
        .run_blocking(move |library, _| {
            let new = NewAccount {
                name: given.name.trim().to_owned(),
                password: Some(given.password),
                ..NewAccount::default()
            };
            let (account, token) = library.accept_invite(given.code.trim(), new)?;
            Ok((account, session_cookie(library, &token)?))
        })
        .await?;
    signed_in_response(&client, StatusCode::CREATED, account, cookie)
}

/// Make an account, where strangers may
#[utoipa::path(post, path = "/api/dashboard/sign-up", request_body = SignUp,
    responses((status = 201, body = super::responses::Myself, description = "Signed in; the cookie is set."), (status = 403), (status = 409), (status = 429)))]
pub async fn sign_up(
    State(app): State<App>,
    client: ClientInfo,
    _: SameOrigin,
    Json(given): Json<SignUp>,
) -> Result<Response> {
    app.authorise_signup(&client)?;
    let (account, cookie) = app
        .run_blocking(move |library, _| {
            let account = library.add_account(NewAccount {
                name: given.name.trim().to_owned(),
                email: given.email.filter(|email| !email.trim().is_empty()),
                password: Some(given.password),
                ..NewAccount::default()
            })?;
            let token = library.start_session(&account.id)?;
            Ok((account, session_cookie(library, &token)?))
        })
        .await?;
    signed_in_response(&client, StatusCode::CREATED, account, cookie)
}
