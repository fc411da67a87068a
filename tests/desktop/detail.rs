//! One picture looked at closely: what is said of it, and where it came from.

use std::fs;
use std::io::BufRead;

use crate::drag::drop_files;
use crate::pictures::draw;
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

const SHEET: &str = "[data-dialog=row]";
const ESCAPE: &str = "\u{e00c}";

/// Opens the sheet of the first finished row.
async fn look_closely(window: &Window) {
    window.press(&format!("{DONE} [data-menu=row]")).await;
    window.press("[data-item=detail]").await;
    window.until("the sheet", &count_is(SHEET, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_alternative_text_is_entered_once_and_is_in_the_markdown_even_after_a_restart() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "IMG_0815.jpg", 300, 200);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", &[photo]);
    window.until("a finished row", &count_is(DONE, 1)).await;
    look_closely(&window).await;
    window
        .until(
            "the field",
            "document.querySelector('[data-field=alt]')?.focus(); \
             return document.activeElement?.dataset?.field === 'alt'",
        )
        .await;
    // A key that closes the sheet elsewhere is a space here.
    window.keys("Waves [at dusk]").await;
    window.settle().await;
    desktop.screenshot("detail-alt");
    // The press itself is what leaves the field.
    window.click("[data-copy-as=markdown]").await;
    wait_until("its Markdown", || {
        desktop
            .clipboard()
            .starts_with("![Waves \\[at dusk\\]](http://127.0.0.1:")
    });
    window.keys(ESCAPE).await;
    window.until("the sheet to go", &count_is(SHEET, 0)).await;
    drop(window);

    let window = Window::open(&desktop).await;
    window.until("the row", &count_is(DONE, 1)).await;
    look_closely(&window).await;
    window.click("[data-copy-as=html]").await;
    wait_until("its HTML", || {
        desktop.clipboard().contains("alt=\"Waves [at dusk]\"")
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_file_that_a_picture_came_from_is_shown_unless_it_is_gone_or_there_never_was_one() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let mut shows = desktop.show_files();
    let photo = draw(&desktop, "Café am See.jpg", 300, 200);
    let pasted = draw(&desktop, "pasted.png", 200, 200);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;

    look_closely(&window).await;
    window.settle().await;
    desktop.screenshot("detail-file");
    window.press("[data-action=show-file]").await;
    let mut line = String::new();
    shows.read_line(&mut line).expect("what is shown");
    let shown: Vec<String> = serde_json::from_str(&line).expect("JSON");
    let home = desktop.home.path().display();
    assert_eq!(shown, [format!("file://{home}/Caf%C3%A9%20am%20See.jpg")]);

    fs::rename(&photo, photo.with_extension("moved")).expect("the file goes");
    window.press("[data-action=show-file]").await;
    window
        .until(
            "the window to say that it is gone",
            "return document.body.textContent.includes('The file has been moved or deleted.')",
        )
        .await;
    window.settle().await;
    desktop.screenshot("detail-file-gone");
    window.keys(ESCAPE).await;
    window.until("the sheet to go", &count_is(SHEET, 0)).await;

    desktop.copy_picture(&pasted);
    window.press("[data-action=paste]").await;
    window.until("a second row", &count_is(DONE, 2)).await;
    look_closely(&window).await;
    window
        .until("the sheet's buttons", &count_is("[data-action=delete]", 1))
        .await;
    let offered = window
        .ask(&count_is(&format!("{SHEET} [data-action=show-file]"), 0))
        .await;
    assert_eq!(offered, true, "a pasted picture has no file");
}
