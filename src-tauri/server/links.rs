//! From an image to its public addresses: made when asked, never stored, so that they follow the
//! address the server is reached by.

use library::Image;

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
