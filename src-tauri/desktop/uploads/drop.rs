//! What was dropped on the window: pictures are uploaded, and a ShareX file becomes a target.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use tauri::{DragDropEvent, Manager, PhysicalPosition, Window};
use tokio::task::block_in_place;
use uploader::Source;
use uploader::clipboard_policy::Way;
use uploader::links::What;

use crate::commands::Refusal;
use crate::context::Vitrine;
use crate::events::{Drag, Event, Notice};
use crate::shell::file_dialogs;
use crate::targets;
use crate::uploads::drop_zones;
use crate::uploads::drop_zones::Lane;
use crate::uploads::intake;
use crate::uploads::intake::Given;

/// Files come over the window, move on it, leave it or are let go on it.
pub fn dragged(window: &Window, event: &DragDropEvent) {
    let Some(app) = Vitrine::of(window.app_handle()) else {
        return;
    };
    let mut drag = app.drag.lock().unwrap_or_else(PoisonError::into_inner);
    let before = drag.clone();
    match event {
        DragDropEvent::Enter { paths, position } => {
            let lanes = drop_zones::all(&app);
            *drag = Drag {
                over: true,
                count: paths.len(),
                lane: drop_zones::at(lanes.len(), across(window, position)),
                lanes,
            };
        }
        DragDropEvent::Over { position } => {
            drag.lane = drop_zones::at(drag.lanes.len(), across(window, position));
        }
        DragDropEvent::Drop { paths, position } => {
            let lanes = std::mem::take(&mut *drag).lanes;
            let lane = drop_zones::at(lanes.len(), across(window, position));
            let (app, paths) = (Arc::clone(&app), paths.clone());
            let lane = lanes.into_iter().nth(lane);
            tauri::async_runtime::spawn(async move { dropped(&app, paths, lane).await });
        }
        _ => *drag = Drag::default(),
    }
    if *drag != before {
        app.tell(Event::Drag(drag.clone()));
    }
}

/// Its part of the window's width, from the left.
fn across(window: &Window, position: &PhysicalPosition<f64>) -> f64 {
    window
        .inner_size()
        .map_or(0.0, |size| position.x / f64::from(size.width.max(1)))
}

async fn dropped(app: &Vitrine, paths: Vec<PathBuf>, lane: Option<Lane>) {
    let (described, pictures): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| is_sxcu(path));
    for path in described {
        app.notice(match import(app, &path).await {
            Ok(name) => Notice::of("target_added").with("name", name),
            Err(refusal) => refusal.into(),
        });
    }
    let sources = pictures.into_iter().map(Source::dropped).collect();
    let given = Given::by(Way::Dropped);
    let given = match lane {
        Some(Lane::Original) => Given {
            what: Some(What::Original),
            ..given
        },
        Some(Lane::Target { id, .. }) => Given {
            target: Some(id),
            ..given
        },
        Some(Lane::Usual { .. }) | None => given,
    };
    intake::take_in(app, sources, given).await;
}

/// Gives the new target's name. Nothing goes to it before the user chooses it.
async fn import(app: &Vitrine, path: &Path) -> Result<String, Refusal> {
    let bytes = block_in_place(|| file_dialogs::read(path))?;
    let id = targets::import(app, &bytes).await?;
    let target = targets::find(app, &id);
    Ok(target.map_or_else(String::new, |target| target.name))
}

fn is_sxcu(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("sxcu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_uploader_is_known_by_its_ending() {
        for (path, is) in [
            ("/a/Host.SXCU", true),
            ("/a/b.png", false),
            ("/sxcu", false),
        ] {
            assert_eq!(is_sxcu(Path::new(path)), is, "{path}");
        }
    }
}
