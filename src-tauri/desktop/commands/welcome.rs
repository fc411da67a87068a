//! The welcome: what it shows of links, and that it was gone through.

use std::collections::BTreeMap;

use serde::Serialize;
use uploader::links::{self, LinkContext, LinkSelection};

use super::{App, CommandError};
use crate::settings::{CopyFormat, CopySelection, CopySettings};
use crate::targets;

/// It does not come again by itself.
#[tauri::command]
pub async fn welcomed(app: App<'_>) -> Result<(), CommandError> {
    app.change_settings(|settings| settings.welcomed = true)
}

/// A link as the clipboard would hold it.
#[derive(Serialize)]
pub struct LinkExample {
    how: CopyFormat,
    text: String,
}

/// One link of a made-up picture at the usual target, written in every way.
#[tauri::command]
pub async fn examples(
    app: App<'_>,
    what: CopySelection,
    size: u32,
) -> Result<Vec<LinkExample>, ()> {
    let settings = app.settings.get();
    let base = targets::default_link_base(&app, &settings);
    let picture = example_context(&base);
    Ok(CopyFormat::ALL
        .into_iter()
        .map(|how| {
            let copy = CopySettings { what, size, how };
            let what = match copy.selection() {
                // The others are written like the first.
                LinkSelection::All => LinkSelection::Original,
                one => one,
            };
            let how = copy.format(&settings.template);
            LinkExample {
                how: copy.how,
                text: links::write_links(&picture, what, &how),
            }
        })
        .collect())
}

fn example_context(base: &str) -> LinkContext {
    const ID: &str = "a7xK9mPq2w";
    let sizes = [200, 400, 800, 1200].map(|width| (width, format!("{base}/{ID}/{width}")));
    LinkContext {
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
