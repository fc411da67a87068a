//! The first start: a welcome with three questions, all of them optional, while uploads already work.

use std::fs;

use crate::drag::drop_files;
use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::targets::{Elsewhere, add_target};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

/// A script that says whether the welcome asks this.
fn asks(step: &str) -> String {
    count_is(&format!("[data-at=welcome][data-step={step}]"), 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_welcome_is_gone_through_with_the_keyboard_alone_and_never_comes_back() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::fresh();
    let shots = desktop.home.path().join("Pictures/Screenshots");
    fs::create_dir_all(&shots).expect("a folder for screenshots");
    let old = draw(&desktop, "old.png", 300, 200);
    fs::copy(&old, shots.join("old.png")).expect("an old screenshot");

    let window = Window::start(&desktop).await;
    window.until("the first question", &asks("where")).await;
    let on_heading = "return document.activeElement === document.querySelector('h1')";
    window.until("the focus on its words", on_heading).await;
    window
        .until(
            "this computer to be ready",
            "return document.querySelector('[data-target] input:checked')?.closest('[data-target]').textContent.includes('Ready')",
        )
        .await;
    desktop.screenshot("welcome-where");

    window.tab_to("[data-action=next]").await;
    window.keys("\u{e007}").await;
    window.until("the second question", &asks("watch")).await;
    window.until("the focus on its words", on_heading).await;
    let offer = "[data-offer$=Screenshots]";
    let counted =
        format!("return document.querySelector('{offer}')?.textContent.includes('1 picture')");
    window
        .until("the folder, and what is in it", &counted)
        .await;
    window.tab_to(&format!("{offer} [role=switch]")).await;
    window.keys(" ").await;
    window
        .until(
            "how to treat new ones",
            &count_is(&format!("{offer} [data-select=mode]"), 1),
        )
        .await;
    let kept = format!("return document.activeElement.matches('{offer} [role=switch]:checked')");
    window.until("the focus where it was", &kept).await;
    desktop.screenshot("welcome-watch");

    window.tab_to("[data-action=next]").await;
    window.keys("\u{e007}").await;
    window.until("the third question", &asks("links")).await;
    window.tab_to("input[name=how]:checked").await;
    window.keys("\u{e015}").await;
    let markdown = "return document.querySelector('input[value=markdown]').checked \
                    && document.querySelector('[data-example=markdown]').textContent.startsWith('![harbour](http://127.0.0.1:')";
    window.until("Markdown as it is pasted", markdown).await;
    desktop.screenshot("welcome-links");
    window.tab_to("[data-action=done]").await;
    window.keys("\u{e007}").await;
    window
        .until(
            "Home",
            &count_is("[data-switch=how] input[value=markdown]:checked", 1),
        )
        .await;
    drop(window);

    // What was chosen holds, and nothing is asked again.
    let window = Window::open(&desktop).await;
    window
        .until("the folder to be watched", &count_is("[data-watching]", 1))
        .await;
    assert_eq!(window.ask("return location.hash").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_picture_that_is_dropped_on_the_welcome_is_uploaded_without_a_click() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::fresh();
    let photo = draw(&desktop, "first.png", 300, 200);
    let window = Window::start(&desktop).await;
    window.until("the first question", &asks("where")).await;

    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    wait_until("its links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 2
    });
    let clipboard = desktop.clipboard();
    let link = clipboard.lines().next().expect("a link");
    assert!(fetch(link).await == fs::read(&photo).expect("the picture"));

    // At its end the welcome shows what came of it.
    window.press("[data-action=next]").await;
    window.press("[data-action=next]").await;
    window
        .until(
            "the picture that was tried",
            &count_is("[data-try-upload=done] img", 1),
        )
        .await;
    desktop.screenshot("welcome-tried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_skips_the_welcome_uploads_with_the_second_click_and_can_have_it_again() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::fresh();
    let photo = draw(&desktop, "copied.png", 300, 200);
    desktop.copy_picture(&photo);
    let window = Window::start(&desktop).await;
    window.press("[data-action=skip]").await;
    window.press("[data-action=paste]").await;
    window.until("a finished row", &count_is(DONE, 1)).await;
    drop(window);

    let window = Window::open(&desktop).await;
    window.press("[data-screen=settings]").await;
    window.press("[data-action=welcome]").await;
    window.until("the first question", &asks("where")).await;
    window.press("[data-action=skip]").await;
    window.until("Home with its row", &count_is(DONE, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_server_is_added_tried_and_used_from_the_first_picture_on() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::fresh();
    let there = Elsewhere::start(&desktop);
    let window = Window::start(&desktop).await;
    add_target(&window, "Office", &there.base, &there.key).await;
    window
        .until(
            "it to be the chosen one",
            &count_is("[data-target=Office] input:checked", 1),
        )
        .await;
    window
        .press("[data-target=Office] [data-action=test-target]")
        .await;
    window
        .until(
            "the test to succeed",
            &count_is("[data-target=Office] [data-test-result]", 1),
        )
        .await;
    desktop.screenshot("welcome-elsewhere");

    let photo = draw(&desktop, "office.png", 300, 200);
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    wait_until("its links to be on the clipboard", || {
        desktop.clipboard().starts_with(&there.base)
    });
}
