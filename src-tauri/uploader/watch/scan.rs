//! What lies in a folder now: regular files only. Links are not followed, wherever they lead.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::filter::FileFilter;
use crate::queue::store::seen_files::FileStamp;

/// All that is meant in a folder.
#[derive(Debug, Default)]
pub(super) struct FolderScan {
    pub files: HashMap<PathBuf, FileStamp>,
    /// The folder itself, and those inside it that are to be looked into.
    pub folders: Vec<PathBuf>,
}

/// Looks through a folder; an error where it cannot even be opened. `not` are folders that are left out.
pub(super) fn scan_folder(
    root: &Path,
    deep: bool,
    filter: &FileFilter,
    excluded: &[PathBuf],
) -> io::Result<FolderScan> {
    let mut scan = FolderScan::default();
    collect_files(root, root, deep, filter, excluded, &mut scan)?;
    Ok(scan)
}

/// The same for a folder somewhere inside.
pub(super) fn scan_subfolder(
    folder: &Path,
    root: &Path,
    filter: &FileFilter,
    excluded: &[PathBuf],
) -> FolderScan {
    let mut scan = FolderScan::default();
    // One that has gone meanwhile has nothing in it.
    let _ = collect_files(folder, root, true, filter, excluded, &mut scan);
    scan
}

fn collect_files(
    from: &Path,
    root: &Path,
    deep: bool,
    filter: &FileFilter,
    excluded: &[PathBuf],
    scan: &mut FolderScan,
) -> io::Result<()> {
    let mut open_folders = vec![(from.to_owned(), fs::read_dir(from)?)];
    while let Some((folder, entries)) = open_folders.pop() {
        scan.folders.push(folder);
        for entry in entries.flatten() {
            let path = entry.path();
            // Of the entry itself, not of what a link leads to.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_file() && filter.matches_file(&path) {
                scan.files.insert(path, file_stamp(&metadata));
            } else if deep
                && metadata.is_dir()
                && is_scannable(&path, root, filter, excluded)
                && let Ok(entries) = fs::read_dir(&path)
            {
                open_folders.push((path, entries));
            }
        }
    }
    Ok(())
}

/// Whether a folder inside is one to look into.
pub(super) fn is_scannable(
    path: &Path,
    root: &Path,
    filter: &FileFilter,
    excluded: &[PathBuf],
) -> bool {
    path != root
        && path.starts_with(root)
        && filter.includes_folder(path)
        && !excluded.iter().any(|own| path.starts_with(own))
}

pub(super) fn file_stamp(metadata: &Metadata) -> FileStamp {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    FileStamp {
        bytes: metadata.len(),
        modified: since
            .and_then(|since| i64::try_from(since.as_nanos()).ok())
            .unwrap_or_default(),
    }
}

/// Which folder a path leads to at this moment: another drive at the same place is another.
#[cfg(unix)]
pub(super) fn identity(root: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(root)?;
    match metadata.is_dir() {
        true => Ok((metadata.dev(), metadata.ino())),
        false => Err(io::ErrorKind::NotADirectory.into()),
    }
}

#[cfg(not(unix))]
pub(super) fn identity(root: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(root)?;
    match metadata.is_dir() {
        true => Ok((0, 0)),
        false => Err(io::ErrorKind::NotADirectory.into()),
    }
}

/// Whether a folder is another computer's, whose changes nobody tells.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(root: &Path) -> bool {
    // NFS, SMB and CIFS, 9p (which is how WSL sees Windows' drives), and what programs mount.
    const REMOTE_FILESYSTEMS: [u64; 6] = [
        0x6969,
        0x517b,
        0xfe53_4d42,
        0xff53_4d42,
        0x0102_1997,
        0x6573_5546,
    ];
    rustix::fs::statfs(root).is_ok_and(|system| {
        // The type's width and sign are the platform's.
        let kind = (system.f_type as u64) & 0xffff_ffff;
        REMOTE_FILESYSTEMS.contains(&kind)
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_remote(_: &Path) -> bool {
    false
}
