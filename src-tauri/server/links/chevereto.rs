//! The addresses of a picture in Chevereto: its page, its files, and the link that deletes it. Made when asked, never stored.

use library::{CheveretoName, Image};

use super::slug::page_slug;

/// What a picture is called where it has no title.
pub fn title<'a>(image: &'a Image, name: &'a CheveretoName) -> &'a str {
    match image.title.as_str() {
        "" => &name.name,
        title => title,
    }
}

/// The page, from the host on.
pub fn viewer_path(base: &str, image: &Image, name: &CheveretoName) -> String {
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    let folder = base[after_scheme..]
        .find('/')
        .map(|at| &base[after_scheme + at..]);
    format!("{}/image/{}", folder.unwrap_or_default(), page(image, name))
}

pub fn viewer(base: &str, image: &Image, name: &CheveretoName) -> String {
    format!("{base}/image/{}", page(image, name))
}

fn page(image: &Image, name: &CheveretoName) -> String {
    match page_slug(title(image, name)) {
        Some(slug) => format!("{slug}.{}", name.code),
        None => name.code.clone(),
    }
}

pub fn short(base: &str, name: &CheveretoName) -> String {
    format!("{base}/image/{}", name.code)
}

/// `mark` is what stands before the ending of a smaller size's name: `.th`, `.md`, or nothing.
pub fn file(base: &str, name: &CheveretoName, mark: &str) -> String {
    format!("{base}/images/{}/{}", name.day, file_name(name, mark))
}

/// The last part of a file's address.
pub fn file_name(name: &CheveretoName, mark: &str) -> String {
    format!("{}{mark}.{}", name.name, name.extension)
}

/// Known only in the answer to the upload.
pub fn delete(base: &str, name: &CheveretoName) -> Option<String> {
    let password = name.password.as_ref()?;
    Some(format!("{base}/image/{}/delete/{password}", name.code))
}
