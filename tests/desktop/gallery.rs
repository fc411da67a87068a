//! The pictures of this computer's server, looked through in the window: the page asks by way of the app, with its key.

use crate::drag::drop_files;
use crate::pictures::draw;
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_dropped_picture_is_in_the_gallery_painted_and_its_link_is_copied_from_there() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    let photo = draw(&desktop, "harbour.jpg", 1300, 900);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;
    wait_until("the links to be on the clipboard", || {
        desktop.clipboard().lines().count() == 5
    });
    let links = desktop.clipboard();

    window.press("[data-screen=gallery]").await;
    let painted = "const picture = document.querySelector('[data-image] img'); \
                   return !!picture && picture.complete && picture.naturalWidth > 0 && picture.getBoundingClientRect().width > 100";
    window.until("its thumbnail to be painted", painted).await;
    desktop.screenshot("gallery");

    let other = draw(&desktop, "meadow.jpg", 500, 700);
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&other));
    window
        .until(
            "one that is dropped meanwhile",
            &count_is("[data-image]", 2),
        )
        .await;

    window.press("[data-image][title=\"harbour.jpg\"]").await;
    let large = "const picture = document.querySelector('[data-dialog=detail] .preview img'); \
                 return !!picture && picture.complete && picture.naturalWidth > 1000";
    window.until("its detail, with the picture", large).await;
    desktop.copy_text("something else");
    window.press("[data-copy=\"400\"]").await;
    let link = links.lines().find(|link| link.ends_with("/400"));
    wait_until("the link of the size to be on the clipboard", || {
        Some(desktop.clipboard().trim()) == link
    });
    let said = "return document.querySelector('[data-toast=copied_address]')?.closest(':popover-open') !== null";
    window
        .until("that it was copied, above the dialog", said)
        .await;
    desktop.screenshot("gallery-detail");

    // What is changed there is kept by the server.
    window
        .write("[data-metadata] [name=title]", "The harbour")
        .await;
    window
        .until("the title to be kept", "return document.querySelector('[data-dialog=detail] h2').textContent === 'The harbour'")
        .await;
    window
        .press("[data-dialog=detail] [data-action=delete]")
        .await;
    window
        .until("it to be gone", &count_is("[data-image]", 1))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn folders_keys_and_presets_are_made_in_the_window() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "harbour.jpg", 1300, 900);
    let window = Window::open(&desktop).await;
    window.resize(1100, 760).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;

    window.press("[data-screen=gallery]").await;
    window
        .press("[data-folders] [data-action=add-folder]")
        .await;
    window.write("[data-dialog=folder] input", "Holidays").await;
    window.press("[data-dialog=folder] footer .primary").await;
    window
        .until("the folder", &count_is("[data-folder=Holidays]", 1))
        .await;

    window.press("[data-screen=keys]").await;
    window.press("[data-action=new-key]").await;
    window.write("[name=key-name]", "Blog").await;
    window.press("[data-action=make-key]").await;
    window.press("[data-action=copy-secret]").await;
    wait_until("the secret to be on the clipboard", || {
        desktop.clipboard().starts_with("sk_")
    });
    desktop.screenshot("keys-secret");

    window.press("[data-dialog=secret] footer button").await;
    window
        .until("the key in the list", &count_is("[data-key=Blog]", 1))
        .await;
    desktop.screenshot("keys");

    window.press("[data-screen=presets]").await;
    window.press("[data-action=new-preset]").await;
    window.write("[name=preset-name]", "banner").await;
    window.write("[name=width]", "300").await;
    let made = "return document.querySelector('[data-preview]')?.naturalWidth === 300";
    window.until("what it makes of the picture", made).await;
    desktop.screenshot("presets-new");
    window.press("[data-action=make-preset]").await;
    window
        .until(
            "the preset in the list",
            &count_is("[data-preset=banner]", 1),
        )
        .await;
    desktop.screenshot("presets");
}
