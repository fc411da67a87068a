//! The text that is pasted: which of a picture's addresses, written how.

mod escaping;
mod responsive;
pub(crate) mod upload_result;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::UploadResult;
pub(crate) use escaping::{escape_attribute, to_single_line};
use escaping::{escape_markdown, percent_encode};
pub use responsive::html_flavour;

/// Which addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkSelection {
    /// The original, then each size, smallest first.
    All,
    Original,
    /// The one this many pixels wide; the original where the picture is smaller than that.
    Size(u32),
}

/// Written how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFormat {
    Url,
    Markdown,
    Html,
    Bbcode,
    /// One `<img>` that lets the browser choose among all sizes.
    Srcset,
    /// The same as a `<picture>`, for pages that may want to put other formats before it.
    Picture,
    /// Text with `{url}`, `{url_200}` and so on, `{name}`, `{alt}`, `{width}`, `{height}`, `{id}`.
    Template(String),
}

/// A picture and its absolute addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkContext {
    /// The file's name, as it was given.
    pub name: String,
    /// What it shows, where somebody has said so.
    pub alt: Option<String>,
    pub id: Option<String>,
    /// Of what the original's link shows, in pixels.
    pub width: u32,
    pub height: u32,
    pub original: String,
    pub sizes: BTreeMap<u32, String>,
    /// A page that shows the picture, a small picture of it, and what takes it away again, where there are such.
    pub page: Option<String>,
    pub thumbnail: Option<String>,
    pub delete: Option<String>,
}

impl LinkContext {
    /// `uploaded` is absolute already ([`Uploaded::absolute`]); `width` and `height` are the picture's as it was sent.
    pub fn new(name: &str, width: u32, height: u32, uploaded: &UploadResult) -> LinkContext {
        let (displayed_width, displayed_height) = match uploaded.original_width {
            Some(displayed_width) if displayed_width < width => {
                let scaled = (u64::from(height) * u64::from(displayed_width)
                    + u64::from(width) / 2)
                    / u64::from(width);
                (
                    displayed_width,
                    u32::try_from(scaled).unwrap_or(height).max(1),
                )
            }
            _ => (width, height),
        };
        LinkContext {
            name: name.to_owned(),
            alt: None,
            id: uploaded.id.clone(),
            width: displayed_width,
            height: displayed_height,
            original: uploaded.original.clone(),
            sizes: uploaded.sizes.clone(),
            page: uploaded.page.clone(),
            thumbnail: uploaded.thumbnail.clone(),
            delete: uploaded.delete.clone(),
        }
    }

    /// The same, with what it shows.
    pub fn with_alt(self, alt: Option<String>) -> LinkContext {
        LinkContext { alt, ..self }
    }

    fn url_for_width(&self, width: u32) -> &str {
        self.sizes.get(&width).unwrap_or(&self.original)
    }

    fn selected_urls(&self, selection: LinkSelection) -> Vec<&str> {
        match selection {
            LinkSelection::All => std::iter::once(&self.original)
                .chain(self.sizes.values())
                .map(String::as_str)
                .collect(),
            LinkSelection::Original => vec![&self.original],
            LinkSelection::Size(width) => vec![self.url_for_width(width)],
        }
    }

    /// What stands for a picture where it cannot be seen, on one line: what it shows, or its name without the ending.
    fn alt_text(&self) -> String {
        if let Some(alt) = self
            .alt
            .as_deref()
            .map(to_single_line)
            .filter(|alt| !alt.is_empty())
        {
            return alt;
        }
        let name = to_single_line(&self.name);
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
            _ => name,
        }
    }
}

/// Writes the links of one picture; several links are one a line.
pub fn write_links(context: &LinkContext, selection: LinkSelection, format: &LinkFormat) -> String {
    let each = |line: &dyn Fn(&str) -> String| {
        context
            .selected_urls(selection)
            .into_iter()
            .map(line)
            .collect::<Vec<_>>()
            .join("\n")
    };
    match format {
        LinkFormat::Url => each(&|url| url.to_owned()),
        LinkFormat::Markdown => {
            let alt = escape_markdown(&context.alt_text());
            each(&|url| format!("![{alt}]({})", percent_encode(url, "()<>\\ ")))
        }
        LinkFormat::Html => {
            let alt = escape_attribute(&context.alt_text());
            each(&|url| format!("<img src=\"{}\" alt=\"{alt}\">", escape_attribute(url)))
        }
        LinkFormat::Bbcode => each(&|url| format!("[img]{}[/img]", percent_encode(url, "[] "))),
        LinkFormat::Srcset => responsive::responsive_img(context, selection),
        LinkFormat::Picture => responsive::picture_element(context, selection),
        LinkFormat::Template(template) => fill_template(template, context, selection),
    }
}

/// Writes the links of several pictures, in their order, one a line.
pub fn write_all_links(
    pictures: &[LinkContext],
    selection: LinkSelection,
    format: &LinkFormat,
) -> String {
    pictures
        .iter()
        .map(|linked| write_links(linked, selection, format))
        .collect::<Vec<_>>()
        .join("\n")
}

fn fill_template(template: &str, context: &LinkContext, selection: LinkSelection) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        match rest.find('}').and_then(|close| {
            Some((
                close,
                placeholder_value(&rest[1..close], context, selection)?,
            ))
        }) {
            Some((close, value)) => {
                text.push_str(&value);
                rest = &rest[close + 1..];
            }
            // No word of ours: the brace is the writer's own.
            None => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

fn placeholder_value(
    name: &str,
    context: &LinkContext,
    selection: LinkSelection,
) -> Option<String> {
    Some(match name {
        "url" => match selection {
            LinkSelection::Size(width) => context.url_for_width(width).to_owned(),
            LinkSelection::All | LinkSelection::Original => context.original.clone(),
        },
        "name" => to_single_line(&context.name),
        // The template alone knows what it is written into.
        "alt" => context.alt_text(),
        "width" => context.width.to_string(),
        "height" => context.height.to_string(),
        "id" => context.id.clone().unwrap_or_default(),
        _ => context
            .url_for_width(name.strip_prefix("url_")?.parse().ok()?)
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example_context(name: &str) -> LinkContext {
        LinkContext {
            name: name.into(),
            alt: None,
            id: Some("a7xK9mPq2w".into()),
            width: 600,
            height: 300,
            original: "https://h/a7xK9mPq2w".into(),
            sizes: [200, 400]
                .map(|width| (width, format!("https://h/a7xK9mPq2w/{width}")))
                .into(),
            page: None,
            thumbnail: None,
            delete: None,
        }
    }

    #[test]
    fn every_link_format_has_its_syntax() {
        let linked = example_context("cat.jpg");
        let cases = [
            (
                LinkSelection::All,
                LinkFormat::Url,
                "https://h/a7xK9mPq2w\nhttps://h/a7xK9mPq2w/200\nhttps://h/a7xK9mPq2w/400",
            ),
            (
                LinkSelection::Original,
                LinkFormat::Url,
                "https://h/a7xK9mPq2w",
            ),
            (
                LinkSelection::Size(400),
                LinkFormat::Url,
                "https://h/a7xK9mPq2w/400",
            ),
            (
                LinkSelection::Size(1600),
                LinkFormat::Url,
                "https://h/a7xK9mPq2w",
            ),
            (
                LinkSelection::Original,
                LinkFormat::Markdown,
                "![cat](https://h/a7xK9mPq2w)",
            ),
            (
                LinkSelection::All,
                LinkFormat::Markdown,
                "![cat](https://h/a7xK9mPq2w)\n![cat](https://h/a7xK9mPq2w/200)\n![cat](https://h/a7xK9mPq2w/400)",
            ),
            (
                LinkSelection::Size(200),
                LinkFormat::Html,
                "<img src=\"https://h/a7xK9mPq2w/200\" alt=\"cat\">",
            ),
            (
                LinkSelection::Original,
                LinkFormat::Bbcode,
                "[img]https://h/a7xK9mPq2w[/img]",
            ),
            (
                LinkSelection::All,
                LinkFormat::Srcset,
                "<img src=\"https://h/a7xK9mPq2w\" srcset=\"https://h/a7xK9mPq2w/200 200w, \
                 https://h/a7xK9mPq2w/400 400w, https://h/a7xK9mPq2w 600w\" \
                 sizes=\"(max-width: 600px) 100vw, 600px\" alt=\"cat\">",
            ),
            (
                LinkSelection::Size(400),
                LinkFormat::Srcset,
                "<img src=\"https://h/a7xK9mPq2w/400\" srcset=\"https://h/a7xK9mPq2w/200 200w, \
                 https://h/a7xK9mPq2w/400 400w, https://h/a7xK9mPq2w 600w\" \
                 sizes=\"(max-width: 400px) 100vw, 400px\" alt=\"cat\">",
            ),
            (
                LinkSelection::All,
                LinkFormat::Template(
                    "{name} {width}x{height} {id} {url} {url_200} {url_1600} {other} {".into(),
                ),
                "cat.jpg 600x300 a7xK9mPq2w https://h/a7xK9mPq2w https://h/a7xK9mPq2w/200 https://h/a7xK9mPq2w \
                 {other} {",
            ),
        ];
        for (what, how, expected) in cases {
            assert_eq!(
                write_links(&linked, what, &how),
                expected,
                "{what:?} {how:?}"
            );
        }
    }

    #[test]
    fn names_cannot_break_out_of_what_they_are_written_into() {
        let cases = [
            (
                LinkFormat::Markdown,
                "a](b)[c`\\<.png",
                "![a\\](b)\\[c\\`\\\\\\<](https://h/a7xK9mPq2w)",
            ),
            (
                LinkFormat::Markdown,
                "two\nlines.png",
                "![two lines](https://h/a7xK9mPq2w)",
            ),
            (
                LinkFormat::Markdown,
                "my_cat_2.png",
                "![my_cat_2](https://h/a7xK9mPq2w)",
            ),
            (
                LinkFormat::Markdown,
                ".png",
                "![.png](https://h/a7xK9mPq2w)",
            ),
            (
                LinkFormat::Html,
                "\"><script>&.png",
                "<img src=\"https://h/a7xK9mPq2w\" alt=\"&quot;&gt;&lt;script&gt;&amp;\">",
            ),
        ];
        for (how, name, expected) in cases {
            assert_eq!(
                write_links(&example_context(name), LinkSelection::Original, &how),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn alt_text_replaces_the_name_and_is_escaped_too() {
        let shown = "A cat [black],\n \"asleep\" <on> a\\b & `c`\r\n";
        let linked = example_context("IMG_1.jpg").with_alt(Some(shown.into()));
        let html = "alt=\"A cat [black], &quot;asleep&quot; &lt;on&gt; a\\b &amp; `c`\"";
        let plain = "A cat [black], \"asleep\" <on> a\\b & `c`";
        let cases = [
            (
                LinkFormat::Markdown,
                "![A cat \\[black\\], \"asleep\" \\<on> a\\\\b & \\`c\\`](https://h/a7xK9mPq2w)",
            ),
            (LinkFormat::Html, html),
            (LinkFormat::Srcset, html),
            (LinkFormat::Picture, html),
            (LinkFormat::Template("{alt} | {name}".into()), plain),
        ];
        for (how, expected) in cases {
            let written = write_links(&linked, LinkSelection::Original, &how);
            assert!(written.contains(expected), "{how:?}: {written}");
            assert!(!written.contains('\n'), "{how:?}: {written}");
        }
        assert!(
            html_flavour(std::slice::from_ref(&linked), LinkSelection::Original).contains(html)
        );
        for nothing in [None, Some("\n".to_owned())] {
            let written = write_links(
                &linked.clone().with_alt(nothing),
                LinkSelection::Original,
                &LinkFormat::Markdown,
            );
            assert!(written.starts_with("![IMG_1]("), "{written}");
        }
    }

    #[test]
    fn addresses_with_special_letters_still_end_where_they_should() {
        let mut linked = example_context("cat.jpg");
        linked.original = "https://h/a_(1)[2].png?x=1&y=2,".into();
        linked.sizes.clear();
        let cases = [
            (LinkFormat::Url, "https://h/a_(1)[2].png?x=1&y=2,"),
            (
                LinkFormat::Markdown,
                "![cat](https://h/a_%281%29[2].png?x=1&y=2,)",
            ),
            (
                LinkFormat::Html,
                "<img src=\"https://h/a_(1)[2].png?x=1&amp;y=2,\" alt=\"cat\">",
            ),
            (
                LinkFormat::Bbcode,
                "[img]https://h/a_(1)%5B2%5D.png?x=1&y=2,[/img]",
            ),
        ];
        for (how, expected) in cases {
            assert_eq!(write_links(&linked, LinkSelection::All, &how), expected);
        }
        assert!(
            write_links(&linked, LinkSelection::All, &LinkFormat::Srcset).contains("y=2%2C 600w")
        );
    }

    #[test]
    fn several_pictures_keep_their_order() {
        let text = write_all_links(
            &[example_context("a.png"), example_context("b.png")],
            LinkSelection::Original,
            &LinkFormat::Markdown,
        );
        assert_eq!(
            text,
            "![a](https://h/a7xK9mPq2w)\n![b](https://h/a7xK9mPq2w)"
        );
    }

    #[test]
    fn an_original_that_is_capped_says_how_wide_it_really_is() {
        let uploaded = UploadResult {
            original: "https://h/a".into(),
            original_width: Some(2400),
            ..UploadResult::default()
        };
        let linked = LinkContext::new("wide.jpg", 4800, 3000, &uploaded);
        assert_eq!((linked.width, linked.height), (2400, 1500));
        let linked = LinkContext::new("small.jpg", 10, 10, &uploaded);
        assert_eq!((linked.width, linked.height), (10, 10));
    }
}
