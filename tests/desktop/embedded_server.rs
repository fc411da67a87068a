//! Who serves the folder, and on which port.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use crate::drag::drop_files;
use crate::environment::target_folder;
use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_server_that_serves_the_folder_already_is_used() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "adopted.png", 300, 200);
    let mut server = desktop
        .command(target_folder().join("vitrine"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("vitrine starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("its one line");
    let base = line
        .trim()
        .strip_prefix("listening on ")
        .expect("an address")
        .to_owned();

    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link");
    assert!(link.starts_with(&base), "{link} is served by {base}");
    assert!(fetch(link).await == std::fs::read(&photo).expect("the picture"));

    // When that server ends, the app serves the folder itself, and the rows' links follow.
    desktop.run("kill", &["-TERM", &server.id().to_string()]);
    server.wait().expect("vitrine ends");
    let old = base.trim_start_matches("http://").to_owned();
    let script = format!(
        "const link = document.querySelector('{DONE} button[data-copy=original]').dataset.url; \
         return link.includes('{old}') ? null : link"
    );
    let link = window
        .until("the app's own server to take over", &script)
        .await;
    let link = link.as_str().expect("a link");
    assert!(fetch(link).await == std::fs::read(&photo).expect("the picture"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_port_is_taken_remembered_and_said_when_the_first_is_in_use() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    // This test or another program on this machine uses it.
    let _taken = TcpListener::bind("127.0.0.1:4870");
    let window = Window::open(&desktop).await;
    window
        .until(
            "the words about the other port",
            "return !!document.querySelector('[data-note=moved]')",
        )
        .await;
    let first = address(&window).await;
    assert!(!first.contains("4870"), "{first}");
    drop(window);

    let window = Window::open(&desktop).await;
    assert_eq!(
        address(&window).await,
        first,
        "links carry the port, so it stays"
    );
}

async fn address(window: &Window) -> String {
    let said = window
        .ask("return document.querySelector('[data-server]').innerText")
        .await;
    said.as_str().expect("text").to_owned()
}
