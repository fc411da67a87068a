//! Where in the window files are let go decides what becomes of them: uploaded as usual, with the link of the original
//! alone, or sent to another target.

use serde::Serialize;
use uploader::links::LinkSelection;

use crate::context::AppContext;
use crate::targets;

/// Strips of the window, side by side. The first, which is the usual one, is as wide as all others together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DropZone {
    /// As with every other way that pictures come.
    Usual { target: String },
    /// Whatever the switch says, the original's link alone is copied.
    Original,
    Target {
        #[serde(skip)]
        id: String,
        name: String,
    },
}

/// The first other target only: with more lanes a hand would have to aim.
pub fn available_zones(app: &AppContext) -> Vec<DropZone> {
    let settings = app.settings.get();
    let usual = targets::default_target_id(&settings);
    let (chosen, others): (Vec<_>, Vec<_>) = targets::list_targets(app)
        .into_iter()
        .partition(|target| target.id == usual);
    let target = chosen.into_iter().next().map(|target| target.name);
    let mut lanes = vec![DropZone::Usual {
        target: target.unwrap_or_else(|| crate::i18n::t("target.this_computer").to_owned()),
    }];
    if settings.copy.selection() != LinkSelection::Original {
        lanes.push(DropZone::Original);
    }
    lanes.extend(others.into_iter().next().map(|target| DropZone::Target {
        id: target.id,
        name: target.name,
    }));
    lanes
}

/// Which of that many lanes this place is in; `across` is its part of the window's width, from the left.
pub fn zone_index(count: usize, across: f64) -> usize {
    if count < 2 || across < 0.5 {
        return 0;
    }
    let others = count - 1;
    let other = ((across - 0.5) * 2.0 * others as f64) as usize;
    1 + other.min(others - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_zone_is_half_of_the_window_and_the_others_share_the_rest() {
        for (across, lane) in [
            (-0.1, 0),
            (0.1, 0),
            (0.49, 0),
            (0.5, 1),
            (0.7, 1),
            (0.8, 2),
            (1.2, 2),
        ] {
            assert_eq!(zone_index(3, across), lane, "{across}");
        }
        assert_eq!((zone_index(1, 0.9), zone_index(2, 0.9)), (0, 1));
    }
}
