//! The room from outside: requests in, answers out, over a library in a temporary folder.

mod aliases;
mod chevereto;
mod dashboard;
mod delivery;
mod dialects;
mod expiring;
mod extracting;
mod fake_remote_host;
mod fetching;
mod further_dialect;
pub mod harness;
mod limits;
mod openapi;
mod rebind;
mod receiving;
mod spa;
mod uploads;
mod wire;

/// All files under a folder, however deep.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
