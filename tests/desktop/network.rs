//! Who can open the links: this computer, or the home network, which another loopback address represents.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::drag::drop_files;
use crate::pictures::{draw, fetch};
use crate::session::{Session, wait_until};
use crate::webdriver::{Window, http};
use crate::{DONE, count_is, one_window_at_a_time};

/// Represents this computer's address on the network.
const LISTEN: &str = "127.0.0.2";

/// The app would listen at all addresses of this machine, which a test may not do.
pub fn listen_there(desktop: &Session) {
    desktop.remember(json!({ "lan": { "listen": LISTEN } }));
}

pub async fn open_to_the_network(window: &Window) {
    window.ask("location.hash = '#/server'").await;
    window.press("input[data-switch=reach]").await;
}

/// What a phone's camera reads, once this code is on the screen.
async fn scanned(window: &Window, desktop: &Session, code: &str) -> String {
    let there = format!(
        "const code = document.querySelector('[data-qr={code}] svg'); \
         code?.scrollIntoView({{ block: 'center' }}); \
         return !!code"
    );
    window.until("a code", &there).await;
    let mut read = None;
    wait_until("a camera to read the code", || {
        read = look(&desktop.screenshot(&format!("server-{code}")));
        read.is_some()
    });
    read.expect("what was read")
}

fn look(screenshot: &Path) -> Option<String> {
    let screen = image::open(screenshot).ok()?.to_luma8();
    let (width, height) = (screen.width() as usize, screen.height() as usize);
    let grey = |x, y| screen.get_pixel(x as u32, y as u32).0[0];
    let mut screen = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let (_, text) = screen.detect_grids().first()?.decode().ok()?;
    Some(text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_home_network_is_let_in_by_a_switch_and_a_phone_signs_in_by_a_code() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    listen_there(&desktop);
    let photo = draw(&desktop, "family.png", 300, 200);
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    window.until("a finished row", &count_is(DONE, 1)).await;

    // Access from the network requires a password, so one is set first.
    open_to_the_network(&window).await;
    for field in ["new-password", "again"] {
        let selector = format!("dialog input[name={field}]");
        window.write(&selector, "Correct horse 1").await;
    }
    window.press("[data-action=set-owner-password]").await;
    let address = "return document.querySelector('[data-address=number]')?.innerText";
    let base = window.until("the address on the network", address).await;
    let base = base.as_str().expect("an address").to_owned();
    assert!(base.starts_with(&format!("http://{LISTEN}:")), "{base}");

    // A code for a camera: first of the page, then one that signs in, once.
    let code = scanned(&window, &desktop, "address").await;
    assert_eq!(code, format!("{base}/"));
    window.press("[data-action=invite]").await;
    let code = scanned(&window, &desktop, "sign-in").await;
    let (page, token) = code
        .split_once("/#/sign-in/")
        .expect("a link that signs in");
    assert_eq!(page, base);
    assert_eq!(sign_in(page, token).await, 200);
    assert_eq!(sign_in(page, token).await, 401, "it works once");

    // Links of pictures that were there before follow.
    window.ask("location.hash = '#/'").await;
    let link = window.until("the row's new link", &link_with(LISTEN)).await;
    let link = link.as_str().expect("a link").to_owned();
    assert!(fetch(&link).await == fs::read(&photo).expect("the picture"));

    // And back: the network cannot connect any more, this computer can.
    window.ask("location.hash = '#/server'").await;
    window.press("input[data-switch=reach]").await;
    window
        .until(
            "the network to be left alone",
            "return !document.querySelector('[data-address]')",
        )
        .await;
    assert!(http().get(&link).send().await.is_err(), "{link} is closed");
    window.ask("location.hash = '#/'").await;
    let link = window
        .until("the row's old link", &link_with("127.0.0.1"))
        .await;
    assert!(fetch(link.as_str().expect("a link")).await == fs::read(&photo).expect("the picture"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn on_a_network_that_it_was_never_opened_on_the_app_warns() {
    let _alone = one_window_at_a_time().await;
    let mut desktop = Session::start();
    listen_there(&desktop);
    let mut networks = desktop.join_network();
    let window = Window::open(&desktop).await;
    set_password(&window).await;
    open_to_the_network(&window).await;
    let open = "return !!document.querySelector('[data-address=number]')";
    window.until("the address on the network", open).await;
    let warned = "return !!document.querySelector('[data-warning=stranger]')";
    assert_eq!(window.ask(warned).await, false, "it was opened on this one");

    writeln!(networks, "Airport").expect("another network");
    window.until("a warning", warned).await;
    desktop.screenshot("server-warning");
    window.press("[data-action=allow-network]").await;
    let calm = "return !document.querySelector('[data-warning]')";
    window.until("the warning to go", calm).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_server_is_switched_off_and_on_and_pictures_wait_meanwhile() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let photo = draw(&desktop, "patient.png", 300, 200);
    let window = Window::open(&desktop).await;
    window.ask("location.hash = '#/server'").await;
    window.press("input[data-switch=serving]").await;
    window
        .until(
            "the server to be off",
            "return !document.querySelector('[data-card=reach]')",
        )
        .await;
    window.ask("location.hash = '#/'").await;
    drop_files(&desktop, "Vitrine", std::slice::from_ref(&photo));
    let waiting = count_is("li[data-row][data-state=waiting]", 1);
    window.until("a row that waits", &waiting).await;
    window.ask("location.hash = '#/server'").await;
    window.press("input[data-switch=serving]").await;
    window.ask("location.hash = '#/'").await;
    window.until("a finished row", &count_is(DONE, 1)).await;
}

/// As the page does it; there is none yet.
pub async fn set_password(window: &Window) {
    let script = "const done = window.passwordSet; \
         if (done === undefined) { \
             window.passwordSet = null; \
             fetch('app://localhost/api/dashboard/account', { \
                 method: 'PATCH', \
                 headers: { 'content-type': 'application/json' }, \
                 body: JSON.stringify({ password: 'Correct horse 1' }) \
             }).then((answer) => { window.passwordSet = answer.ok || undefined; }, () => { window.passwordSet = undefined; }); \
         } \
         return done";
    window.until("the password to be set", script).await;
}

async fn sign_in(base: &str, link: &str) -> u16 {
    let answer = http()
        .post(format!("{base}/api/dashboard/session"))
        .header("content-type", "application/json")
        .header("origin", base)
        .body(json!({ "link": link }).to_string())
        .send()
        .await
        .expect("an answer");
    answer.status().as_u16()
}

/// The row's link, once it is at this address.
fn link_with(host: &str) -> String {
    let host = Value::from(host);
    format!(
        "const link = document.querySelector('{DONE} button[data-copy=original]')?.dataset.url; \
         return link?.includes({host}) ? link : null"
    )
}
