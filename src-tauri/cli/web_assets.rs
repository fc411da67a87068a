//! The dashboard's page: one build of `ui/`, which `make ui` makes, inside the program.

use include_dir::{Dir, include_dir};
use server::Page;

static BUILT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../ui/dist");

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
