//! Dropped and pasted pictures become links on the clipboard.

use std::path::PathBuf;

use crate::drag::{drop_files, drop_files_at};
use crate::keychain::{files_with, paste_while_locked, stored_secret};
use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn two_dropped_files_become_links_on_the_clipboard() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "Ferien in Malmö.jpg", 1300, 900);
    let screenshot = draw(&desktop, "screenshot.png", 640, 480);
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &[photo.clone(), screenshot.clone()]);
    window.until("two finished rows", &count_is(DONE, 2)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 8
    });
    desktop.screenshot("two-pictures-done");

    // The photo's original and its four smaller sizes, then the screenshot's original and two.
    let clipboard = desktop.clipboard();
    let links: Vec<&str> = clipboard.lines().collect();
    assert!(fetch(links[0]).await == std::fs::read(&photo).expect("the photo"));
    assert!(fetch(links[5]).await == std::fs::read(&screenshot).expect("the screenshot"));
    let endings: Vec<&str> = links
        .iter()
        .map(|link| link.rsplit('/').next().expect("an end"))
        .collect();
    assert_eq!(endings[1..5], ["200", "400", "800", "1200"]);
    assert_eq!(endings[6..8], ["200", "400"]);
    let resized = image::load_from_memory(&fetch(links[3]).await).expect("a picture");
    assert_eq!((resized.width(), resized.height()), (800, 554));

    let secret = stored_secret(&desktop);
    assert!(secret.starts_with("sk_"), "the keychain holds a key");
    assert_eq!(
        files_with(desktop.home.path(), &secret),
        Vec::<PathBuf>::new()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_picture_is_refused_with_a_reason_and_the_others_go_on() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let text = desktop.home.path().join("notes.jpg");
    std::fs::write(&text, "not a picture at all").expect("a text file");
    let empty = desktop.home.path().join("empty.png");
    std::fs::write(&empty, "").expect("an empty file");
    let photo = draw(&desktop, "fine.png", 500, 300);
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &[text, photo, empty]);
    window.until("one finished row", &count_is(DONE, 1)).await;
    window
        .until(
            "two refused rows",
            &count_is("li[data-row][data-state=failed]", 2),
        )
        .await;
    wait_until("the links of the good one", || {
        desktop.clipboard().lines().count() == 3
    });
    let words = window.ask("return document.body.innerText").await;
    let words = words.as_str().expect("text");
    assert!(
        words.contains("empty"),
        "the empty file's row says so: {words}"
    );
    desktop.screenshot("refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_copied_while_an_upload_waited_stays_on_the_clipboard() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let window = paste_while_locked(&mut desktop, "late.png").await;

    desktop.copy_text("my own words");
    desktop.answer_keyring_prompt();
    window.until("a finished row", &count_is(DONE, 1)).await;
    let said =
        "return document.querySelector('[data-announcement]').textContent.includes('use Copy')";
    window.until("the news that nothing was copied", said).await;
    assert_eq!(desktop.clipboard(), "my own words");

    window
        .click(&format!("{DONE} button[data-copy=chosen]"))
        .await;
    wait_until("the links that were asked for", || {
        desktop.clipboard().starts_with("http")
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_drop_of_which_nothing_could_be_uploaded_says_so() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let text = desktop.home.path().join("notes.png");
    std::fs::write(&text, "not a picture at all").expect("a text file");
    let folder = desktop.home.path().join("holidays");
    std::fs::create_dir(&folder).expect("a folder");
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &[text, folder]);
    let said = "return document.querySelector('[data-announcement]').textContent.includes('2 pictures weren\\'t uploaded')";
    window
        .until("the news that nothing was uploaded", said)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_picture_wider_than_2400_px_keeps_every_pixel_behind_its_link() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let panorama = draw(&desktop, "panorama.jpg", 2600, 500);
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", std::slice::from_ref(&panorama));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 6
    });
    let clipboard = desktop.clipboard();
    let original = clipboard.lines().next().expect("a link");
    assert!(original.ends_with("/original"), "{original}");
    assert!(fetch(original).await == std::fs::read(&panorama).expect("the panorama"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_two_switches_say_what_is_copied_and_how_and_are_remembered() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "chosen.png", 900, 500);
    let window = Window::open(&desktop).await;
    window.choose("what", "original").await;
    window.choose("how", "markdown").await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("a Markdown link on the clipboard", || {
        desktop.clipboard().starts_with("![")
    });
    assert_eq!(desktop.clipboard().lines().count(), 1);
    drop(window);

    let window = Window::open(&desktop).await;
    window.until("the row of before", &count_is(DONE, 1)).await;
    window
        .click(&format!("{DONE} button[data-copy=chosen]"))
        .await;
    wait_until("the same Markdown again", || {
        desktop.clipboard().starts_with("![")
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn three_hundred_pictures_dropped_at_once_all_become_rows_and_links() {
    const MANY: usize = 300;
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    // Each another picture: the same one twice would be the same link twice. None so large that it has other sizes.
    let pictures: Vec<PathBuf> = (0..MANY as u32)
        .map(|number| {
            let name = format!("many-{number}.png");
            draw(&desktop, &name, 20 + number % 100, 20 + number / 100)
        })
        .collect();
    let window = Window::open(&desktop).await;

    drop_files(&desktop, "Vitrine", &pictures);
    wait_until("every picture's link", || {
        desktop.clipboard().lines().count() == MANY
    });
    // Those further down are drawn for who scrolls there.
    let scrolled = format!(
        "const view = document.querySelector('[data-row]')?.closest('[data-region]'); \
         view?.scrollTo(0, view.scrollHeight); \
         {}",
        count_is(DONE, MANY)
    );
    window.until("every picture's row", &scrolled).await;
    let clipboard = desktop.clipboard();
    let links: std::collections::HashSet<&str> = clipboard.lines().collect();
    assert_eq!(links.len(), MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_picture_dropped_on_the_right_half_gives_the_link_of_its_original_alone() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "alone.png", 300, 200);
    let window = Window::open(&desktop).await;
    drop_files_at(
        &desktop,
        "Vitrine",
        std::slice::from_ref(&photo),
        (500, 300),
    );
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("a link to be on the clipboard", || {
        desktop.clipboard().lines().count() == 1 && desktop.clipboard().starts_with("http")
    });
    assert!(fetch(&desktop.clipboard()).await == std::fs::read(&photo).expect("the picture"));
}
