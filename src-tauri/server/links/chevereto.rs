//! Links of an image in Chevereto: its page, its files, and its delete link; built on demand, never stored. Made
//! when asked, never stored.

use library::Image;

use super::slug::page_slug;
use crate::aliases::chevereto::CheveretoAlias;

/// What a picture is called where it has no title.
pub fn display_title<'a>(image: &'a Image, name: &'a CheveretoAlias) -> &'a str {
    match image.title.as_str() {
        "" => &name.name,
        title => title,
    }
}

/// The page, from the host on.
pub fn page_path(base: &str, image: &Image, name: &CheveretoAlias) -> String {
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    let folder = base[after_scheme..]
        .find('/')
        .map(|at| &base[after_scheme + at..]);
    format!(
        "{}/image/{}",
        folder.unwrap_or_default(),
        page_name(image, name)
    )
}

pub fn page_url(base: &str, image: &Image, name: &CheveretoAlias) -> String {
    format!("{base}/image/{}", page_name(image, name))
}

fn page_name(image: &Image, name: &CheveretoAlias) -> String {
    match page_slug(display_title(image, name)) {
        Some(slug) => format!("{slug}.{}", name.code),
        None => name.code.clone(),
    }
}

pub fn short_url(base: &str, name: &CheveretoAlias) -> String {
    format!("{base}/image/{}", name.code)
}

/// `mark` is what stands before the ending of a smaller size's name: `.th`, `.md`, or nothing.
pub fn file_url(base: &str, name: &CheveretoAlias, mark: &str) -> String {
    format!("{base}/images/{}/{}", name.day, file_name(name, mark))
}

/// The last part of a file's address.
pub fn file_name(name: &CheveretoAlias, mark: &str) -> String {
    format!("{}{mark}.{}", name.name, name.extension)
}

/// Known only in the answer to the upload.
pub fn delete_url(base: &str, name: &CheveretoAlias) -> Option<String> {
    let password = name.password.as_ref()?;
    Some(format!("{base}/image/{}/delete/{password}", name.code))
}
