//! What takes how much room, and what was asked of the server lately.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{AccountUsage, DiskUsage};

use super::auth::CurrentUser;
use crate::dialects::reply::json;
use crate::error::{CredentialError, Error, Result};
use crate::recent_requests::RequestRecord;
use crate::state::App;

/// An administrator sees everybody's, others their own alone.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Usage)]
pub struct Usage {
    accounts: Vec<OfAccount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guests: Option<Originals>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache: Option<Cache>,
    /// Bytes that the disk still takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<u64>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::UsageOfAccount)]
pub struct OfAccount {
    name: String,
    images: u64,
    bytes: u64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Originals)]
pub struct Originals {
    images: u64,
    bytes: u64,
}

/// The sizes that were made.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Cache)]
pub struct Cache {
    bytes: u64,
    most: u64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Request)]
pub struct Request {
    at: String,
    method: String,
    /// As in `/{id}/{width}`; `null` where nothing is.
    route: Option<String>,
    status: u16,
    ms: u64,
    client: String,
}

/// What takes how much room
#[utoipa::path(get, path = "/api/dashboard/usage", security(("session" = []), ("key" = [])), responses((status = 200, body = Usage, description = "One's own, or all of it for administrators.")))]
pub async fn show_usage(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    let usage = app
        .run_blocking(move |library, _| match visitor.require_admin(library) {
            Ok(()) => Ok(Usage::for_server(
                library.usage_by_account()?,
                library.disk_usage()?,
            )),
            Err(Error::Forbidden) => {
                let id = visitor.0.account();
                let id = id.ok_or(Error::Unauthorised(CredentialError::Missing))?;
                Ok(Usage::for_account(library.account_usage(id)?))
            }
            Err(error) => Err(error),
        })
        .await?;
    Ok(json(StatusCode::OK, &usage))
}

/// The last requests, for administrators
#[utoipa::path(get, path = "/api/dashboard/log", operation_id = "log", security(("session" = [])), responses((status = 200, body = Vec<Request>, description = "At most 500, the newest first.")))]
pub async fn list_requests(State(app): State<App>, visitor: CurrentUser) -> Result<Response> {
    app.run_blocking(move |library, _| visitor.require_admin(library))
        .await?;
    let requests = app.recent_requests.list();
    let requests: Vec<Request> = requests.into_iter().map(Request::new).collect();
    Ok(json(StatusCode::OK, &requests))
}

impl Usage {
    fn for_account(share: AccountUsage) -> Usage {
        Usage {
            accounts: vec![OfAccount::new(share)],
            guests: None,
            cache: None,
            free: None,
        }
    }

    fn for_server(shares: Vec<AccountUsage>, room: DiskUsage) -> Usage {
        let (accounts, guests): (Vec<_>, Vec<_>) =
            shares.into_iter().partition(|share| !share.name.is_empty());
        Usage {
            accounts: accounts.into_iter().map(OfAccount::new).collect(),
            guests: guests.first().map(|share| Originals {
                images: share.images,
                bytes: share.bytes,
            }),
            cache: Some(Cache {
                bytes: room.cache_bytes,
                most: room.cache_capacity,
            }),
            free: Some(room.free_bytes),
        }
    }
}

impl OfAccount {
    fn new(share: AccountUsage) -> OfAccount {
        OfAccount {
            name: share.name,
            images: share.images,
            bytes: share.bytes,
        }
    }
}

impl Request {
    fn new(answered: RequestRecord) -> Request {
        Request {
            at: answered.answered_at.to_string(),
            method: answered.method.to_string(),
            route: answered.route,
            status: answered.status.as_u16(),
            ms: answered.duration_ms,
            client: answered.client.to_string(),
        }
    }
}
