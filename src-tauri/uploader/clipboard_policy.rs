//! When links are put on the clipboard by themselves: as the user has said for each way that pictures come, and never
//! over what the user has copied meanwhile. Pure; the clipboard itself is the program's.

use serde::{Deserialize, Serialize};

/// The way that pictures came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadSource {
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

impl UploadSource {
    /// The user has just done something for it in the program.
    fn is_user_action(self) -> bool {
        matches!(
            self,
            UploadSource::Dropped | UploadSource::Chosen | UploadSource::Pasted
        )
    }
}

/// What the user has said about one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CopyRule {
    Always,
    OnlyIfIStartedIt,
    Never,
}

/// What the user has said about all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct ClipboardPolicy {
    pub dropped: CopyRule,
    pub chosen: CopyRule,
    pub pasted: CopyRule,
    pub folder: CopyRule,
    pub editor: CopyRule,
}

impl Default for ClipboardPolicy {
    fn default() -> ClipboardPolicy {
        ClipboardPolicy {
            dropped: CopyRule::Always,
            chosen: CopyRule::Always,
            pasted: CopyRule::Always,
            folder: CopyRule::Always,
            editor: CopyRule::Never,
        }
    }
}

/// What becomes of the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipboardAction {
    Copy,
    /// The user copied something else since it began: that stays, and the links are offered.
    Offer,
    /// They are in the row.
    Leave,
}

impl ClipboardPolicy {
    /// `touched` where the clipboard is not as it was when the pictures were given.
    pub fn decide(&self, source: UploadSource, clipboard_changed: bool) -> ClipboardAction {
        let rule = match source {
            UploadSource::Dropped => self.dropped,
            UploadSource::Chosen => self.chosen,
            UploadSource::Pasted => self.pasted,
            UploadSource::Folder => self.folder,
            UploadSource::Editor => self.editor,
            UploadSource::Trial => CopyRule::Never,
        };
        match rule {
            CopyRule::Never => ClipboardAction::Leave,
            CopyRule::OnlyIfIStartedIt if !source.is_user_action() => ClipboardAction::Leave,
            CopyRule::Always | CopyRule::OnlyIfIStartedIt => match clipboard_changed {
                true => ClipboardAction::Offer,
                false => ClipboardAction::Copy,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_clipboard_content_is_never_replaced() {
        let sources = [
            UploadSource::Dropped,
            UploadSource::Chosen,
            UploadSource::Pasted,
            UploadSource::Folder,
            UploadSource::Editor,
        ];
        for policy in [
            CopyRule::Always,
            CopyRule::OnlyIfIStartedIt,
            CopyRule::Never,
        ] {
            let policy_under_test = ClipboardPolicy {
                dropped: policy,
                chosen: policy,
                pasted: policy,
                folder: policy,
                editor: policy,
            };
            for way in sources {
                assert_ne!(
                    policy_under_test.decide(way, true),
                    ClipboardAction::Copy,
                    "{policy:?} {way:?}"
                );
            }
        }
    }

    #[test]
    fn each_upload_source_has_its_copy_rule() {
        let policy = ClipboardPolicy {
            pasted: CopyRule::Never,
            dropped: CopyRule::OnlyIfIStartedIt,
            folder: CopyRule::OnlyIfIStartedIt,
            ..ClipboardPolicy::default()
        };
        let cases = [
            (UploadSource::Dropped, ClipboardAction::Copy),
            (UploadSource::Chosen, ClipboardAction::Copy),
            (UploadSource::Pasted, ClipboardAction::Leave),
            (UploadSource::Folder, ClipboardAction::Leave),
            (UploadSource::Editor, ClipboardAction::Leave),
        ];
        for (way, manner) in cases {
            assert_eq!(policy.decide(way, false), manner, "{way:?}");
        }
    }
}
