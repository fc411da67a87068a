//! Pictures in pages: those that let the browser choose among their sizes, and the flavour for pasting into text.

use super::{Linked, What, attribute, without};

/// How wide a responsive picture is shown at most, unless a size was chosen: the usual column of text.
const COLUMN: u32 = 800;

/// An `<img>` with all sizes.
pub(super) fn img(linked: &Linked, what: What) -> String {
    let Parts {
        fallback,
        candidates,
        sizes,
        alt,
    } = Parts::of(linked, what);
    format!("<img src=\"{fallback}\" srcset=\"{candidates}\" sizes=\"{sizes}\" alt=\"{alt}\">")
}

/// A `<picture>` with all sizes as its source, which reserves its place while it loads.
pub(super) fn picture(linked: &Linked, what: What) -> String {
    let Parts {
        fallback,
        candidates,
        sizes,
        alt,
    } = Parts::of(linked, what);
    let (width, height) = (linked.width, linked.height);
    format!(
        "<picture><source srcset=\"{candidates}\" sizes=\"{sizes}\"><img src=\"{fallback}\" alt=\"{alt}\" \
         width=\"{width}\" height=\"{height}\"></picture>"
    )
}

/// The flavour of the links for where text with pictures in it is pasted: one `<img>` each.
pub fn html_flavour(pictures: &[Linked], what: What) -> String {
    let shown = |linked: &Linked| {
        // Of several sizes of one picture only one is wanted in a page.
        let url = match what {
            What::Size(width) => linked.size(width),
            What::All | What::Original => &linked.original,
        };
        format!(
            "<img src=\"{}\" alt=\"{}\">",
            attribute(url),
            attribute(&linked.alt())
        )
    };
    pictures.iter().map(shown).collect::<Vec<_>>().join("\n")
}

struct Parts {
    fallback: String,
    candidates: String,
    sizes: String,
    alt: String,
}

impl Parts {
    fn of(linked: &Linked, what: What) -> Parts {
        let wanted = match what {
            What::Size(width) => width,
            What::All | What::Original => COLUMN,
        };
        let shown = wanted.min(linked.width);
        let candidates = linked
            .sizes
            .iter()
            .map(|(width, url)| (*width, url))
            .chain(std::iter::once((linked.width, &linked.original)))
            // A comma at the end of an address would be read as the end of the candidate.
            .map(|(width, url)| format!("{} {width}w", attribute(&without(url, ", "))))
            .collect::<Vec<_>>();
        Parts {
            fallback: attribute(linked.size(wanted)),
            candidates: candidates.join(", "),
            sizes: format!("(max-width: {shown}px) 100vw, {shown}px"),
            alt: attribute(&linked.alt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Uploaded;
    use crate::links::{How, write};

    fn linked() -> Linked {
        let uploaded = Uploaded {
            original: "https://h/a?b=1&c".into(),
            sizes: [(200, "https://h/a/200".to_owned())].into(),
            ..Uploaded::default()
        };
        Linked::new("my \"cat\".png", 600, 300, &uploaded)
    }

    #[test]
    fn a_picture_element_has_its_sizes_its_place_and_its_words() {
        let expected = "<picture><source srcset=\"https://h/a/200 200w, https://h/a?b=1&amp;c 600w\" \
                        sizes=\"(max-width: 200px) 100vw, 200px\"><img src=\"https://h/a/200\" \
                        alt=\"my &quot;cat&quot;\" width=\"600\" height=\"300\"></picture>";
        assert_eq!(write(&linked(), What::Size(200), &How::Picture), expected);
    }

    #[test]
    fn the_html_flavour_is_one_image_for_each_picture() {
        let one = "<img src=\"https://h/a?b=1&amp;c\" alt=\"my &quot;cat&quot;\">";
        let flavour = html_flavour(&[linked(), linked()], What::All);
        assert_eq!(flavour, format!("{one}\n{one}"));
        assert!(html_flavour(&[linked()], What::Size(200)).contains("https://h/a/200"));
    }
}
