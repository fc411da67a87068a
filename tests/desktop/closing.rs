//! What closing the window means, with a tray and without one, and what a second start does.

use crate::pictures::{draw, fetch};
use crate::processes::{processes_of, runs};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, drag::drop_files, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_tray_closing_asks_instead_of_vanishing() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;

    // On a busy machine a press may go astray while the focus moves.
    let asked = "return !!document.querySelector('[data-dialog=close]')";
    let mut asks = false;
    for _ in 0..3 {
        desktop.close_window("Vitrine");
        asks = window.soon(asked).await;
        if asks {
            break;
        }
    }
    assert!(asks, "nobody asked");
    assert!(desktop.is_on_screen("Vitrine"), "the window is still there");
    let pid = window.pid();
    window.click_at_last("[data-choice=quit]").await;
    wait_until("the app to end", || !runs(pid));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_a_tray_the_server_goes_on_when_the_window_is_closed_and_a_second_start_shows_it() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.show_trays();
    let photo = draw(&desktop, "served.png", 300, 200);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link").to_owned();

    let mut presses = 0;
    wait_until("the window to be gone from the screen", || {
        if presses % 50 == 0 && desktop.is_on_screen("Vitrine") {
            desktop.close_window("Vitrine");
        }
        presses += 1;
        !desktop.is_on_screen("Vitrine")
    });
    assert!(fetch(&link).await == std::fs::read(&photo).expect("the picture"));
    let pid = window.pid();
    wait_until("WebKit's processes to be gone", || {
        processes_of(pid, "WebKit").is_empty()
    });

    let second = desktop.try_run(Window::program(), &[] as &[&str]);
    assert!(
        second.status.success(),
        "the second start hands over and ends well"
    );
    wait_until("the window to be shown again", || {
        desktop.is_on_screen("Vitrine")
    });
    // The window is created again; the driver only knows the first one.
    let again = draw(&desktop, "again.png", 320, 240);
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&again));
    wait_until("the second picture's links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2 && !desktop.clipboard().contains(&link)
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link");
    assert!(fetch(link).await == std::fs::read(&again).expect("the picture"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_trays_menu_copies_the_links_of_the_last_pictures() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    desktop.show_trays();
    let photo = draw(&desktop, "from-the-tray.png", 300, 200);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
    let links = desktop.clipboard();
    desktop.copy_text("something else");

    let tray = Tray(format!("org.kde.StatusNotifierItem-{}-1", window.pid()));
    let mut item = None;
    wait_until("the picture to be in the menu", || {
        item = tray.item(&desktop, "Copy link of from-the-tray.png");
        item.is_some()
    });
    tray.choose(&desktop, item.expect("it was found"));
    wait_until("its links to be on the clipboard again", || {
        desktop.clipboard() == links
    });
}

/// The tray's menu, as a panel reads it.
struct Tray(String);

impl Tray {
    /// The number of the entry with these words.
    fn item(&self, desktop: &Session, words: &str) -> Option<i64> {
        let layout = self.call(desktop, "GetLayout", &["0", "--", "-1", "[]"]);
        // `(12, {'label': <'Copy link of …'>, …}, …`: its number precedes the entry's properties.
        let before = layout
            .split(words)
            .next()
            .filter(|before| before.len() < layout.len())?;
        before.rsplit('(').find_map(|part| {
            part.split(',')
                .next()?
                .trim_start_matches("int32 ")
                .trim()
                .parse()
                .ok()
        })
    }

    fn choose(&self, desktop: &Session, item: i64) {
        let item = item.to_string();
        self.call(desktop, "Event", &[&item, "clicked", "<''>", "0"]);
    }

    fn call(&self, desktop: &Session, method: &str, arguments: &[&str]) -> String {
        let method = format!("com.canonical.dbusmenu.{method}");
        let mut words = vec![
            "call",
            "--session",
            "--dest",
            &self.0,
            "--object-path",
            "/MenuBar",
        ];
        words.extend(["--method", &method]);
        words.extend(arguments);
        let answer = desktop.try_run("gdbus", &words);
        String::from_utf8_lossy(&answer.stdout).into_owned()
    }
}
