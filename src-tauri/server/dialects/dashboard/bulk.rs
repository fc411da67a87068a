//! Many images at one time, as somebody selected them in the gallery.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{Edit, ImageId};

use super::auth::Visitor;
use super::folders::folder_id;
use crate::dialects::json;
use crate::error::{Error, Result};
use crate::http::extract::Json;
use crate::state::App;

/// More at one time would hold up other writers.
const MOST: usize = 1000;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = dashboard::Selection)]
pub struct Selection {
    /// At most 1000.
    ids: Vec<String>,
    #[serde(rename = "do")]
    what: What,
    /// With `move`: the folder's id; `null` is the root.
    folder: Option<String>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = dashboard::SelectionDo)]
enum What {
    Delete,
    Move,
    /// Everybody's listings show them.
    Publish,
    /// They show them no more.
    Hide,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Selected)]
pub struct Done {
    done: u64,
    /// Those that are not there any more.
    gone: Vec<String>,
}

pub async fn change(
    State(app): State<App>,
    Visitor(actor): Visitor,
    Json(selection): Json<Selection>,
) -> Result<Response> {
    let Selection { ids, what, folder } = selection;
    if ids.len() > MOST {
        return Err(Error::bad_parameter("ids", "must name at most 1000"));
    }
    let mut gone = Vec::new();
    let mut known: Vec<ImageId> = Vec::new();
    for id in ids {
        match id.parse() {
            Ok(id) => known.push(id),
            Err(_) => gone.push(id),
        }
    }
    let edit = match what {
        What::Delete => None,
        What::Move => Some(Edit {
            folder: Some(folder.as_deref().map(folder_id).transpose()?),
            ..Edit::default()
        }),
        What::Publish | What::Hide => Some(Edit {
            public: Some(matches!(what, What::Publish)),
            ..Edit::default()
        }),
    };
    let selected = app
        .ask(move |library, _| {
            Ok(match &edit {
                Some(edit) => library.edit_each(&actor, &known, edit)?,
                None => library.delete_each(&actor, &known)?,
            })
        })
        .await?;
    gone.extend(selected.gone.iter().map(ToString::to_string));
    let done = Done {
        done: selected.done,
        gone,
    };
    Ok(json(StatusCode::OK, &done))
}
