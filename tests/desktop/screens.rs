//! Every screen of the window: nothing serious for axe on any of them, and pictures of them all for `docs/screens`.

use std::path::{Path, PathBuf};

use crate::drag::drop_files;
use crate::environment::target_folder;
use crate::pictures::draw;
use crate::sample_images::draw_all;
use crate::session::Session;
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

/// A screenshot of the window: its route, what is clicked, and the element that is awaited.
pub struct Screen {
    pub name: &'static str,
    place: &'static str,
    pressed: &'static [&'static str],
    awaited: &'static str,
}

pub const fn screen(
    name: &'static str,
    place: &'static str,
    pressed: &'static [&'static str],
    awaited: &'static str,
) -> Screen {
    Screen {
        name,
        place,
        pressed,
        awaited,
    }
}

const SCREENS: [Screen; 20] = [
    screen(
        "welcome-where",
        "#/welcome",
        &[],
        "[data-step=where] [data-target]",
    ),
    screen("welcome-watch", "#/welcome/watch", &[], "[data-offer]"),
    screen(
        "welcome-links",
        "#/welcome/links",
        &[],
        "[data-example=url]:not(:empty)",
    ),
    screen("home", "#/", &[], DONE),
    screen(
        "home-picture",
        "#/",
        &["li[data-row] [data-menu=row]", "[data-item=detail]"],
        "[data-dialog=row] img",
    ),
    screen("gallery", "#/gallery", &[], "[data-image] img"),
    screen(
        "gallery-chosen",
        "#/gallery",
        &[
            "[data-action=choosing]",
            "[data-position=\"1\"]",
            "[data-position=\"2\"]",
        ],
        "[data-selected=\"2\"]",
    ),
    screen(
        "gallery-picture",
        "#/gallery",
        &["[data-position=\"3\"]"],
        "[data-metadata]",
    ),
    screen("keys", "#/keys", &[], "[data-key=Blog]"),
    screen(
        "keys-new",
        "#/keys",
        &["[data-action=new-key]"],
        "[data-dialog=new-key]",
    ),
    screen("presets", "#/presets", &[], "[data-preset=banner]"),
    screen(
        "presets-new",
        "#/presets",
        &["[data-action=new-preset]"],
        "[data-preview]",
    ),
    screen("server", "#/server", &[], "[data-card=reach]"),
    screen(
        "server-accounts",
        "#/server/accounts",
        &[],
        "[data-usage=known]",
    ),
    screen(
        "server-settings",
        "#/server/settings",
        &[],
        "[data-setting]",
    ),
    screen("server-log", "#/server/log", &[], "[data-log]"),
    screen("settings", "#/settings", &[], "[data-card=startup]"),
    screen(
        "settings-target",
        "#/settings",
        &["[data-action=add-target]"],
        "[data-dialog=target]",
    ),
    screen(
        "settings-editors",
        "#/settings/editors",
        &[],
        "[data-card=editors]",
    ),
    screen("settings-look", "#/settings/look", &[], "[data-card=look]"),
];

/// Before the first picture.
const EMPTY: [Screen; 2] = [
    screen("home-empty", "#/", &[], "[data-empty]"),
    screen("gallery-empty", "#/gallery", &[], "[data-empty]"),
];

/// Nothing moves, no picture is missing, and nothing is being said.
pub const STILL: &str = "document.getAnimations().every((animation) => animation.playState === 'finished') \
    && [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight) \
    && document.querySelector('[data-toast]') === null";

/// Navigates there from another route, so that no state is left, and waits until animations have ended.
pub async fn show(window: &Window, screen: &Screen) {
    const WELCOME: &str = "#/welcome";
    let elsewhere = if screen.place.starts_with(WELCOME) {
        "#/"
    } else {
        WELCOME
    };
    for place in [elsewhere, screen.place] {
        window.ask(&format!("location.hash = '{place}'")).await;
        let welcomes = place.starts_with(WELCOME);
        let there = format!(
            "const at = document.querySelector('[data-at]')?.dataset.at; \
             return at !== undefined && (at === 'welcome') === {welcomes} && {STILL}"
        );
        window.until(place, &there).await;
    }
    for selector in screen.pressed {
        window.press(selector).await;
    }
    window.rest().await;
    let awaited = screen.awaited;
    let there = format!("return document.querySelector('{awaited}') !== null && {STILL}");
    window.until(screen.name, &there).await;
}

pub const THEMES: [&str; 2] = ["light", "dark"];

/// Switches to light or dark without transitions, which would begin only when an element becomes visible.
pub async fn dress(window: &Window, theme: &str) {
    let script = format!(
        "const still = new CSSStyleSheet(); \
         still.replaceSync('*, ::before, ::after {{ transition: none !important }}'); \
         document.adoptedStyleSheets = [still]; \
         document.documentElement.dataset.theme = '{theme}'"
    );
    window.ask(&script).await;
    let dressed =
        "return document.getAnimations().every((animation) => animation.playState === 'finished')";
    window.until(theme, dressed).await;
}

/// Goes to every screen, before the first picture and after some, and lets it be looked at in both themes.
async fn look_around(desktop: &Session, window: &Window, mut look: impl AsyncFnMut(&Screen, &str)) {
    for (screens, full) in [(&EMPTY[..], false), (&SCREENS[..], true)] {
        if full {
            window.ask("location.hash = '#/'").await;
            furnish(desktop, window, &draw_all(&pictures_folder())).await;
        }
        for screen in screens {
            show(window, screen).await;
            for theme in THEMES {
                dress(window, theme).await;
                look(screen, theme).await;
            }
        }
    }
}

/// Keeps a picture of the window for `docs/screens`.
pub fn keep_picture(desktop: &Session, name: &str, theme: &str) {
    let file = format!("screens/window/{name}-{theme}.png");
    desktop.picture_of("Vitrine", &target_folder().join(file));
}

/// Somebody who has been here for a while: pictures in a folder, a key, a preset, a folder that is watched.
pub async fn furnish(desktop: &Session, window: &Window, pictures: &[PathBuf]) {
    drop_files(desktop, "Vitrine", pictures);
    window
        .until("every picture's row", &count_is(DONE, pictures.len()))
        .await;
    let asked = "\
        const ask = async (method, path, body) => { \
            const answer = await fetch(`app://localhost/api/dashboard/${path}`, { \
                method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) }); \
            return answer.status === 204 ? null : answer.json(); \
        }; \
        const { items } = await ask('GET', 'images?page=1&pageSize=50&order=created&direction=desc'); \
        const folder = await ask('POST', 'folders', { path: 'Norway' }); \
        await ask('POST', 'folders', { path: 'Norway/Lofoten' }); \
        await ask('POST', 'folders', { path: 'Screenshots' }); \
        for (const { id } of items.slice(0, 5)) await ask('PATCH', `images/${id}`, { folder: folder.id }); \
        await ask('POST', 'keys', { name: 'Blog', scopes: 'upload' }); \
        await ask('POST', 'keys', { name: 'ShareX on the laptop', scopes: 'upload,delete' }); \
        await ask('POST', 'presets', { name: 'banner', params: 'w_1200,h_400,c_fill,f_webp,q_80' }); \
        await ask('POST', 'presets', { name: 'card', params: 'w_400,f_webp,q_80' }); \
        return true;";
    let done = window
        .ask(&format!("return (async () => {{ {asked} }})()"))
        .await;
    assert_eq!(done, true, "{done}");
    // Where the pictures were dropped, the mouse would open a tooltip.
    desktop.run("xdotool", &["mousemove", "1270", "790"]);
}

/// Kept: the dashboard's pictures are made of the same views.
pub fn pictures_folder() -> PathBuf {
    target_folder().join("screens/pictures")
}

pub fn desktop_with_screenshots() -> Session {
    let desktop = Session::start();
    let shots = desktop.home.path().join("Pictures/Screenshots");
    std::fs::create_dir_all(&shots).expect("a folder for screenshots");
    for name in ["one.png", "two.png", "three.png"] {
        let taken = draw(&desktop, name, 40, 30);
        std::fs::rename(taken, shots.join(name)).expect("an old screenshot");
    }
    desktop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn axe_finds_nothing_serious_on_any_screen_in_either_theme() {
    let _alone = one_window_at_a_time().await;
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node_modules/axe-core/axe.min.js");
    let axe =
        std::fs::read_to_string(&source).expect("axe-core; run `npm --prefix tests/browser ci`");
    let desktop = desktop_with_screenshots();
    let window = Window::open(&desktop).await;
    window.ask(&axe).await;

    let mut found = Vec::new();
    look_around(&desktop, &window, async |screen, theme| {
        let serious = window.ask(SERIOUS).await;
        for each in serious.as_array().expect("a list") {
            found.push(format!("{} ({theme}): {each}", screen.name));
        }
    })
    .await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const SERIOUS: &str = "\
    return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations \
        .filter(({ impact }) => impact === 'serious' || impact === 'critical') \
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)))";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "it takes the pictures in docs/screens: `make screens`"]
async fn every_screen_is_pictured() {
    let _alone = one_window_at_a_time().await;
    let desktop = desktop_with_screenshots();
    let window = Window::open(&desktop).await;
    window.resize(1100, 760).await;
    look_around(&desktop, &window, async |screen, theme| {
        keep_picture(&desktop, screen.name, theme);
    })
    .await;
}
