//! What was dropped on the window: pictures are uploaded, and a ShareX file becomes a target.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use tauri::{DragDropEvent, Manager, PhysicalPosition, Window};
use tokio::task::block_in_place;
use uploader::Source;
use uploader::clipboard_policy::UploadSource;
use uploader::links::LinkSelection;

use crate::commands::CommandError;
use crate::context::AppContext;
use crate::events::{DragState, Notice, PageEvent};
use crate::shell::file_dialogs;
use crate::targets;
use crate::uploads::drop_zones;
use crate::uploads::drop_zones::DropZone;
use crate::uploads::intake;
use crate::uploads::intake::ImportOptions;

/// Files come over the window, move on it, leave it or are let go on it.
pub fn on_drag_event(window: &Window, event: &DragDropEvent) {
    let Some(app) = AppContext::from_handle(window.app_handle()) else {
        return;
    };
    let mut drag = app.drag.lock().unwrap_or_else(PoisonError::into_inner);
    let before = drag.clone();
    match event {
        DragDropEvent::Enter { paths, position } => {
            let lanes = drop_zones::available_zones(&app);
            *drag = DragState {
                over: true,
                count: paths.len(),
                lane: drop_zones::zone_index(lanes.len(), relative_x(window, position)),
                lanes,
            };
        }
        DragDropEvent::Over { position } => {
            drag.lane = drop_zones::zone_index(drag.lanes.len(), relative_x(window, position));
        }
        DragDropEvent::Drop { paths, position } => {
            let lanes = std::mem::take(&mut *drag).lanes;
            let lane = drop_zones::zone_index(lanes.len(), relative_x(window, position));
            let (app, paths) = (Arc::clone(&app), paths.clone());
            let lane = lanes.into_iter().nth(lane);
            tauri::async_runtime::spawn(
                async move { accept_dropped_files(&app, paths, lane).await },
            );
        }
        _ => *drag = DragState::default(),
    }
    if *drag != before {
        app.emit(PageEvent::Drag(drag.clone()));
    }
}

/// Its part of the window's width, from the left.
fn relative_x(window: &Window, position: &PhysicalPosition<f64>) -> f64 {
    window
        .inner_size()
        .map_or(0.0, |size| position.x / f64::from(size.width.max(1)))
}

async fn accept_dropped_files(app: &AppContext, paths: Vec<PathBuf>, lane: Option<DropZone>) {
    let (described, pictures): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|path| is_sxcu_file(path));
    for path in described {
        app.show_notice(match import_sxcu_file(app, &path).await {
            Ok(name) => Notice::new("target_added").with_field("name", name),
            Err(refusal) => refusal.into(),
        });
    }
    let sources = pictures
        .into_iter()
        .map(Source::from_dropped_path)
        .collect();
    let given = ImportOptions::new(UploadSource::Dropped);
    let given = match lane {
        Some(DropZone::Original) => ImportOptions {
            selection: Some(LinkSelection::Original),
            ..given
        },
        Some(DropZone::Target { id, .. }) => ImportOptions {
            target_id: Some(id),
            ..given
        },
        Some(DropZone::Usual { .. }) | None => given,
    };
    intake::import_pictures(app, sources, given).await;
}

/// Gives the new target's name. Nothing goes to it before the user chooses it.
async fn import_sxcu_file(app: &AppContext, path: &Path) -> Result<String, CommandError> {
    let bytes = block_in_place(|| file_dialogs::read_small_file(path))?;
    let id = targets::import_sxcu(app, &bytes).await?;
    let target = targets::find_target(app, &id);
    Ok(target.map_or_else(String::new, |target| target.name))
}

fn is_sxcu_file(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("sxcu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_uploader_is_recognised_by_its_extension() {
        for (path, is) in [
            ("/a/Host.SXCU", true),
            ("/a/b.png", false),
            ("/sxcu", false),
        ] {
            assert_eq!(is_sxcu_file(Path::new(path)), is, "{path}");
        }
    }
}
