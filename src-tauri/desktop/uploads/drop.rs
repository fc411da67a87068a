//! Drag and drop on the window: pictures are uploaded, and a ShareX file becomes a target.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tauri::{DragDropEvent, PhysicalPosition, Window};
use tokio::task::block_in_place;
use uploader::Source;
use uploader::clipboard_policy::UploadSource;
use uploader::links::LinkSelection;

use crate::context::AppContext;
use crate::error::CommandError;
use crate::events::Event;
use crate::shell::file_dialogs;
use crate::targets::{Targets, default_target_id};
use crate::uploads::drop_zones::{available_zones, zone_index};
use crate::uploads::intake::{ImportOptions, import_pictures};
use crate::view::drag::{DragState, DropZone};
use crate::view::notice::Notice;

pub struct DropTarget {
    context: Arc<AppContext>,
    targets: Arc<Targets>,
    drag: Mutex<DragState>,
}

impl DropTarget {
    pub fn new(context: Arc<AppContext>, targets: Arc<Targets>) -> DropTarget {
        DropTarget {
            context,
            targets,
            drag: Mutex::default(),
        }
    }

    pub fn on_drag_event(self: &Arc<Self>, window: &Window, event: &DragDropEvent) {
        let mut drag = self.drag.lock().unwrap_or_else(PoisonError::into_inner);
        let before = drag.clone();
        match event {
            DragDropEvent::Enter { paths, position } => {
                let lanes = self.zones();
                *drag = DragState {
                    over: true,
                    count: paths.len(),
                    lane: zone_index(lanes.len(), relative_x(window, position)),
                    lanes,
                };
            }
            DragDropEvent::Over { position } => {
                drag.lane = zone_index(drag.lanes.len(), relative_x(window, position));
            }
            DragDropEvent::Drop { paths, position } => {
                let mut zones = std::mem::take(&mut *drag).lanes;
                let index = zone_index(zones.len(), relative_x(window, position));
                let zone = (index < zones.len()).then(|| zones.swap_remove(index));
                let (this, paths) = (Arc::clone(self), paths.clone());
                let accepted = async move { this.accept_files(paths, zone).await };
                self.context.runtime.spawn(accepted);
            }
            _ => *drag = DragState::default(),
        }
        if *drag != before {
            self.context.events.publish(Event::Drag(drag.clone()));
        }
    }

    fn zones(&self) -> Vec<DropZone> {
        let settings = self.context.settings.get();
        available_zones(&settings, self.targets.list(), default_target_id(&settings))
    }

    async fn accept_files(&self, paths: Vec<PathBuf>, zone: Option<DropZone>) {
        let (sxcu_files, pictures): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| is_sxcu_file(path));
        for path in sxcu_files {
            self.context
                .events
                .notify(match self.import_sxcu_file(&path).await {
                    Ok(name) => Notice::new("target_added").with_field("name", name),
                    Err(error) => error.into(),
                });
        }
        let sources = pictures
            .into_iter()
            .map(Source::from_dropped_path)
            .collect();
        let mut options = ImportOptions::new(UploadSource::Dropped);
        match zone {
            Some(DropZone::Original) => options.selection = Some(LinkSelection::Original),
            Some(DropZone::Target { id, .. }) => options.target_id = Some(id),
            Some(DropZone::Usual { .. }) | None => {}
        }
        import_pictures(&self.context, sources, options).await;
    }

    /// Returns the name of the new target, which does not become the default one.
    async fn import_sxcu_file(&self, path: &Path) -> Result<String, CommandError> {
        let bytes = block_in_place(|| file_dialogs::read_small_file(path))?;
        let id = self.targets.import_sxcu(&bytes).await?;
        let target = self.targets.find(&id);
        Ok(target.map_or_else(String::new, |target| target.name))
    }
}

/// The position in the window's width, from 0.0 to 1.0.
fn relative_x(window: &Window, position: &PhysicalPosition<f64>) -> f64 {
    window
        .inner_size()
        .map_or(0.0, |size| position.x / f64::from(size.width.max(1)))
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
