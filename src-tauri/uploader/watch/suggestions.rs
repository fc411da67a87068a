//! Folders that are likely to be worth watching: where this platform's programs put screenshots.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A folder that is there, and how many pictures are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub path: PathBuf,
    pub pictures: usize,
}

/// More than that are not counted.
const MAX_COUNTED: usize = 10_000;

/// What pictures' names end with: nothing is opened to be counted.
const PICTURE_EXTENSIONS: [&str; 9] = [
    "avif", "bmp", "gif", "jpeg", "jpg", "png", "tif", "tiff", "webp",
];

/// Looks under the user's home, and under the folder for pictures if that is elsewhere. It blocks.
pub fn suggest_folders(home: &Path, pictures: Option<&Path>) -> Vec<Suggestion> {
    let pictures = pictures.map_or_else(|| home.join("Pictures"), Path::to_owned);
    let mut candidates = vec![
        pictures.join("Screenshots"),
        home.join("Screenshots"),
        pictures.join("Captures"),
        home.join("Videos").join("Captures"),
    ];
    if cfg!(target_os = "macos") {
        candidates.push(home.join("Desktop"));
    }
    if cfg!(target_os = "linux") {
        // Several of its programs know no folder for screenshots.
        candidates.push(pictures);
    }
    let mut found: Vec<Suggestion> = Vec::new();
    for path in candidates {
        let is_listed = found.iter().any(|other| other.path == path);
        if path.is_dir() && !is_listed {
            let pictures = count_pictures(&path);
            found.push(Suggestion { path, pictures });
        }
    }
    found
}

fn count_pictures(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let has_picture_extension = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| {
            PICTURE_EXTENSIONS.contains(&ending.to_ascii_lowercase().as_str())
        })
    };
    entries
        .flatten()
        .take(MAX_COUNTED)
        .filter(|entry| has_picture_extension(&entry.path()))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_that_are_there_are_suggested_with_what_is_in_them() {
        let home = tempfile::tempdir().unwrap();
        let shots = home.path().join("Bilder").join("Screenshots");
        fs::create_dir_all(&shots).unwrap();
        for name in ["a.png", "b.PNG", "notes.txt"] {
            fs::write(shots.join(name), "").unwrap();
        }
        let pictures = home.path().join("Bilder");
        let found = suggest_folders(home.path(), Some(&pictures));
        assert_eq!(
            found[0],
            Suggestion {
                path: shots,
                pictures: 2
            }
        );
        assert!(suggest_folders(home.path(), None).is_empty());
    }
}
