//! A desktop of its own for one test: a display, a session bus, an unlocked keyring, a window
//! manager, and a home folder that is gone afterwards. Nothing of the developer's own is touched.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::environment;

pub struct Session {
    pub home: tempfile::TempDir,
    environment: Vec<(String, String)>,
    /// Ended in the reverse order of their start.
    programs: Vec<Child>,
}

impl Session {
    /// Starts the desktop with an unlocked keyring, of somebody who has seen Vitrine's welcome.
    pub fn start() -> Session {
        let session = Session::fresh();
        session.remember(json!({}));
        session
    }

    /// The same, of somebody who never started Vitrine.
    pub fn fresh() -> Session {
        let mut session = Session::bare();
        session.unlock_keyring();
        session
    }

    /// Starts the desktop with a session bus on which no keyring answers.
    pub fn without_keyring() -> Session {
        let session = Session::bare();
        session.remember(json!({}));
        session
    }

    fn bare() -> Session {
        environment::check();
        let home = tempfile::Builder::new()
            .prefix("vitrine-desktop-")
            .tempdir()
            .expect("a folder for the session's home");
        let mut session = Session {
            environment: folders(home.path()),
            home,
            programs: Vec::new(),
        };
        session.start_display();
        session.start_bus();
        session.spawn("openbox", &[] as &[&str]);
        wait_until("the window manager", || {
            let answer = session.try_run("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"]);
            String::from_utf8_lossy(&answer.stdout).contains("window id")
        });
        session
    }

    /// Settings of the app from before this test. The welcome was gone through then.
    pub fn remember(&self, mut settings: Value) {
        settings["welcomed"] = true.into();
        let folder = self.home.path().join("data/vitrine/desktop");
        std::fs::create_dir_all(&folder).expect("the app's folder");
        std::fs::write(folder.join("settings.json"), settings.to_string()).expect("its settings");
    }

    /// A command that runs on this desktop.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_remove("WAYLAND_DISPLAY")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VITRINE_")) {
            command.env_remove(name);
        }
        command
    }

    /// Runs a command to its end and returns what it wrote to its standard output.
    pub fn run<S: AsRef<OsStr>>(&self, program: &str, arguments: &[S]) -> String {
        let output = self.try_run(program, arguments);
        assert!(
            output.status.success(),
            "{program} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a command to its end, whatever that end is.
    pub fn try_run<S: AsRef<OsStr>>(&self, program: impl AsRef<OsStr>, arguments: &[S]) -> Output {
        let program = program.as_ref();
        self.command(program)
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{} did not start: {error}", program.display()))
    }

    /// Starts a program that lives until the session ends.
    pub fn spawn<S: AsRef<OsStr>>(&mut self, program: &str, arguments: &[S]) {
        let child = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} did not start: {error}"));
        self.programs.push(child);
    }

    /// The text on the clipboard, read by another program than the one that put it there.
    pub fn clipboard(&self) -> String {
        let output = self.try_run("xclip", &["-o", "-selection", "clipboard"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Puts a PNG file on the clipboard, as a screenshot tool does.
    pub fn copy_picture(&mut self, file: &Path) {
        self.copy(file, "image/png");
    }

    /// Puts text on the clipboard, as any other program does.
    pub fn copy_text(&mut self, text: &str) {
        let file = self.home.path().join("copied.txt");
        std::fs::write(&file, text).expect("a file with the text");
        self.copy(&file, "UTF8_STRING");
    }

    fn copy(&mut self, file: &Path, kind: &str) {
        // xclip serves what is in the file until something else is copied.
        let path = file.to_str().expect("a path in UTF-8").to_owned();
        let arguments = ["-selection", "clipboard", "-t", kind, "-quiet", "-i", &path];
        self.spawn("xclip", &arguments);
        // Its content, not its type: whoever held the clipboard before may have offered the same type.
        let content = std::fs::read(file).expect("what is copied");
        wait_until("it to be on the clipboard", || {
            let offered = self.try_run("xclip", &["-o", "-selection", "clipboard", "-t", kind]);
            offered.stdout == content
        });
    }

    /// Closes the window with this title as the window manager's close button does.
    pub fn close_window(&self, title: &str) {
        let window = self.window(title).expect("the window to close");
        self.run(
            "xdotool",
            &["windowactivate", "--sync", &window, "key", "alt+F4"],
        );
    }

    /// Whether a window with this title can be seen.
    pub fn is_on_screen(&self, title: &str) -> bool {
        self.window(title).is_some()
    }

    /// The X11 id of the visible window with this title.
    pub fn window(&self, title: &str) -> Option<String> {
        let title = format!("^{title}$");
        let found = self.try_run("xdotool", &["search", "--onlyvisible", "--name", &title]);
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        found.lines().next().map(str::to_owned)
    }

    /// From now on this desktop has a panel that shows tray icons.
    pub fn show_trays(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/tray_host.py");
        let mut host = self
            .command("/usr/bin/python3")
            .arg(script)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with its bindings for GLib (python3-gi)");
        assert_eq!(first_line(&mut host), "ready");
        self.programs.push(host);
    }

    /// From now on the system can tell which network this is: one that is called Home, until a line that is written to
    /// what comes back names another.
    pub fn join_network(&mut self) -> ChildStdin {
        let bus = self.environment.iter();
        let bus = bus
            .rev()
            .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
        let (_, address) = bus.expect("a bus").clone();
        self.environment
            .push(("DBUS_SYSTEM_BUS_ADDRESS".into(), address));
        self.start_part("network_manager.py").0
    }

    /// From now on this desktop shows notifications: gives where the names of pressed buttons go, and the lines in which
    /// each notification is reported.
    pub fn show_notifications(&mut self) -> (ChildStdin, BufReader<ChildStdout>) {
        self.start_part("notifications.py")
    }

    /// From now on this desktop is one of Wayland's, as far as a program can tell that shows its windows by X11 anyway;
    /// its portal gives keys. What its user does is written to what comes first, and what it is asked is read from the other.
    pub fn be_wayland(&mut self) -> (ChildStdin, BufReader<ChildStdout>) {
        let says = [("WAYLAND_DISPLAY", "wayland-none"), ("GDK_BACKEND", "x11")];
        let says = says.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.environment.extend(says);
        self.start_part("portal.py")
    }

    /// Starts a file manager on this desktop and returns the lines in which it reports the files it shows.
    pub fn show_files(&mut self) -> BufReader<ChildStdout> {
        self.start_part("file_manager.py").1
    }

    /// A desktop service that reads and writes lines.
    fn start_part(&mut self, script: &str) -> (ChildStdin, BufReader<ChildStdout>) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop");
        let mut part = self
            .command("/usr/bin/python3")
            .arg(folder.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with its bindings for GLib (python3-gi)");
        let input = part.stdin.take().expect("its input");
        let mut tells = BufReader::new(part.stdout.take().expect("its output"));
        let mut line = String::new();
        tells.read_line(&mut line).expect("a line of it");
        assert_eq!(line.trim(), "ready");
        self.programs.push(part);
        (input, tells)
    }

    pub fn lock_keyring(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        self.ask_keyring("Lock", collection);
    }

    /// Answers the keyring's own prompt, as a person at the keyboard does.
    pub fn answer_keyring_prompt(&self) {
        wait_until("the keyring's prompt", || {
            let arguments = ["search", "--onlyvisible", "--class", "gcr-prompter"];
            !self.try_run("xdotool", &arguments).stdout.is_empty()
        });
        self.run(
            "xdotool",
            &["sleep", "0.5", "type", "--delay", "40", "test"],
        );
        self.run("xdotool", &["key", "Return"]);
    }

    fn start_display(&mut self) {
        // Without `-noreset` the display starts over whenever its last client leaves, and whoever is
        // just connecting, as the window manager, is thrown out.
        let mut display = Command::new("Xvfb")
            .args([
                "-noreset",
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1680x1050x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let number = first_line(&mut display);
        self.programs.push(display);
        self.environment
            .push(("DISPLAY".into(), format!(":{number}")));
    }

    fn start_bus(&mut self) {
        let mut bus = self
            .command("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts");
        let address = first_line(&mut bus);
        self.programs.push(bus);
        self.environment
            .push(("DBUS_SESSION_BUS_ADDRESS".into(), address));
    }

    fn unlock_keyring(&mut self) {
        let mut keyring = self
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts");
        let password = keyring.stdin.take().expect("the keyring's input");
        (&password)
            .write_all(b"test")
            .expect("the keyring's password");
        drop(password);
        self.programs.push(keyring);
        // Asking whether somebody owns the name is no call to it: that would make the bus start a second,
        // locked keyring.
        wait_until("the keyring to be on the bus", || {
            let bus = "org.freedesktop.DBus";
            let arguments = [
                "--session",
                "--print-reply",
                &format!("--dest={bus}"),
                "/",
                &format!("{bus}.NameHasOwner"),
                "string:org.freedesktop.secrets",
            ];
            let answer = self.try_run("dbus-send", &arguments);
            String::from_utf8_lossy(&answer.stdout).contains("boolean true")
        });
        wait_until("the keyring to be unlocked", || {
            self.ask_keyring("ReadAlias", "string:default")
                .contains("/org/freedesktop/secrets/collection/")
        });
    }

    /// Calls the Secret Service, and answers what `dbus-send` prints.
    fn ask_keyring(&self, method: &str, argument: &str) -> String {
        let arguments = [
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            &format!("org.freedesktop.Secret.Service.{method}"),
            argument,
        ];
        self.run("dbus-send", &arguments)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// Asks again until it is so, and fails the test by name when it takes longer than half a minute.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited 30 s in vain for {what}");
        std::thread::sleep(Duration::from_millis(40));
    }
}

fn folders(home: &Path) -> Vec<(String, String)> {
    let places = [
        ("HOME", "."),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ];
    let named = places.map(|(name, place)| {
        // Without the dot, which programs would show.
        let folder: PathBuf = home.join(place).components().collect();
        std::fs::create_dir_all(&folder).expect("a folder of the session's home");
        (
            name.to_owned(),
            folder.to_str().expect("a path in UTF-8").to_owned(),
        )
    });
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(home.join("run"), std::fs::Permissions::from_mode(0o700))
            .expect("a private run folder");
    }
    named.into()
}

fn first_line(program: &mut Child) -> String {
    let output = program.stdout.take().expect("a piped output");
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .expect("a line of output");
    line.trim().to_owned()
}
