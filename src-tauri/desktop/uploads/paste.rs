//! Paste and upload: copied files, else a copied picture, else the address of one.

use uploader::Source;
use uploader::clipboard_policy::Way;

use crate::context::Vitrine;
use crate::events::Notice;
use crate::shell::clipboard::Pasted;
use crate::uploads::intake;
use crate::uploads::intake::Given;

/// A picture from the clipboard has no name of its own; links and rows show this one.
const NAME: &str = "pasted.png";

pub async fn paste(app: &Vitrine) {
    let sources = match app.clipboard.read().await {
        Pasted::Files(paths) => paths.into_iter().map(Source::File).collect(),
        Pasted::Picture(bytes) => vec![Source::Bytes {
            name: NAME.to_owned(),
            bytes,
        }],
        Pasted::Address(address) => vec![Source::Web(address)],
        Pasted::Nothing => {
            app.notice(Notice::of("nothing_to_paste"));
            return;
        }
    };
    intake::take_in(app, sources, Given::by(Way::Pasted)).await;
}
