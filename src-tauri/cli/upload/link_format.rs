//! The format of the links printed on stdout.

use std::str::FromStr;

use serde_json::json;
use uploader::links::{self, LinkContext, LinkFormat, LinkSelection};

#[derive(Clone, Debug)]
pub enum OutputFormat {
    Link(LinkFormat),
    /// Everything that is known, as one line of JSON a picture.
    Json,
}

impl OutputFormat {
    /// One picture's link. One line, unless a template holds several.
    pub fn render(&self, linked: &LinkContext, what: LinkSelection) -> String {
        match self {
            OutputFormat::Link(how) => links::write_links(linked, what, how),
            OutputFormat::Json => to_json(linked),
        }
    }
}

impl FromStr for OutputFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<OutputFormat, String> {
        Ok(match text {
            "url" => OutputFormat::Link(LinkFormat::Url),
            "markdown" => OutputFormat::Link(LinkFormat::Markdown),
            "html" => OutputFormat::Link(LinkFormat::Html),
            "bbcode" => OutputFormat::Link(LinkFormat::Bbcode),
            "srcset" => OutputFormat::Link(LinkFormat::Srcset),
            "picture" => OutputFormat::Link(LinkFormat::Picture),
            "json" => OutputFormat::Json,
            other => match other.strip_prefix("template:") {
                Some(template) => OutputFormat::Link(LinkFormat::Template(template.to_owned())),
                None => {
                    return Err(
                        "choose url, markdown, html, bbcode, srcset, picture, json or template:TEXT".into(),
                    );
                }
            },
        })
    }
}

fn to_json(linked: &LinkContext) -> String {
    let LinkContext {
        name,
        // Only the app is ever told that.
        alt: _,
        id,
        width,
        height,
        original,
        sizes,
        page,
        thumbnail,
        delete,
    } = linked;
    // The order of `sizes` is by width, not by spelling: the map is written by hand.
    let sizes: Vec<_> = sizes
        .iter()
        .map(|(width, url)| format!("\"{width}\":{}", json!(url)))
        .collect();
    // What only some servers have is left out where there is none.
    let further: String = [("page", page), ("thumbnail", thumbnail), ("delete", delete)]
        .into_iter()
        .filter_map(|(word, address)| Some(format!(",\"{word}\":{}", json!(address.as_ref()?))))
        .collect();
    format!(
        r#"{{"id":{},"name":{},"width":{width},"height":{height},"original":{},"sizes":{{{}}}{further}}}"#,
        json!(id),
        json!(name),
        json!(original),
        sizes.join(",")
    )
}

#[cfg(test)]
mod tests {
    use uploader::UploadResult;

    use super::*;

    fn example_context() -> LinkContext {
        let uploaded = UploadResult {
            original: "http://h/x".into(),
            sizes: [200, 1200]
                .map(|width| (width, format!("http://h/x/{width}")))
                .into(),
            ..UploadResult::default()
        };
        LinkContext::new("a \"b\".png", 1300, 2, &uploaded)
    }

    #[test]
    fn json_is_one_line_with_the_sizes_in_order() {
        assert_eq!(
            OutputFormat::Json.render(&example_context(), LinkSelection::Original),
            r#"{"id":null,"name":"a \"b\".png","width":1300,"height":2,"original":"http://h/x","sizes":{"200":"http://h/x/200","1200":"http://h/x/1200"}}"#
        );
    }

    #[test]
    fn json_has_the_optional_addresses_where_there_are_any() {
        let linked = LinkContext {
            page: Some("http://h/page".into()),
            delete: Some("http://h/delete".into()),
            sizes: [].into(),
            ..example_context()
        };
        assert_eq!(
            OutputFormat::Json.render(&linked, LinkSelection::Original),
            r#"{"id":null,"name":"a \"b\".png","width":1300,"height":2,"original":"http://h/x","sizes":{},"page":"http://h/page","delete":"http://h/delete"}"#
        );
    }

    #[test]
    fn an_unknown_format_is_refused_with_the_known_ones() {
        assert!(
            "yaml"
                .parse::<OutputFormat>()
                .is_err_and(|words| words.contains("markdown"))
        );
    }
}
