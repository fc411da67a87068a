//! Links as they are pasted: which of the addresses of a picture, in which format.

mod context;
mod escaping;
mod responsive;
pub(crate) mod upload_result;

pub use context::{LinkContext, LinkFormat, LinkSelection};
pub(crate) use escaping::{escape_attribute, to_single_line};
use escaping::{escape_markdown, percent_encode};
pub use responsive::html_flavour;

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
    use crate::UploadResult;

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
