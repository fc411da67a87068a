//! What takes how much room, and what was asked of the server lately.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Room, Share};

use super::auth::Visitor;
use crate::dialects::json;
use crate::error::{Credentials, Error, Result};
use crate::recent_requests::Answered;
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

pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let usage = app
        .ask(move |library, _| match visitor.administrates(library) {
            Ok(()) => Ok(Usage::of_all(library.shares()?, library.room()?)),
            Err(Error::Forbidden) => {
                let id = visitor.0.account();
                let id = id.ok_or(Error::Unauthorised(Credentials::Missing))?;
                Ok(Usage::of_one(library.share(id)?))
            }
            Err(error) => Err(error),
        })
        .await?;
    Ok(json(StatusCode::OK, &usage))
}

pub async fn log(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    app.ask(move |library, _| visitor.administrates(library))
        .await?;
    let requests = app.recent.list();
    let requests: Vec<Request> = requests.into_iter().map(Request::of).collect();
    Ok(json(StatusCode::OK, &requests))
}

impl Usage {
    fn of_one(share: Share) -> Usage {
        Usage {
            accounts: vec![OfAccount::of(share)],
            guests: None,
            cache: None,
            free: None,
        }
    }

    fn of_all(shares: Vec<Share>, room: Room) -> Usage {
        let (accounts, guests): (Vec<_>, Vec<_>) =
            shares.into_iter().partition(|share| !share.name.is_empty());
        Usage {
            accounts: accounts.into_iter().map(OfAccount::of).collect(),
            guests: guests.first().map(|share| Originals {
                images: share.images,
                bytes: share.bytes,
            }),
            cache: Some(Cache {
                bytes: room.cache,
                most: room.cache_most,
            }),
            free: Some(room.free),
        }
    }
}

impl OfAccount {
    fn of(share: Share) -> OfAccount {
        OfAccount {
            name: share.name,
            images: share.images,
            bytes: share.bytes,
        }
    }
}

impl Request {
    fn of(answered: Answered) -> Request {
        Request {
            at: answered.at.to_string(),
            method: answered.method.to_string(),
            route: answered.route,
            status: answered.status.as_u16(),
            ms: answered.ms,
            client: answered.client.to_string(),
        }
    }
}
