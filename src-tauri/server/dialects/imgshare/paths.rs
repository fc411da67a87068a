//! The names of pictures as they stand in addresses: `/img/{account}/{file}` and `/img/{account}/{size}/{file}`.

use imaging::Transform;
use library::ImageName;

use crate::aliases::imgshare::{Size, original_name, sized_name};

/// The picture of which this is a size, and how that is made.
pub fn parse_size(account: &str, size: &str, file: &str) -> Option<(ImageName, Transform)> {
    let size = Size::from_name(size)?;
    Some((sized_name(account, file)?, size.transform()))
}

/// The picture that `own` account calls so: by its file name, or by an address of it or of one of its
/// reductions, whatever host that names. `None` for another account's.
pub fn parse(own: &str, text: &str) -> Option<ImageName> {
    let path = text.split(['?', '#']).next()?;
    let path = match path.split_once("://") {
        Some((_, after)) => after.split_once('/')?.1,
        None => path,
    };
    let mut parts = path.rsplit('/');
    let file = parts.next()?;
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => original_name(own, file),
        (Some(account), Some("img"), _) if account == own => original_name(own, file),
        (Some(size), Some(account), Some("img")) if account == own => {
            parse_size(own, size, file).map(|(name, _)| name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(extension: Option<&str>) -> Option<ImageName> {
        Some(ImageName::Alias {
            dialect: "imgshare",
            owner: Some("kitten".into()),
            key: match extension {
                Some(extension) => format!("20260214_foun.tain.{extension}"),
                None => "*/20260214_foun.tain.jpg".into(),
            },
        })
    }

    #[test]
    fn a_file_s_ending_is_behind_its_last_dot() {
        assert_eq!(
            original_name("kitten", "20260214_foun.tain.png"),
            name(Some("png"))
        );
        assert_eq!(original_name("kitten", "20260214_fountain"), None);
        // The key of a picture's sizes is no file name.
        assert_eq!(original_name("kitten", "*/20260214_foun.tain.jpg"), None);
    }

    #[test]
    fn reductions_are_three_and_jpegs() {
        for size in ["xga", "vga", "qvga"] {
            let found = parse_size("kitten", size, "20260214_foun.tain.jpg").unwrap();
            assert_eq!(Some(found.0), name(None));
        }
        for (size, file) in [
            ("XGA", "20260214_foun.tain.jpg"),
            ("svga", "20260214_foun.tain.jpg"),
            ("thumb", "20260214_foun.tain.jpg"),
            ("vga", "20260214_foun.tain.png"),
            ("vga", "20260214_foun.tain.jpeg"),
            ("vga", "20260214_foun.tain.JPG"),
            ("vga", "jpg"),
        ] {
            assert!(parse_size("kitten", size, file).is_none(), "{size}/{file}");
        }
    }

    #[test]
    fn an_image_to_delete_is_named_by_file_name_or_any_of_its_links() {
        for text in [
            "20260214_foun.tain.png",
            "/img/kitten/20260214_foun.tain.png",
            "img/kitten/20260214_foun.tain.png",
            "https://pictures.example/img/kitten/20260214_foun.tain.png",
            "http://nas:4870/below/img/kitten/20260214_foun.tain.png?a=/b#c/d",
        ] {
            assert_eq!(parse("kitten", text), name(Some("png")), "{text}");
        }
        for text in [
            "/img/kitten/xga/20260214_foun.tain.jpg",
            "/img/kitten/vga/20260214_foun.tain.jpg",
            "https://pictures.example/img/kitten/qvga/20260214_foun.tain.jpg",
        ] {
            assert_eq!(parse("kitten", text), name(None), "{text}");
        }
    }

    #[test]
    fn images_of_other_accounts_and_other_addresses_are_not_parsed() {
        for text in [
            "/img/reynard/20260214_fountain.jpg",
            "/img/reynard/xga/20260214_fountain.jpg",
            "/img/kitten/thumb/20260214_fountain.jpg",
            "/img/kitten/xga/20260214_fountain.png",
            "/img/img/kitten/20260214_fountain.png/",
            "https://kitten",
            "https://img/kitten/20260214_fountain.png",
            "kitten/20260214_fountain.png",
            "fountain",
            "/",
            "",
            "..",
            "https://",
        ] {
            assert_eq!(parse("kitten", text), None, "{text}");
        }
    }
}
