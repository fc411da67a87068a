//! Paste and upload: copied files, else a copied picture, else the address of one.

use uploader::Source;
use uploader::clipboard_policy::UploadSource;

use crate::context::AppContext;
use crate::events::Notice;
use crate::shell::clipboard::ClipboardContents;
use crate::uploads::intake;
use crate::uploads::intake::ImportOptions;

/// A picture from the clipboard has no name of its own; links and rows show this one.
const PASTED_FILE_NAME: &str = "pasted.png";

pub async fn upload_clipboard(app: &AppContext) {
    let sources = match app.clipboard.read_contents().await {
        ClipboardContents::Files(paths) => paths.into_iter().map(Source::File).collect(),
        ClipboardContents::Picture(bytes) => vec![Source::Bytes {
            name: PASTED_FILE_NAME.to_owned(),
            bytes,
        }],
        ClipboardContents::Address(address) => vec![Source::Web(address)],
        ClipboardContents::Empty => {
            app.show_notice(Notice::new("nothing_to_paste"));
            return;
        }
    };
    intake::import_pictures(app, sources, ImportOptions::new(UploadSource::Pasted)).await;
}
