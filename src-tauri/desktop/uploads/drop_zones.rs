//! Drop zones: the position of a drop decides whether pictures go to the default target, are copied as an original link
//! only, or go to another target.

use uploader::Target;
use uploader::links::LinkSelection;

use crate::i18n::t;
use crate::settings::Settings;
use crate::view::drag::DropZone;

/// Offers only the first other target: narrower zones would be hard to hit.
pub fn available_zones(
    settings: &Settings,
    targets: Vec<Target>,
    default_id: &str,
) -> Vec<DropZone> {
    let (default, others): (Vec<_>, Vec<_>) = targets
        .into_iter()
        .partition(|target| target.id == default_id);
    let name = default.into_iter().next().map(|target| target.name);
    let mut zones = vec![DropZone::Usual {
        target: name.unwrap_or_else(|| t("target.this_computer").to_owned()),
    }];
    if settings.copy.selection() != LinkSelection::Original {
        zones.push(DropZone::Original);
    }
    zones.extend(others.into_iter().next().map(|target| DropZone::Target {
        id: target.id,
        name: target.name,
    }));
    zones
}

/// The index of the zone at a position from 0.0 (left) to 1.0 (right), with so many zones.
pub fn zone_index(count: usize, relative_x: f64) -> usize {
    if count < 2 || relative_x < 0.5 {
        return 0;
    }
    let others = count - 1;
    let other = ((relative_x - 0.5) * 2.0 * others as f64) as usize;
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
