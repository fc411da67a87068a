//! What is still there when the app comes back.

use std::time::{Duration, Instant};

use crate::drag::drop_files;
use crate::pictures::{draw, fetch};
use crate::processes::{processes_of, runs};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn rows_and_links_are_there_after_a_restart() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "kept.jpg", 900, 600);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 4
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("the original's link");

    let pid = window.pid();
    let asked = Instant::now();
    desktop.run("kill", &["-TERM", &pid.to_string()]);
    wait_until("the app to end", || !runs(pid));
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "SIGTERM ends everything within two seconds"
    );
    drop(window);

    let window = Window::open(&desktop).await;
    window.until("the row of before", &count_is(DONE, 1)).await;
    let name = window
        .ask(&format!(
            "return document.querySelector('{DONE}').dataset.name"
        ))
        .await;
    assert_eq!(name, "kept.jpg");
    window
        .click(&format!("{DONE} button[data-copy=original]"))
        .await;
    wait_until("the original's link to be copied again", || {
        desktop.clipboard().trim() == link
    });
    assert!(fetch(link).await == std::fs::read(&photo).expect("the photo"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_whose_process_is_killed_comes_back() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;
    let appeared = || {
        let log = std::fs::read_to_string(desktop.home.path().join("app.log"));
        log.expect("the app's log")
            .matches("the window is painted")
            .count()
    };
    wait_until("the page to appear", || appeared() == 1);
    for page in processes_of(window.pid(), "WebKitWebProces") {
        desktop.run("kill", &["-KILL", &page.to_string()]);
    }
    wait_until("the page to appear again", || appeared() == 2);

    // The driver knows the first page only; the second takes drops as it did.
    let photo = draw(&desktop, "afterwards.png", 300, 200);
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
}
