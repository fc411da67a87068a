//! Pictures in pages: those that let the browser choose among their sizes, and the flavour for pasting into text.

use super::escaping::percent_encode;
use super::{LinkContext, LinkSelection, escape_attribute};

/// How wide a responsive picture is shown at most, unless a size was chosen: the usual column of text.
const COLUMN_WIDTH: u32 = 800;

/// An `<img>` with all sizes.
pub(super) fn responsive_img(context: &LinkContext, selection: LinkSelection) -> String {
    let ResponsiveParts {
        fallback,
        candidates,
        sizes,
        alt,
    } = ResponsiveParts::new(context, selection);
    format!("<img src=\"{fallback}\" srcset=\"{candidates}\" sizes=\"{sizes}\" alt=\"{alt}\">")
}

/// A `<picture>` with all sizes as its source, which reserves its place while it loads.
pub(super) fn picture_element(context: &LinkContext, selection: LinkSelection) -> String {
    let ResponsiveParts {
        fallback,
        candidates,
        sizes,
        alt,
    } = ResponsiveParts::new(context, selection);
    let (width, height) = (context.width, context.height);
    format!(
        "<picture><source srcset=\"{candidates}\" sizes=\"{sizes}\"><img src=\"{fallback}\" alt=\"{alt}\" \
         width=\"{width}\" height=\"{height}\"></picture>"
    )
}

/// The flavour of the links for where text with pictures in it is pasted: one `<img>` each.
pub fn html_flavour(pictures: &[LinkContext], selection: LinkSelection) -> String {
    let img_element = |linked: &LinkContext| {
        // Of several sizes of one picture only one is wanted in a page.
        let url = match selection {
            LinkSelection::Size(width) => linked.url_for_width(width),
            LinkSelection::All | LinkSelection::Original => &linked.original,
        };
        format!(
            "<img src=\"{}\" alt=\"{}\">",
            escape_attribute(url),
            escape_attribute(&linked.alt_text())
        )
    };
    pictures
        .iter()
        .map(img_element)
        .collect::<Vec<_>>()
        .join("\n")
}

struct ResponsiveParts {
    fallback: String,
    candidates: String,
    sizes: String,
    alt: String,
}

impl ResponsiveParts {
    fn new(context: &LinkContext, selection: LinkSelection) -> ResponsiveParts {
        let requested_width = match selection {
            LinkSelection::Size(width) => width,
            LinkSelection::All | LinkSelection::Original => COLUMN_WIDTH,
        };
        let displayed_width = requested_width.min(context.width);
        let candidates = context
            .sizes
            .iter()
            .map(|(width, url)| (*width, url))
            .chain(std::iter::once((context.width, &context.original)))
            // A comma at the end of an address would be read as the end of the candidate.
            .map(|(width, url)| {
                format!("{} {width}w", escape_attribute(&percent_encode(url, ", ")))
            })
            .collect::<Vec<_>>();
        ResponsiveParts {
            fallback: escape_attribute(context.url_for_width(requested_width)),
            candidates: candidates.join(", "),
            sizes: format!("(max-width: {displayed_width}px) 100vw, {displayed_width}px"),
            alt: escape_attribute(&context.alt_text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UploadResult;
    use crate::links::{LinkFormat, write_links};

    fn example_context() -> LinkContext {
        let uploaded = UploadResult {
            original: "https://h/a?b=1&c".into(),
            sizes: [(200, "https://h/a/200".to_owned())].into(),
            ..UploadResult::default()
        };
        LinkContext::new("my \"cat\".png", 600, 300, &uploaded)
    }

    #[test]
    fn a_picture_element_has_sizes_dimensions_and_alt_text() {
        let expected = "<picture><source srcset=\"https://h/a/200 200w, https://h/a?b=1&amp;c 600w\" \
                        sizes=\"(max-width: 200px) 100vw, 200px\"><img src=\"https://h/a/200\" \
                        alt=\"my &quot;cat&quot;\" width=\"600\" height=\"300\"></picture>";
        assert_eq!(
            write_links(
                &example_context(),
                LinkSelection::Size(200),
                &LinkFormat::Picture
            ),
            expected
        );
    }

    #[test]
    fn the_html_flavour_is_one_image_for_each_picture() {
        let one = "<img src=\"https://h/a?b=1&amp;c\" alt=\"my &quot;cat&quot;\">";
        let flavour = html_flavour(&[example_context(), example_context()], LinkSelection::All);
        assert_eq!(flavour, format!("{one}\n{one}"));
        assert!(
            html_flavour(&[example_context()], LinkSelection::Size(200))
                .contains("https://h/a/200")
        );
    }
}
