//! Pictures of the screen, and of a window on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::environment::target_folder;
use crate::session::Session;

impl Session {
    /// Keeps a picture of the whole screen beside the test binary, to look at after a failure.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = target_folder().join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let file = folder.join(format!("{name}.png"));
        self.run(
            "import",
            &[OsStr::new("-window"), OsStr::new("root"), file.as_os_str()],
        );
        file
    }

    /// Keeps a picture of the window with this title, without its frame.
    pub fn picture_of(&self, title: &str, file: &Path) {
        let folder = file.parent().expect("a file in a folder");
        std::fs::create_dir_all(folder).expect("a folder for pictures");
        let window = self.window(title).expect("the window");
        let window = OsStr::new(&window);
        self.run("import", &[OsStr::new("-window"), window, file.as_os_str()]);
    }
}
