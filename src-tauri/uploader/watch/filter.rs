//! Which files of a folder are meant, by their names. Whether one is a picture only its first bytes say.

use std::ffi::OsStr;
use std::path::Path;

use glob::{MatchOptions, Pattern};

use super::folder_settings::{PostUploadAction, WatchedFolder};

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pattern} is no pattern for files. Write it as *.png or Screenshot*.")]
pub struct PatternError {
    pub pattern: String,
}

#[derive(Debug)]
pub(super) struct FileFilter {
    patterns: Vec<Pattern>,
    /// Where files are moved to afterwards.
    sub_folder: Option<String>,
}

impl FileFilter {
    pub fn new(folder: &WatchedFolder) -> Result<FileFilter, PatternError> {
        let pattern = |text: &String| {
            Pattern::new(text).map_err(|_| PatternError {
                pattern: text.clone(),
            })
        };
        Ok(FileFilter {
            patterns: folder
                .patterns
                .iter()
                .map(pattern)
                .collect::<Result<_, _>>()?,
            sub_folder: match &folder.afterwards {
                PostUploadAction::Move(name) => Some(name.clone()),
                PostUploadAction::Keep | PostUploadAction::Trash => None,
            },
        })
    }

    /// Of a folder whose patterns are none.
    pub fn empty() -> FileFilter {
        FileFilter {
            patterns: Vec::new(),
            sub_folder: None,
        }
    }

    pub fn matches_file(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else {
            return false;
        };
        let options = MatchOptions {
            case_sensitive: false,
            ..MatchOptions::new()
        };
        let name = name.to_string_lossy();
        !is_temporary_name(&name)
            && (self.patterns.is_empty()
                || self
                    .patterns
                    .iter()
                    .any(|pattern| pattern.matches_with(&name, options)))
    }

    pub fn includes_folder(&self, path: &Path) -> bool {
        let hidden = |name: &OsStr| name.to_string_lossy().starts_with('.');
        path.file_name().is_some_and(|name| {
            !hidden(name) && self.sub_folder.as_deref().is_none_or(|sub| name != sub)
        })
    }
}

/// Names that programs give to what they have not finished, and to what nobody is meant to see.
fn is_temporary_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ending = [".part", ".crdownload", ".tmp"];
    lower.starts_with(['.', '~']) || ending.iter().any(|ending| lower.ends_with(ending))
}

impl WatchedFolder {
    /// Whether it can be watched as it is described; whether it is there is seen when it is.
    pub fn validate(&self) -> Result<(), PatternError> {
        FileFilter::new(self).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(patterns: &[&str]) -> WatchedFolder {
        WatchedFolder {
            patterns: patterns.iter().map(|text| (*text).to_owned()).collect(),
            deep: true,
            afterwards: PostUploadAction::Move("Sent".into()),
            ..WatchedFolder::new("f", "/f")
        }
    }

    #[test]
    fn unfinished_and_hidden_files_are_excluded() {
        let filter = FileFilter::new(&folder(&[])).unwrap();
        let cases = [
            ("/f/a.png", true),
            ("/f/no ending", true),
            ("/f/.a.png", false),
            ("/f/a.png.part", false),
            ("/f/a.PNG.CRDOWNLOAD", false),
            ("/f/a.tmp", false),
            ("/f/~a.png", false),
            ("/f/a~.png", true),
        ];
        for (path, expected) in cases {
            assert_eq!(filter.matches_file(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn any_of_several_patterns_matches_in_any_case() {
        let filter = FileFilter::new(&folder(&["*.png", "Screenshot*"])).unwrap();
        let cases = [
            ("/f/a.PNG", true),
            ("/f/screenshot 1.jpg", true),
            ("/f/a.jpg", false),
            ("/f/.a.png", false),
        ];
        for (path, expected) in cases {
            assert_eq!(filter.matches_file(Path::new(path)), expected, "{path}");
        }
        let bad = FileFilter::new(&folder(&["a["])).unwrap_err();
        assert!(bad.to_string().starts_with("a[ is no pattern"), "{bad}");
    }

    #[test]
    fn the_post_upload_folder_is_never_scanned() {
        let filter = FileFilter::new(&folder(&[])).unwrap();
        assert!(filter.includes_folder(Path::new("/f/2026")));
        assert!(!filter.includes_folder(Path::new("/f/Sent")));
        assert!(!filter.includes_folder(Path::new("/f/2026/Sent")));
        assert!(!filter.includes_folder(Path::new("/f/.cache")));
    }
}
