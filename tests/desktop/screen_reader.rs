//! What the window reports to screen readers through the accessibility bus.

use std::path::Path;

use serde_json::Value;

use crate::drag::drop_files;
use crate::pictures::draw;
use crate::session::{Session, wait_until};
use crate::webdriver::Window;
use crate::{DONE, count_is, one_window_at_a_time};

/// The accessible page, if there is one now.
fn heard(desktop: &Session) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/screen_reader.py");
    let output = desktop.try_run(
        "/usr/bin/python3",
        &[script.as_os_str(), "vitrine-desktop".as_ref()],
    );
    let window: Value = serde_json::from_slice(&output.stdout).ok()?;
    let page = things(&window, &|thing| thing["role"] == "document web");
    page.first().map(|page| (*page).clone())
}

/// All of these that are within, from the top to the bottom.
fn things<'a>(within: &'a Value, are: &dyn Fn(&Value) -> bool) -> Vec<&'a Value> {
    let parts = within["within"].as_array().into_iter().flatten();
    let mut found = Vec::new();
    for part in parts {
        found.extend(are(part).then_some(part));
        found.extend(things(part, are));
    }
    found
}

fn text<'a>(thing: &'a Value, of: &str) -> &'a str {
    thing[of].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_screen_reader_receives_every_upload_and_every_action() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let pictures = [("harbour.png", 300), ("meadow.png", 320)];
    let pictures = pictures.map(|(name, width)| draw(&desktop, name, width, 200));
    let window = Window::open(&desktop).await;
    drop_files(&desktop, "Vitrine", &pictures);
    window.until("finished rows", &count_is(DONE, 2)).await;

    let list = |page: &Value| {
        let lists = things(page, &|thing| {
            thing["role"] == "list" && thing["name"] == "Your pictures, newest first"
        });
        lists.first().map(|list| (*list).clone())
    };
    let is_row = |thing: &Value| thing["role"] == "list item";
    let mut page = Value::Null;
    wait_until("a list of two uploads to be reported", || {
        page = heard(&desktop).unwrap_or_default();
        list(&page).is_some_and(|list| things(&list, &is_row).len() == 2)
    });

    // Which picture a row is about, it says itself.
    let list = list(&page).expect("the list");
    for (row, picture) in things(&list, &is_row)
        .iter()
        .zip(["meadow.png", "harbour.png"])
    {
        let name = text(row, "name");
        assert!(name.starts_with(picture), "{name}");
    }

    // Whatever can be reached by keys is something, and called something.
    for thing in things(&page, &|thing| thing["focusable"] == true) {
        let (name, role) = (text(thing, "name"), text(thing, "role"));
        let odd = ["", "unknown", "invalid", "filler", "panel", "section"];
        assert!(!name.trim().is_empty() && !odd.contains(&role), "{thing}");
    }

    // What looks like a button is one, and has its label as its name. WebKit has menus' buttons as combo boxes.
    let seen = "return [...document.querySelectorAll('main button')] \
        .filter((button) => button.checkVisibility()).map((button) => button.innerText)";
    let seen = window.ask(seen).await;
    let seen = seen.as_array().expect("the words on the buttons");
    let screen = things(&page, &|thing| thing["attributes"]["tag"] == "main");
    let is_button =
        |thing: &Value| thing["role"] == "push button" || thing["attributes"]["haspopup"] == "menu";
    let buttons = things(screen.first().expect("the screen"), &is_button);
    assert_eq!(buttons.len(), seen.len(), "{seen:?} {buttons:?}");
    for (button, seen) in buttons.iter().zip(seen) {
        let name = text(button, "name").to_lowercase();
        let seen = seen.as_str().unwrap_or_default().to_lowercase();
        let called: Vec<_> = name.split_whitespace().collect();
        let said = seen.split_whitespace().all(|word| called.contains(&word));
        assert!(said, "what says {seen:?} is called {name:?}");
    }

    // And there is a live region for announcements.
    let is_live = |thing: &Value| thing["attributes"]["live"] == "polite";
    assert!(!things(&page, &is_live).is_empty(), "{page}");
}
