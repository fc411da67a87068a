//! Gravity: which part of an image stays where some of it is cropped.

use crate::Orientation;

/// A point of the compass, on the picture as displayed: north is its upper edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gravity {
    #[default]
    Centre,
    North,
    NorthEast,
    East,
    SouthEast,
    South,
    SouthWest,
    West,
    NorthWest,
}

impl Gravity {
    pub const ALL: [Gravity; 9] = [
        Gravity::Centre,
        Gravity::North,
        Gravity::NorthEast,
        Gravity::East,
        Gravity::SouthEast,
        Gravity::South,
        Gravity::SouthWest,
        Gravity::West,
        Gravity::NorthWest,
    ];

    pub fn from_name(name: &str) -> Option<Gravity> {
        Gravity::ALL
            .into_iter()
            .find(|gravity| gravity.name() == name)
    }

    /// One word in lower case, e.g. `"northeast"`.
    pub fn name(self) -> &'static str {
        match self {
            Gravity::Centre => "centre",
            Gravity::North => "north",
            Gravity::NorthEast => "northeast",
            Gravity::East => "east",
            Gravity::SouthEast => "southeast",
            Gravity::South => "south",
            Gravity::SouthWest => "southwest",
            Gravity::West => "west",
            Gravity::NorthWest => "northwest",
        }
    }

    /// How much of what is cut off is cut off on the left, and how much above; of the picture as stored.
    pub(crate) fn crop_alignment(self, orientation: Orientation) -> (f64, f64) {
        let across = match self {
            Gravity::NorthWest | Gravity::West | Gravity::SouthWest => 0.0,
            Gravity::North | Gravity::Centre | Gravity::South => 0.5,
            Gravity::NorthEast | Gravity::East | Gravity::SouthEast => 1.0,
        };
        let down = match self {
            Gravity::NorthWest | Gravity::North | Gravity::NorthEast => 0.0,
            Gravity::West | Gravity::Centre | Gravity::East => 0.5,
            Gravity::SouthWest | Gravity::South | Gravity::SouthEast => 1.0,
        };
        let (across, down) = orientation.orient_size((across, down));
        let turned = |share: f64, flips: bool| if flips { 1.0 - share } else { share };
        let (flip_x, flip_y) = orientation.flipped_axes();
        (turned(across, flip_x), turned(down, flip_y))
    }
}
