//! The page for browsers: the same build of `ui/` as in the window, served by the embedded server.

use include_dir::{Dir, include_dir};
use server::Spa;

static UI_DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/ui/dist");

pub fn load_spa() -> Spa {
    Spa::from_files(list_files(&UI_DIST))
}

fn list_files(folder: &'static Dir<'_>) -> Vec<(String, bytes::Bytes)> {
    let own = folder.files().map(|file| {
        let path = file.path().to_string_lossy().replace('\\', "/");
        (path, bytes::Bytes::from_static(file.contents()))
    });
    own.chain(folder.dirs().flat_map(list_files)).collect()
}
