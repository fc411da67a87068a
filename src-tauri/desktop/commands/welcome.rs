//! The welcome: what it shows of links, and that it was gone through.

use std::collections::BTreeMap;

use serde::Serialize;
use uploader::links::{self, Linked, What};

use super::{App, Refusal};
use crate::settings::{CopyChoice, CopyHow, CopyWhat};
use crate::targets;

/// It does not come again by itself.
#[tauri::command]
pub async fn welcomed(app: App<'_>) -> Result<(), Refusal> {
    app.change(|settings| settings.welcomed = true)
}

/// A link as the clipboard would hold it.
#[derive(Serialize)]
pub struct Example {
    how: CopyHow,
    text: String,
}

/// One link of a made-up picture at the usual target, written in every way.
#[tauri::command]
pub async fn examples(app: App<'_>, what: CopyWhat, size: u32) -> Result<Vec<Example>, ()> {
    let settings = app.settings.get();
    let base = targets::base(&app, &settings);
    let picture = made_up(&base);
    Ok(CopyHow::ALL
        .into_iter()
        .map(|how| {
            let copy = CopyChoice { what, size, how };
            let what = match copy.what() {
                // The others are written like the first.
                What::All => What::Original,
                one => one,
            };
            let how = copy.how(&settings.template);
            Example {
                how: copy.how,
                text: links::write(&picture, what, &how),
            }
        })
        .collect())
}

fn made_up(base: &str) -> Linked {
    const ID: &str = "a7xK9mPq2w";
    let sizes = [200, 400, 800, 1200].map(|width| (width, format!("{base}/{ID}/{width}")));
    Linked {
        name: "harbour.jpg".to_owned(),
        alt: None,
        id: Some(ID.to_owned()),
        width: 1600,
        height: 1200,
        original: format!("{base}/{ID}/original"),
        sizes: BTreeMap::from(sizes),
        page: None,
        thumbnail: None,
        delete: None,
    }
}
