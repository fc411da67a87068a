//! A real drag-and-drop: the mouse takes files out of another window and lets go over the app.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::session::Session;
use crate::webdriver::Window;

/// The position of the source window: in the lower right corner, clear of the app's window.
const SOURCE: (i32, i32) = (1120, 640);

/// A drag that landed is over sooner.
const DROP_TIMEOUT: Duration = Duration::from_secs(8);

/// Drags the files onto the window with this title and drops them there, all at once, where it takes them as usual.
pub fn drop_files(desktop: &Session, title: &str, files: &[PathBuf]) {
    drop_files_at(desktop, title, files, (300, 300));
}

/// The same, at a place of one's own.
pub fn drop_files_at(desktop: &Session, title: &str, files: &[PathBuf], at: (i32, i32)) {
    let mut source = DragSource::show(desktop, title, files);
    // On a busy machine the first press may come before the window listens: no drag begins then.
    let dropped = (0..3).any(|_| {
        carry(desktop, at);
        let_go(desktop);
        source.events.recv_timeout(DROP_TIMEOUT).is_ok()
    });
    assert!(dropped, "three drags in a row did not land");
    source.close();
}

/// Holds the files over the window with this title, whose page says so by a veil, until they are taken back.
pub async fn hold_files(desktop: &Session, window: &Window, files: &[PathBuf]) -> DragSource {
    let source = DragSource::show(desktop, "Vitrine", files);
    for _ in 0..3 {
        carry(desktop, (300, 300));
        let veiled = "return document.querySelector('[data-drop-overlay]') !== null";
        if window.soon(veiled).await {
            return source;
        }
        let_go(desktop);
    }
    panic!("three drags in a row did not reach the window");
}

/// The window that files are dragged from.
pub struct DragSource {
    window: Child,
    events: Receiver<String>,
}

impl DragSource {
    fn show(desktop: &Session, title: &str, files: &[PathBuf]) -> DragSource {
        let target = desktop.window(title).expect("the window to drop on");
        desktop.run("xdotool", &["windowmove", &target, "0", "0"]);

        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/drag_source.py");
        let mut window = desktop
            .command("/usr/bin/python3")
            .arg(script)
            .args([SOURCE.0.to_string(), SOURCE.1.to_string()])
            .args(files)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 with GTK 3 (python3-gi, gir1.2-gtk-3.0)");
        let words = BufReader::new(window.stdout.take().expect("its output")).lines();
        let (tell, events) = mpsc::channel();
        thread::spawn(move || {
            words
                .map_while(Result::ok)
                .try_for_each(|word| tell.send(word))
        });
        let word = events
            .recv_timeout(DROP_TIMEOUT)
            .expect("the window to drag from");
        assert_eq!(word, "ready");
        DragSource { window, events }
    }

    /// Takes back what is held, to where it came from.
    pub fn take_back(mut self, desktop: &Session) {
        let place = [SOURCE.0 + 70, SOURCE.1 + 70].map(|at| at.to_string());
        desktop.run(
            "xdotool",
            &["mousemove", &place[0], &place[1], "sleep", "0.2"],
        );
        let_go(desktop);
        self.events
            .recv_timeout(DROP_TIMEOUT)
            .expect("the drag to end");
        self.close();
    }

    fn close(&mut self) {
        self.window.kill().expect("the source window closes");
        self.window.wait().expect("the source window has closed");
    }
}

/// Toolkits notice a drag only when the pointer takes its time, as a hand does: one command of
/// `xdotool` with the pauses between the moves.
fn carry(desktop: &Session, to: (i32, i32)) {
    const MOVES: i32 = 12;
    let from = (SOURCE.0 + 70, SOURCE.1 + 70);
    let place = |x: i32, y: i32| ["mousemove".to_owned(), x.to_string(), y.to_string()];
    let pause = |seconds: &str| ["sleep".to_owned(), seconds.to_owned()];
    let mut words = Vec::new();
    words.extend(place(from.0, from.1));
    words.extend(pause("0.2"));
    words.extend(["mousedown".to_owned(), "1".to_owned()]);
    words.extend(pause("0.2"));
    for step in 1..=MOVES {
        let part = |from: i32, to: i32| from + (to - from) * step / MOVES;
        words.extend(place(part(from.0, to.0), part(from.1, to.1)));
        words.extend(pause("0.03"));
    }
    words.extend(place(to.0 + 3, to.1 + 3));
    words.extend(pause("0.3"));
    desktop.run("xdotool", &words);
}

fn let_go(desktop: &Session) {
    desktop.run("xdotool", &["mouseup", "1"]);
}
