//! From an image to its public addresses: made when asked, never stored, so that they follow the
//! address the server is reached by.

pub mod chevereto;
mod slug;

use library::{Image, Signer};

use crate::aliases::imgshare::ImgshareAlias;

pub use slug::slugify;

/// `{base}/{id}`.
pub fn short_url(base: &str, image: &Image) -> String {
    format!("{base}/{}", image.short_name)
}

/// `{base}/{id}/{width}` for every offered width that is smaller than the picture, ascending.
pub fn size_urls(base: &str, image: &Image) -> Vec<(u32, String)> {
    image
        .offered_widths()
        .map(|width| (width, format!("{base}/{}/{width}", image.short_name)))
        .collect()
}

/// `{base}/img/{account}/{file}`: in IMGSHARE, the bytes as they came.
pub fn imgshare_url(base: &str, account: &str, name: &ImgshareAlias) -> String {
    let ImgshareAlias { stem, extension } = name;
    format!("{base}/img/{account}/{stem}.{extension}")
}

/// `{base}/img/{account}/{size}/{stem}.jpg`.
pub fn imgshare_size_url(base: &str, account: &str, size: &str, name: &ImgshareAlias) -> String {
    format!("{base}/img/{account}/{size}/{}.jpg", name.stem)
}

/// What the paths of signed addresses begin with: `/t/{client}`.
pub fn signed_path_prefix(signer: &Signer) -> String {
    format!("/t/{}", signer.client)
}

/// `{base}/t/{client}/{signature}/{transform}/{id}.{extension}`, the transform in its canonical text.
pub fn signed_url(
    base: &str,
    signer: &Signer,
    image: &Image,
    transform: &str,
    extension: &str,
) -> String {
    let (delivery, signature) = (
        signed_path_prefix(signer),
        signer.sign(&image.id, transform),
    );
    format!(
        "{base}{delivery}/{signature}/{transform}/{}.{extension}",
        image.id
    )
}

/// `{base}/image/{id}.{extension}`: in Slink, the whole picture.
pub fn slink_url(base: &str, image: &Image) -> String {
    format!("{base}/image/{}.{}", image.id, image.extension)
}

/// `{base}/image/{id}_thumbnail.{extension}`.
pub fn slink_thumbnail_url(base: &str, image: &Image) -> String {
    format!("{base}/image/{}_thumbnail.{}", image.id, image.extension)
}
