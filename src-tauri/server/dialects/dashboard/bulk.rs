//! Many images at one time, as somebody selected them in the gallery.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use library::{ImageEdit, ImageId};

use super::auth::CurrentUser;
use super::folders::parse_folder_id;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract::Json;
use crate::state::App;

/// More at one time would hold up other writers.
const MAX_IDS: usize = 1000;

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

/// Change or delete many pictures at one time
#[utoipa::path(post, path = "/api/dashboard/images/bulk", operation_id = "change_images", security(("session" = []), ("key" = [])), request_body = Selection,
    responses((status = 200, body = Done, description = "All that are there are changed."), (status = 404)))]
pub async fn apply_to_selection(
    State(app): State<App>,
    CurrentUser(actor): CurrentUser,
    Json(selection): Json<Selection>,
) -> Result<Response> {
    let Selection { ids, what, folder } = selection;
    if ids.len() > MAX_IDS {
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
        What::Move => Some(ImageEdit {
            folder: Some(folder.as_deref().map(parse_folder_id).transpose()?),
            ..ImageEdit::default()
        }),
        What::Publish | What::Hide => Some(ImageEdit {
            public: Some(matches!(what, What::Publish)),
            ..ImageEdit::default()
        }),
    };
    let selected = app
        .run_blocking(move |library, _| {
            Ok(match &edit {
                Some(edit) => library.edit_images(&actor, &known, edit)?,
                None => library.delete_images(&actor, &known)?,
            })
        })
        .await?;
    gone.extend(selected.missing.iter().map(ToString::to_string));
    let done = Done {
        done: selected.changed,
        gone,
    };
    Ok(json(StatusCode::OK, &done))
}
