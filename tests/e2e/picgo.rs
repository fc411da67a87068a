//! picgo, a client that people use: its plugin `web-uploader` uploads through every dialect, configured with no more than a
//! service's documentation says: the address, the key, what the file is called and where in the answer the link is.
//!
//! It ends with code 0 whatever happens, so only the link counts: it is printed, and leads to the picture.

use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::{Map, Value, json};
use tests::vitrine::World;
use tests::{Vitrine, picture};

/// What one types into the plugin's settings.
struct PluginSettings {
    path: &'static str,
    /// `paramName`: what the form calls the file.
    file: &'static str,
    /// `jsonPath`: where in the answer the link is.
    link: &'static str,
    key: Key,
}

/// Where the key travels: after these words in a header, or as a field of the form.
enum Key {
    Header(&'static str, &'static str),
    Field(&'static str),
}

const IMGS: PluginSettings = PluginSettings {
    path: "/upload",
    file: "file",
    link: "original",
    key: Key::Header("Authorization", "Bearer "),
};

const IMGSHARE: PluginSettings = PluginSettings {
    path: "/api/v1/img_upload.php",
    file: "file",
    link: "native",
    key: Key::Field("token"),
};

const MEDIA: PluginSettings = PluginSettings {
    path: "/api/v1/images",
    file: "file",
    link: "thumbnailUrl",
    key: Key::Header("X-Api-Key", ""),
};

const SLINK: PluginSettings = PluginSettings {
    path: "/api/external/upload",
    file: "image",
    link: "url",
    key: Key::Header("Authorization", "Bearer "),
};

const CHEVERETO: PluginSettings = PluginSettings {
    path: "/api/1/upload",
    file: "source",
    link: "image.url",
    key: Key::Header("X-API-Key", ""),
};

#[test]
fn picgo_uploads_through_imgs() {
    shows_what_was_sent(&IMGS);
    takes_no_wrong_key(&IMGS);
}

#[test]
fn picgo_uploads_through_imgshare() {
    shows_what_was_sent(&IMGSHARE);
    takes_no_wrong_key(&IMGSHARE);
}

#[test]
fn picgo_uploads_through_media() {
    let vitrine = Vitrine::start();
    let path = uploaded(&vitrine, &MEDIA, &picture::png(900, 600));
    // No address of this dialect returns the file itself: the link is of the thumbnail.
    let shown = vitrine.get(&path).is(200);
    assert_eq!(shown.header("content-type"), "image/webp");
    let shown = shown.picture();
    assert_eq!((shown.width(), shown.height()), (240, 160));
    takes_no_wrong_key(&MEDIA);
}

#[test]
fn picgo_uploads_through_slink() {
    // The link comes without a host, and picgo prints it so: Slink's own clients put the host in front.
    shows_what_was_sent(&SLINK);
    takes_no_wrong_key(&SLINK);
}

#[test]
fn picgo_uploads_through_chevereto() {
    shows_what_was_sent(&CHEVERETO);
    takes_no_wrong_key(&CHEVERETO);
}

#[track_caller]
fn shows_what_was_sent(plugin_settings: &PluginSettings) {
    let vitrine = Vitrine::start();
    let bytes = picture::png(900, 600);
    let path = uploaded(&vitrine, plugin_settings, &bytes);
    assert!(vitrine.get(&path).is(200).body == bytes, "{path}");
}

#[track_caller]
fn takes_no_wrong_key(plugin_settings: &PluginSettings) {
    let vitrine = Vitrine::start();
    let key = "sk_0000000000000000000000000000000000000000";
    let link = picgo(&vitrine, plugin_settings, key, &picture::png(90, 60));
    assert_eq!(link, None);
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
}

/// Uploads a picture that must be taken, and answers the path of the link that is printed.
#[track_caller]
fn uploaded(vitrine: &Vitrine, plugin_settings: &PluginSettings, bytes: &[u8]) -> String {
    let link = picgo(vitrine, plugin_settings, vitrine.key(), bytes).expect("a link is printed");
    let path = link.strip_prefix(&vitrine.base()).unwrap_or(&link);
    assert!(path.starts_with('/'), "{link} leads elsewhere");
    path.to_owned()
}

/// Uploads a picture with picgo, and answers the link that it prints, if any.
#[track_caller]
fn picgo(
    vitrine: &Vitrine,
    plugin_settings: &PluginSettings,
    key: &str,
    bytes: &[u8],
) -> Option<String> {
    let world = vitrine.world();
    let program = installed(world);
    world.file(
        "config.json",
        settings(vitrine, plugin_settings, key).as_bytes(),
    );
    // A name as people give it.
    let file = world.file("kočka na okně (1).png", bytes);
    let mut command = world.command("node");
    command
        .arg(program)
        .args(["-c", "config.json", "upload"])
        .arg(file)
        .env("FORCE_COLOR", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = match command.spawn() {
        Ok(child) => RunningPicgo(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("Node.js is not there: `make test` says which version is needed.")
        }
        Err(error) => panic!("node does not start: {error}"),
    };
    let mut said = Vec::new();
    let stdout = running.0.stdout.take().expect("a pipe");
    for line in BufReader::new(stdout).lines() {
        let line = line.expect("picgo's words can be read");
        if said
            .last()
            .is_some_and(|last: &String| last.starts_with("[PicGo SUCCESS]"))
        {
            return Some(line).filter(|link| !link.is_empty());
        }
        said.push(line);
    }
    panic!(
        "picgo ended without saying how the upload went:\n{}",
        said.join("\n")
    );
}

/// A picgo that has said what it has to say: it would wait until the server closes the idle connection.
struct RunningPicgo(Child);

impl Drop for RunningPicgo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The settings as picgo keeps them. Headers and fields are JSON in a text.
fn settings(vitrine: &Vitrine, plugin_settings: &PluginSettings, key: &str) -> String {
    let mut plugin = Map::new();
    for (name, value) in [
        ("paramName", plugin_settings.file),
        ("jsonPath", plugin_settings.link),
    ] {
        plugin.insert(name.into(), value.into());
    }
    plugin.insert("url".into(), (vitrine.base() + plugin_settings.path).into());
    let (setting, custom) = match plugin_settings.key {
        Key::Header(name, before) => ("customHeader", json!({ name: format!("{before}{key}") })),
        Key::Field(name) => ("customBody", json!({ name: key })),
    };
    plugin.insert(setting.into(), custom.to_string().into());
    let chosen = "web-uploader";
    let plugin = Value::Object(plugin);
    json!({ "picBed": { "current": chosen, "uploader": chosen, chosen: plugin } }).to_string()
}

/// Lays picgo's plugins beside its settings, where it looks for them, and answers its program.
#[track_caller]
fn installed(world: &World) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("picgo");
    let modules = here.join("node_modules");
    let program = modules.join("picgo/bin/picgo");
    assert!(
        program.is_file() && modules.join("picgo-plugin-web-uploader").is_dir(),
        "{} is not complete: `make test` installs picgo there.",
        modules.display()
    );
    std::fs::copy(here.join("package.json"), world.home().join("package.json"))
        .expect("a file can be copied");
    symlink(modules, world.home().join("node_modules")).expect("a link can be made");
    program
}
