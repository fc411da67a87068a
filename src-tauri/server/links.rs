//! From an image to its public addresses: made when asked, never stored, so that they follow the
//! address the server is reached by.

use library::{Image, Signer};

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
