//! Uploads the clipboard: copied files, else a copied picture, else the picture at a copied web address.

use uploader::Source;
use uploader::clipboard_policy::UploadSource;

use crate::context::AppContext;
use crate::shell::clipboard::ClipboardContents;
use crate::uploads::intake::{ImportOptions, import_pictures};
use crate::view::notice::Notice;

/// The file name of a picture from the clipboard.
const PASTED_FILE_NAME: &str = "pasted.png";

pub async fn upload_clipboard(context: &AppContext) {
    let sources = match context.clipboard.read_contents().await {
        ClipboardContents::Files(paths) => paths.into_iter().map(Source::File).collect(),
        ClipboardContents::Picture(bytes) => vec![Source::Bytes {
            name: PASTED_FILE_NAME.to_owned(),
            bytes,
        }],
        ClipboardContents::Address(address) => vec![Source::Web(address)],
        ClipboardContents::Empty => {
            context.events.notify(Notice::new("nothing_to_paste"));
            return;
        }
    };
    import_pictures(context, sources, ImportOptions::new(UploadSource::Pasted)).await;
}
