//! When links are put on the clipboard by themselves: as the user has said for each way that pictures come, and never
//! over what the user has copied meanwhile. Pure; the clipboard itself is the program's.

use serde::{Deserialize, Serialize};

/// The way that pictures came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Dropped,
    Chosen,
    Pasted,
    /// Found in a watched folder.
    Folder,
    /// Sent by an editor, which gets its links itself.
    Editor,
    /// To see whether editors' pictures would arrive: nobody wants its links.
    Trial,
}

impl Way {
    /// The user has just done something for it in the program.
    fn is_a_gesture(self) -> bool {
        matches!(self, Way::Dropped | Way::Chosen | Way::Pasted)
    }
}

/// What the user has said about one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    Always,
    OnlyIfIStartedIt,
    Never,
}

/// What the user has said about all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Courtesy {
    pub dropped: Policy,
    pub chosen: Policy,
    pub pasted: Policy,
    pub folder: Policy,
    pub editor: Policy,
}

impl Default for Courtesy {
    fn default() -> Courtesy {
        Courtesy {
            dropped: Policy::Always,
            chosen: Policy::Always,
            pasted: Policy::Always,
            folder: Policy::Always,
            editor: Policy::Never,
        }
    }
}

/// What becomes of the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Copy,
    /// The user copied something else since it began: that stays, and the links are offered.
    Offer,
    /// They are in the row.
    Leave,
}

impl Courtesy {
    /// `touched` where the clipboard is not as it was when the pictures were given.
    pub fn manner(&self, way: Way, touched: bool) -> Manner {
        let policy = match way {
            Way::Dropped => self.dropped,
            Way::Chosen => self.chosen,
            Way::Pasted => self.pasted,
            Way::Folder => self.folder,
            Way::Editor => self.editor,
            Way::Trial => Policy::Never,
        };
        match policy {
            Policy::Never => Manner::Leave,
            Policy::OnlyIfIStartedIt if !way.is_a_gesture() => Manner::Leave,
            Policy::Always | Policy::OnlyIfIStartedIt => match touched {
                true => Manner::Offer,
                false => Manner::Copy,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_copied_meanwhile_is_never_replaced() {
        let ways = [
            Way::Dropped,
            Way::Chosen,
            Way::Pasted,
            Way::Folder,
            Way::Editor,
        ];
        for policy in [Policy::Always, Policy::OnlyIfIStartedIt, Policy::Never] {
            let courtesy = Courtesy {
                dropped: policy,
                chosen: policy,
                pasted: policy,
                folder: policy,
                editor: policy,
            };
            for way in ways {
                assert_ne!(
                    courtesy.manner(way, true),
                    Manner::Copy,
                    "{policy:?} {way:?}"
                );
            }
        }
    }

    #[test]
    fn each_way_has_its_policy() {
        let courtesy = Courtesy {
            pasted: Policy::Never,
            dropped: Policy::OnlyIfIStartedIt,
            folder: Policy::OnlyIfIStartedIt,
            ..Courtesy::default()
        };
        let cases = [
            (Way::Dropped, Manner::Copy),
            (Way::Chosen, Manner::Copy),
            (Way::Pasted, Manner::Leave),
            (Way::Folder, Manner::Leave),
            (Way::Editor, Manner::Leave),
        ];
        for (way, manner) in cases {
            assert_eq!(courtesy.manner(way, false), manner, "{way:?}");
        }
    }
}
