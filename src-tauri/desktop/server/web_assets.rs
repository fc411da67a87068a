//! The page for browsers: the same build of `ui/` that the window shows, given to the embedded server.

use include_dir::{Dir, include_dir};
use server::Page;

static BUILT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/ui/dist");

pub fn built() -> Page {
    Page::of(files(&BUILT))
}

fn files(folder: &'static Dir<'_>) -> Vec<(String, bytes::Bytes)> {
    let own = folder.files().map(|file| {
        let path = file.path().to_string_lossy().replace('\\', "/");
        (path, bytes::Bytes::from_static(file.contents()))
    });
    own.chain(folder.dirs().flat_map(files)).collect()
}
