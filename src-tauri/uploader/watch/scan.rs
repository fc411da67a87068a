//! What lies in a folder now: regular files only. Links are not followed, wherever they lead.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::filter::Filter;
use crate::queue::store::seen_files::Look;

/// All that is meant in a folder.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub files: HashMap<PathBuf, Look>,
    /// The folder itself, and those inside it that are to be looked into.
    pub folders: Vec<PathBuf>,
}

/// Looks through a folder; an error where it cannot even be opened. `not` are folders that are left out.
pub(super) fn scan(root: &Path, deep: bool, filter: &Filter, not: &[PathBuf]) -> io::Result<Scan> {
    let mut scan = Scan::default();
    look_through(root, root, deep, filter, not, &mut scan)?;
    Ok(scan)
}

/// The same for a folder somewhere inside.
pub(super) fn scan_inside(folder: &Path, root: &Path, filter: &Filter, not: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    // One that has gone meanwhile has nothing in it.
    let _ = look_through(folder, root, true, filter, not, &mut scan);
    scan
}

fn look_through(
    from: &Path,
    root: &Path,
    deep: bool,
    filter: &Filter,
    not: &[PathBuf],
    scan: &mut Scan,
) -> io::Result<()> {
    let mut ahead = vec![(from.to_owned(), fs::read_dir(from)?)];
    while let Some((folder, entries)) = ahead.pop() {
        scan.folders.push(folder);
        for entry in entries.flatten() {
            let path = entry.path();
            // Of the entry itself, not of what a link leads to.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_file() && filter.takes_file(&path) {
                scan.files.insert(path, look(&metadata));
            } else if deep
                && metadata.is_dir()
                && enters(&path, root, filter, not)
                && let Ok(entries) = fs::read_dir(&path)
            {
                ahead.push((path, entries));
            }
        }
    }
    Ok(())
}

/// Whether a folder inside is one to look into.
pub(super) fn enters(path: &Path, root: &Path, filter: &Filter, not: &[PathBuf]) -> bool {
    path != root
        && path.starts_with(root)
        && filter.takes_folder(path)
        && !not.iter().any(|own| path.starts_with(own))
}

pub(super) fn look(metadata: &Metadata) -> Look {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Look {
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
    const TOLD_OF_NOTHING: [u64; 6] = [
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
        TOLD_OF_NOTHING.contains(&kind)
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_remote(_: &Path) -> bool {
    false
}
