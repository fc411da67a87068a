//! What a desktop of a test's own takes, and whether it is there.

use std::path::PathBuf;

/// What has to be installed, as the programs that prove it and the Debian packages that bring them.
const NEEDED: &[(&str, &str)] = &[
    ("Xvfb", "xvfb"),
    ("dbus-daemon", "dbus"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("secret-tool", "libsecret-tools"),
    ("openbox", "openbox"),
    ("xdotool", "xdotool"),
    ("xclip", "xclip"),
    ("xprop", "x11-utils"),
    ("import", "imagemagick"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
];

pub fn check() {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(program, _)| {
            !std::env::split_paths(&paths).any(|folder| folder.join(program).exists())
        })
        .map(|(_, package)| *package)
        .collect();
    assert!(
        missing.is_empty(),
        "the tests with a real window need packages that are not installed; \
         run `make test`, or: apt-get install {}",
        missing.join(" ")
    );
}

/// `target/debug` or its like: where the programs under test lie.
pub fn target_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    test.ancestors()
        .nth(2)
        .expect("target/<profile>/deps/<test>")
        .to_owned()
}
