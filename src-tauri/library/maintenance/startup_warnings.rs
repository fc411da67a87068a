//! What the owner of a folder should know although everything seems to work.

use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartupWarning {
    /// SQLite's write-ahead log needs shared memory, which network file systems do not give.
    #[error(
        "This folder is on a network drive ({kind}). Its database can be damaged there; move the folder to a local disk."
    )]
    NetworkFolder { kind: &'static str },
}

pub(crate) fn collect_warnings(folder: &Path) -> Vec<StartupWarning> {
    network(folder)
        .map(|kind| StartupWarning::NetworkFolder { kind })
        .into_iter()
        .collect()
}

#[cfg(target_os = "linux")]
fn network(folder: &Path) -> Option<&'static str> {
    // The magic numbers of statfs(2); its type has other widths and signs on other processors.
    let kind = rustix::fs::statfs(folder).ok()?.f_type as u32;
    match kind {
        0x6969 => Some("NFS"),
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => Some("SMB"),
        0x0102_1997 => Some("9P"),
        _ => None,
    }
}

/// Elsewhere the system does not say in a way that we know.
#[cfg(not(target_os = "linux"))]
fn network(_folder: &Path) -> Option<&'static str> {
    None
}
