//! Moments that no address leads to, pictured for `docs/screens`: a window of another size, language or direction, files
//! that hover over it, what is said, and what went wrong.

use std::path::PathBuf;

use crate::drag::{drop_files, hold_files};
use crate::network::{listen_there, open_to_the_network, set_password};
use crate::sample_images::draw_all;
use crate::screens::{
    STILL, Screen, THEMES, desktop_with_screenshots, dress, furnish, keep_picture, pictures_folder,
    screen, show,
};
use crate::session::Session;
use crate::targets::add_target;
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

const USUAL: (u32, u32) = (1100, 760);

const HOME: Screen = screen("home", "#/", &[], DONE);
const GALLERY: Screen = screen("gallery", "#/gallery", &[], "[data-image] img");
const SETTINGS: Screen = screen("settings", "#/settings", &[], "[data-card=startup]");
const WELCOME: Screen = screen("welcome-where", "#/welcome", &[], "[data-target]");

/// Takes a screenshot in light and in dark mode.
async fn keep(desktop: &Session, window: &Window, name: &str) {
    for theme in THEMES {
        dress(window, theme).await;
        keep_picture(desktop, name, theme);
    }
}

async fn keep_all(desktop: &Session, window: &Window, screens: &[Screen], ending: &str) {
    for screen in screens {
        show(window, screen).await;
        keep(desktop, window, &format!("{}-{ending}", screen.name)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "it takes pictures in docs/screens: `make screens`"]
async fn every_moment_is_pictured() {
    let _alone = one_window_at_a_time().await;
    let desktop = desktop_with_screenshots();
    listen_there(&desktop);
    let window = Window::open(&desktop).await;
    window.resize(USUAL.0, USUAL.1).await;
    let pictures = draw_all(&pictures_folder());
    let (new, known) = pictures.split_at(3);
    furnish(&desktop, &window, known).await;

    for ((width, height), ending) in [((360, 480), "small"), ((1600, 900), "wide")] {
        window.resize(width, height).await;
        keep_all(&desktop, &window, &[HOME, GALLERY, SETTINGS], ending).await;
    }
    window.resize(USUAL.0, USUAL.1).await;

    run(&window, "he", "rtl").await;
    keep_all(&desktop, &window, &[HOME, GALLERY], "right-to-left").await;
    run(&window, "en", "ltr").await;

    speak(&window, "de").await;
    keep_all(&desktop, &window, &[HOME, SETTINGS, WELCOME], "german").await;
    show(&window, &HOME).await;
    hover(&desktop, &window, new, "home-drop-german").await;
    speak(&window, "en").await;

    add_targets(&window).await;
    show(&window, &HOME).await;
    hover(&desktop, &window, new, "home-drop").await;
    say(&desktop, &window, new).await;
    fail(&desktop, &window, new).await;
    ask_to_close(&desktop, &window).await;

    set_password(&window).await;
    open_to_the_network(&window).await;
    let code = count_is("[data-qr=address] svg", 1);
    window.until("the code for a camera", &code).await;
    window.rest().await;
    keep(&desktop, &window, "server-open").await;
}

/// Lets lines run this way; the words stay, since there is no such language yet.
async fn run(window: &Window, language: &str, direction: &str) {
    let script = format!(
        "Object.assign(document.documentElement, {{ lang: '{language}', dir: '{direction}' }})"
    );
    window.ask(&script).await;
}

/// Chooses the language, which reloads the page.
async fn speak(window: &Window, language: &str) {
    show(window, &SETTINGS).await;
    window.pick("[data-select=language]", language).await;
    let spoken = format!(
        "return document.documentElement.lang === '{language}' \
         && document.querySelector('[data-card=startup]') !== null"
    );
    window.until("the other language", &spoken).await;
}

/// One that refuses its key, and one that is not there.
async fn add_targets(window: &Window) {
    show(window, &SETTINGS).await;
    let here =
        "return window.__TAURI_INTERNALS__.invoke('app_state').then(({ server }) => server.base)";
    let here = window.ask(here).await;
    let here = here.as_str().expect("the server's address");
    add_target(window, "Office", here, "sk_mistyped").await;
    add_target(window, "Cabin", "http://127.0.0.1:9", "sk_mistyped").await;
}

async fn use_target(window: &Window, name: &str) {
    show(window, &SETTINGS).await;
    window
        .press(&format!("[data-target=\"{name}\"] input[type=radio]"))
        .await;
    show(window, &HOME).await;
}

async fn hover(desktop: &Session, window: &Window, pictures: &[PathBuf], name: &str) {
    let held = hold_files(desktop, window, pictures).await;
    keep(desktop, window, name).await;
    held.take_back(desktop);
    window
        .until("the veil to go", &count_is("[data-drop-overlay]", 0))
        .await;
    put_mouse_away(desktop);
}

/// What is said of one picture, and of several of which one was none.
async fn say(desktop: &Session, window: &Window, pictures: &[PathBuf]) {
    drop_files(desktop, "Vitrine", &pictures[..1]);
    keep_toast(desktop, window, "home-toast").await;
    let text = desktop.home.path().join("notes.txt");
    std::fs::write(&text, "not a picture at all").expect("a text file");
    let mut files = pictures[1..].to_vec();
    files.push(text);
    drop_files(desktop, "Vitrine", &files);
    keep_toast(desktop, window, "home-toast-of-many").await;
}

async fn keep_toast(desktop: &Session, window: &Window, name: &str) {
    put_mouse_away(desktop);
    // It stays while the mouse is on it.
    let held = "const toast = document.querySelector('[data-toast]'); \
                toast?.dispatchEvent(new PointerEvent('pointerenter')); \
                return toast !== null";
    window.until("something to be said", held).await;
    keep(desktop, window, name).await;
    hush(window).await;
}

/// Takes away what is being said.
async fn hush(window: &Window) {
    let quiet = format!(
        "document.querySelectorAll('[data-toast] > .bare').forEach((cross) => cross.click()); \
         return {STILL}"
    );
    window.until("silence", &quiet).await;
}

/// A key that is refused, with its remedy, and then a server that cannot be reached.
async fn fail(desktop: &Session, window: &Window, pictures: &[PathBuf]) {
    use_target(window, "Office").await;
    drop_files(desktop, "Vitrine", &pictures[..1]);
    put_mouse_away(desktop);
    window
        .until(
            "a row with its remedy",
            &count_is("[data-action=remedy]", 1),
        )
        .await;
    hush(window).await;
    keep(desktop, window, "home-failed").await;

    use_target(window, "Cabin").await;
    drop_files(desktop, "Vitrine", &pictures[1..]);
    put_mouse_away(desktop);
    window
        .until("the rows that wait", &count_is("[data-note=offline]", 1))
        .await;
    hush(window).await;
    keep(desktop, window, "home-offline").await;
    use_target(window, "This computer").await;
}

async fn ask_to_close(desktop: &Session, window: &Window) {
    desktop.close_window("Vitrine");
    window
        .until("the question", &count_is("[data-dialog=close]", 1))
        .await;
    window.rest().await;
    keep(desktop, window, "closing").await;
    window.press("[data-choice=cancel]").await;
}

fn put_mouse_away(desktop: &Session) {
    desktop.run("xdotool", &["mousemove", "1270", "790"]);
}
