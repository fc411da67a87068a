//! Commands of the welcome: sample links, and that it was finished.

use std::collections::BTreeMap;

use serde::Serialize;
use uploader::links::{self, LinkContext, LinkSelection};

use crate::context::AppContext;
use crate::error::CommandError;
use crate::managed::Managed;
use crate::network::link_base::LinkBase;
use crate::settings::{CopyFormat, CopySelection, CopySettings};
use crate::targets::default_link_base;

/// The welcome is not shown again.
#[tauri::command]
pub async fn finish_welcome(context: Managed<'_, AppContext>) -> Result<(), CommandError> {
    context
        .settings
        .update(|settings| settings.welcomed = true)?;
    Ok(())
}

/// A sample link in one format.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LinkExample {
    how: CopyFormat,
    text: String,
}

/// A sample link at the default target in every format.
#[tauri::command]
pub async fn link_examples(
    context: Managed<'_, AppContext>,
    link_base: Managed<'_, LinkBase>,
    what: CopySelection,
    size: u32,
) -> Result<Vec<LinkExample>, ()> {
    let settings = context.settings.get();
    let picture = example_context(&default_link_base(&settings, &link_base));
    let example = |how| {
        let copy = CopySettings { what, size, how };
        let selection = match copy.selection() {
            // The links of sizes look the same.
            LinkSelection::All => LinkSelection::Original,
            selection => selection,
        };
        let format = copy.format(&settings.template);
        LinkExample {
            how,
            text: links::write_links(&picture, selection, &format),
        }
    };
    Ok(CopyFormat::ALL.into_iter().map(example).collect())
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
