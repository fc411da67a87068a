//! The action after an upload: keep the file, move it, or put it in the trash.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::PostUploadAction;
use super::scan::file_stamp;
use crate::prepare::file_names::file_stem;
use crate::queue::record::{Origin, Record};
use crate::queue::store::seen_files::FileStamp;

/// Moves a job's file to where it belongs now, if it is still the one that was uploaded, and says where that is if it is
/// elsewhere. An error is a sentence.
pub(crate) fn apply_post_upload_action(record: &Record) -> Result<Option<PathBuf>, String> {
    let (Some(afterwards), Origin::File(path)) = (&record.post_upload, &record.origin) else {
        return Ok(None);
    };
    let uploaded = record.modified.map(|modified| FileStamp {
        bytes: record.job.bytes,
        modified,
    });
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| error.to_string())?,
    };
    if !metadata.is_file() || Some(file_stamp(&metadata)) != uploaded {
        // Somebody has written to it since: that is another picture.
        return Ok(None);
    }
    match afterwards {
        PostUploadAction::Keep => Ok(None),
        PostUploadAction::Move(name) => move_to_subfolder(path, name).map(Some),
        PostUploadAction::Trash => {
            trash::delete(path).map_err(|error| error.to_string())?;
            Ok(None)
        }
    }
}

fn move_to_subfolder(path: &Path, folder: &str) -> Result<PathBuf, String> {
    let is_plain_name =
        !folder.is_empty() && !folder.contains(['/', '\\']) && folder != "." && folder != "..";
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err("it is in no folder".into());
    };
    if !is_plain_name {
        return Err(format!("`{folder}` is no name for a folder"));
    }
    let to_sentence = |error: io::Error| error.to_string();
    let folder = parent.join(folder);
    fs::create_dir_all(&folder).map_err(to_sentence)?;
    let name = name.to_string_lossy();
    for n in 1..10_000 {
        let to = match n {
            1 => folder.join(path.file_name().unwrap_or_default()),
            n => folder.join(numbered_name(&name, n)),
        };
        match move_without_overwriting(path, &to) {
            Ok(()) => return Ok(to),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(to_sentence(error)),
        }
    }
    Err("the folder is full of files of this name".into())
}

/// Never over another file.
fn move_without_overwriting(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without such links.
        Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

fn numbered_name(name: &str, n: u32) -> String {
    let stem = file_stem(name);
    format!("{stem} ({n}){}", &name[stem.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_file_never_overwrites_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut to = Vec::new();
        for content in ["one", "two", "three"] {
            let path = folder.path().join("a.b.png");
            fs::write(&path, content).unwrap();
            to.push(move_to_subfolder(&path, "Sent").unwrap());
            assert!(!path.exists());
        }
        let names: Vec<_> = to.iter().map(|to| to.file_name().unwrap()).collect();
        assert_eq!(names, ["a.b.png", "a.b (2).png", "a.b (3).png"]);
        let contents: Vec<_> = to
            .iter()
            .map(|to| fs::read_to_string(to).unwrap())
            .collect();
        assert_eq!(contents, ["one", "two", "three"]);
    }

    #[test]
    fn a_subfolder_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        fs::write(&path, "x").unwrap();
        for name in ["", ".", "..", "../up", "a/b", "/tmp"] {
            assert!(move_to_subfolder(&path, name).is_err(), "{name:?}");
        }
        assert!(path.exists());
    }
}
