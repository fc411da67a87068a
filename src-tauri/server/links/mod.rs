//! From an image to its public addresses: made when asked, never stored, so that they follow the
//! address the server is reached by.

pub mod chevereto;
pub(crate) mod slug;

use library::{Image, ImgshareName, Signer};

pub use slug::slug;

/// `{base}/{id}`.
pub fn short(base: &str, image: &Image) -> String {
    format!("{base}/{}", image.short)
}

/// `{base}/{id}/{width}` for every offered width that is smaller than the picture, ascending.
pub fn sizes(base: &str, image: &Image) -> Vec<(u32, String)> {
    image
        .widths()
        .map(|width| (width, format!("{base}/{}/{width}", image.short)))
        .collect()
}

/// `{base}/img/{account}/{file}`: in IMGSHARE, the bytes as they came.
pub fn native(base: &str, account: &str, name: &ImgshareName) -> String {
    let ImgshareName { stem, extension } = name;
    format!("{base}/img/{account}/{stem}.{extension}")
}

/// `{base}/img/{account}/{size}/{stem}.jpg`.
pub fn reduction(base: &str, account: &str, size: &str, name: &ImgshareName) -> String {
    format!("{base}/img/{account}/{size}/{}.jpg", name.stem)
}

/// What the paths of signed addresses begin with: `/t/{client}`.
pub fn delivery(signer: &Signer) -> String {
    format!("/t/{}", signer.client)
}

/// `{base}/t/{client}/{signature}/{transform}/{id}.{extension}`, the transform in its canonical text.
pub fn signed(
    base: &str,
    signer: &Signer,
    image: &Image,
    transform: &str,
    extension: &str,
) -> String {
    let (delivery, signature) = (delivery(signer), signer.sign(&image.id, transform));
    format!(
        "{base}{delivery}/{signature}/{transform}/{}.{extension}",
        image.id
    )
}

/// `{base}/image/{id}.{extension}`: in Slink, the whole picture.
pub fn by_id(base: &str, image: &Image) -> String {
    format!("{base}/image/{}.{}", image.id, image.extension)
}

/// `{base}/image/{id}_thumbnail.{extension}`.
pub fn thumbnail_by_id(base: &str, image: &Image) -> String {
    format!("{base}/image/{}_thumbnail.{}", image.id, image.extension)
}
