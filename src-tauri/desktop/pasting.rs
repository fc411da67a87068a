//! Paste and upload: copied files, else a copied picture, else the address of one.

use uploader::Source;
use uploader::courtesy::Way;

use crate::clipboard::Pasted;
use crate::events::Notice;
use crate::uploads::{self, Given};
use crate::vitrine::Vitrine;

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
    uploads::take_in(app, sources, Given::by(Way::Pasted)).await;
}
