//! The text that is pasted: which of a picture's addresses, written how.

mod escaping;
mod responsive;
pub(crate) mod upload_result;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Uploaded;
pub(crate) use escaping::{attribute, one_line};
use escaping::{markdown_text, without};
pub use responsive::html_flavour;

/// Which addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The original, then each size, smallest first.
    All,
    Original,
    /// The one this many pixels wide; the original where the picture is smaller than that.
    Size(u32),
}

/// Written how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
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
pub struct Linked {
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

impl Linked {
    /// `uploaded` is absolute already ([`Uploaded::absolute`]); `width` and `height` are the picture's as it was sent.
    pub fn new(name: &str, width: u32, height: u32, uploaded: &Uploaded) -> Linked {
        let (shown_width, shown_height) = match uploaded.original_width {
            Some(shown) if shown < width => {
                let scaled = (u64::from(height) * u64::from(shown) + u64::from(width) / 2)
                    / u64::from(width);
                (shown, u32::try_from(scaled).unwrap_or(height).max(1))
            }
            _ => (width, height),
        };
        Linked {
            name: name.to_owned(),
            alt: None,
            id: uploaded.id.clone(),
            width: shown_width,
            height: shown_height,
            original: uploaded.original.clone(),
            sizes: uploaded.sizes.clone(),
            page: uploaded.page.clone(),
            thumbnail: uploaded.thumbnail.clone(),
            delete: uploaded.delete.clone(),
        }
    }

    /// The same, with what it shows.
    pub fn showing(self, alt: Option<String>) -> Linked {
        Linked { alt, ..self }
    }

    fn size(&self, width: u32) -> &str {
        self.sizes.get(&width).unwrap_or(&self.original)
    }

    fn chosen(&self, what: What) -> Vec<&str> {
        match what {
            What::All => std::iter::once(&self.original)
                .chain(self.sizes.values())
                .map(String::as_str)
                .collect(),
            What::Original => vec![&self.original],
            What::Size(width) => vec![self.size(width)],
        }
    }

    /// What stands for a picture where it cannot be seen, on one line: what it shows, or its name without the ending.
    fn alt(&self) -> String {
        if let Some(alt) = self
            .alt
            .as_deref()
            .map(one_line)
            .filter(|alt| !alt.is_empty())
        {
            return alt;
        }
        let name = one_line(&self.name);
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
            _ => name,
        }
    }
}

/// Writes the links of one picture; several links are one a line.
pub fn write(linked: &Linked, what: What, how: &How) -> String {
    let each = |line: &dyn Fn(&str) -> String| {
        linked
            .chosen(what)
            .into_iter()
            .map(line)
            .collect::<Vec<_>>()
            .join("\n")
    };
    match how {
        How::Url => each(&|url| url.to_owned()),
        How::Markdown => {
            let alt = markdown_text(&linked.alt());
            each(&|url| format!("![{alt}]({})", without(url, "()<>\\ ")))
        }
        How::Html => {
            let alt = attribute(&linked.alt());
            each(&|url| format!("<img src=\"{}\" alt=\"{alt}\">", attribute(url)))
        }
        How::Bbcode => each(&|url| format!("[img]{}[/img]", without(url, "[] "))),
        How::Srcset => responsive::img(linked, what),
        How::Picture => responsive::picture(linked, what),
        How::Template(template) => fill(template, linked, what),
    }
}

/// Writes the links of several pictures, in their order, one a line.
pub fn write_all(pictures: &[Linked], what: What, how: &How) -> String {
    pictures
        .iter()
        .map(|linked| write(linked, what, how))
        .collect::<Vec<_>>()
        .join("\n")
}

fn fill(template: &str, linked: &Linked, what: What) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        match rest
            .find('}')
            .and_then(|close| Some((close, word(&rest[1..close], linked, what)?)))
        {
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

fn word(name: &str, linked: &Linked, what: What) -> Option<String> {
    Some(match name {
        "url" => match what {
            What::Size(width) => linked.size(width).to_owned(),
            What::All | What::Original => linked.original.clone(),
        },
        "name" => one_line(&linked.name),
        // The template alone knows what it is written into.
        "alt" => linked.alt(),
        "width" => linked.width.to_string(),
        "height" => linked.height.to_string(),
        "id" => linked.id.clone().unwrap_or_default(),
        _ => linked
            .size(name.strip_prefix("url_")?.parse().ok()?)
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(name: &str) -> Linked {
        Linked {
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
    fn every_way_of_writing_has_its_form() {
        let linked = picture("cat.jpg");
        let cases = [
            (
                What::All,
                How::Url,
                "https://h/a7xK9mPq2w\nhttps://h/a7xK9mPq2w/200\nhttps://h/a7xK9mPq2w/400",
            ),
            (What::Original, How::Url, "https://h/a7xK9mPq2w"),
            (What::Size(400), How::Url, "https://h/a7xK9mPq2w/400"),
            (What::Size(1600), How::Url, "https://h/a7xK9mPq2w"),
            (
                What::Original,
                How::Markdown,
                "![cat](https://h/a7xK9mPq2w)",
            ),
            (
                What::All,
                How::Markdown,
                "![cat](https://h/a7xK9mPq2w)\n![cat](https://h/a7xK9mPq2w/200)\n![cat](https://h/a7xK9mPq2w/400)",
            ),
            (
                What::Size(200),
                How::Html,
                "<img src=\"https://h/a7xK9mPq2w/200\" alt=\"cat\">",
            ),
            (
                What::Original,
                How::Bbcode,
                "[img]https://h/a7xK9mPq2w[/img]",
            ),
            (
                What::All,
                How::Srcset,
                "<img src=\"https://h/a7xK9mPq2w\" srcset=\"https://h/a7xK9mPq2w/200 200w, \
                 https://h/a7xK9mPq2w/400 400w, https://h/a7xK9mPq2w 600w\" \
                 sizes=\"(max-width: 600px) 100vw, 600px\" alt=\"cat\">",
            ),
            (
                What::Size(400),
                How::Srcset,
                "<img src=\"https://h/a7xK9mPq2w/400\" srcset=\"https://h/a7xK9mPq2w/200 200w, \
                 https://h/a7xK9mPq2w/400 400w, https://h/a7xK9mPq2w 600w\" \
                 sizes=\"(max-width: 400px) 100vw, 400px\" alt=\"cat\">",
            ),
            (
                What::All,
                How::Template(
                    "{name} {width}x{height} {id} {url} {url_200} {url_1600} {other} {".into(),
                ),
                "cat.jpg 600x300 a7xK9mPq2w https://h/a7xK9mPq2w https://h/a7xK9mPq2w/200 https://h/a7xK9mPq2w \
                 {other} {",
            ),
        ];
        for (what, how, expected) in cases {
            assert_eq!(write(&linked, what, &how), expected, "{what:?} {how:?}");
        }
    }

    #[test]
    fn names_cannot_break_out_of_what_they_are_written_into() {
        let cases = [
            (
                How::Markdown,
                "a](b)[c`\\<.png",
                "![a\\](b)\\[c\\`\\\\\\<](https://h/a7xK9mPq2w)",
            ),
            (
                How::Markdown,
                "two\nlines.png",
                "![two lines](https://h/a7xK9mPq2w)",
            ),
            (
                How::Markdown,
                "my_cat_2.png",
                "![my_cat_2](https://h/a7xK9mPq2w)",
            ),
            (How::Markdown, ".png", "![.png](https://h/a7xK9mPq2w)"),
            (
                How::Html,
                "\"><script>&.png",
                "<img src=\"https://h/a7xK9mPq2w\" alt=\"&quot;&gt;&lt;script&gt;&amp;\">",
            ),
        ];
        for (how, name, expected) in cases {
            assert_eq!(
                write(&picture(name), What::Original, &how),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn what_a_picture_shows_stands_where_its_name_would_and_cannot_break_out_either() {
        let shown = "A cat [black],\n \"asleep\" <on> a\\b & `c`\r\n";
        let linked = picture("IMG_1.jpg").showing(Some(shown.into()));
        let html = "alt=\"A cat [black], &quot;asleep&quot; &lt;on&gt; a\\b &amp; `c`\"";
        let plain = "A cat [black], \"asleep\" <on> a\\b & `c`";
        let cases = [
            (
                How::Markdown,
                "![A cat \\[black\\], \"asleep\" \\<on> a\\\\b & \\`c\\`](https://h/a7xK9mPq2w)",
            ),
            (How::Html, html),
            (How::Srcset, html),
            (How::Picture, html),
            (How::Template("{alt} | {name}".into()), plain),
        ];
        for (how, expected) in cases {
            let written = write(&linked, What::Original, &how);
            assert!(written.contains(expected), "{how:?}: {written}");
            assert!(!written.contains('\n'), "{how:?}: {written}");
        }
        assert!(html_flavour(std::slice::from_ref(&linked), What::Original).contains(html));
        for nothing in [None, Some("\n".to_owned())] {
            let written = write(
                &linked.clone().showing(nothing),
                What::Original,
                &How::Markdown,
            );
            assert!(written.starts_with("![IMG_1]("), "{written}");
        }
    }

    #[test]
    fn addresses_with_special_letters_still_end_where_they_should() {
        let mut linked = picture("cat.jpg");
        linked.original = "https://h/a_(1)[2].png?x=1&y=2,".into();
        linked.sizes.clear();
        let cases = [
            (How::Url, "https://h/a_(1)[2].png?x=1&y=2,"),
            (How::Markdown, "![cat](https://h/a_%281%29[2].png?x=1&y=2,)"),
            (
                How::Html,
                "<img src=\"https://h/a_(1)[2].png?x=1&amp;y=2,\" alt=\"cat\">",
            ),
            (
                How::Bbcode,
                "[img]https://h/a_(1)%5B2%5D.png?x=1&y=2,[/img]",
            ),
        ];
        for (how, expected) in cases {
            assert_eq!(write(&linked, What::All, &how), expected);
        }
        assert!(write(&linked, What::All, &How::Srcset).contains("y=2%2C 600w"));
    }

    #[test]
    fn several_pictures_are_written_in_their_order() {
        let text = write_all(
            &[picture("a.png"), picture("b.png")],
            What::Original,
            &How::Markdown,
        );
        assert_eq!(
            text,
            "![a](https://h/a7xK9mPq2w)\n![b](https://h/a7xK9mPq2w)"
        );
    }

    #[test]
    fn an_original_that_is_capped_says_how_wide_it_really_is() {
        let uploaded = Uploaded {
            original: "https://h/a".into(),
            original_width: Some(2400),
            ..Uploaded::default()
        };
        let linked = Linked::new("wide.jpg", 4800, 3000, &uploaded);
        assert_eq!((linked.width, linked.height), (2400, 1500));
        let linked = Linked::new("small.jpg", 10, 10, &uploaded);
        assert_eq!((linked.width, linked.height), (10, 10));
    }
}
