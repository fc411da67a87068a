//! How a link is written on stdout.

use std::str::FromStr;

use serde_json::json;
use uploader::links::{self, How, Linked, What};

#[derive(Clone, Debug)]
pub enum Form {
    Written(How),
    /// Everything that is known, as one line of JSON a picture.
    Json,
}

impl Form {
    /// One picture's link. One line, unless a template holds several.
    pub fn write(&self, linked: &Linked, what: What) -> String {
        match self {
            Form::Written(how) => links::write(linked, what, how),
            Form::Json => json(linked),
        }
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Form, String> {
        Ok(match text {
            "url" => Form::Written(How::Url),
            "markdown" => Form::Written(How::Markdown),
            "html" => Form::Written(How::Html),
            "bbcode" => Form::Written(How::Bbcode),
            "srcset" => Form::Written(How::Srcset),
            "picture" => Form::Written(How::Picture),
            "json" => Form::Json,
            other => match other.strip_prefix("template:") {
                Some(template) => Form::Written(How::Template(template.to_owned())),
                None => {
                    return Err(
                        "choose url, markdown, html, bbcode, srcset, picture, json or template:TEXT".into(),
                    );
                }
            },
        })
    }
}

fn json(linked: &Linked) -> String {
    let Linked {
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
    use uploader::Uploaded;

    use super::*;

    fn linked() -> Linked {
        let uploaded = Uploaded {
            original: "http://h/x".into(),
            sizes: [200, 1200]
                .map(|width| (width, format!("http://h/x/{width}")))
                .into(),
            ..Uploaded::default()
        };
        Linked::new("a \"b\".png", 1300, 2, &uploaded)
    }

    #[test]
    fn json_is_one_line_with_the_sizes_in_order() {
        assert_eq!(
            Form::Json.write(&linked(), What::Original),
            r#"{"id":null,"name":"a \"b\".png","width":1300,"height":2,"original":"http://h/x","sizes":{"200":"http://h/x/200","1200":"http://h/x/1200"}}"#
        );
    }

    #[test]
    fn json_has_the_further_addresses_where_there_are_any() {
        let linked = Linked {
            page: Some("http://h/page".into()),
            delete: Some("http://h/delete".into()),
            sizes: [].into(),
            ..linked()
        };
        assert_eq!(
            Form::Json.write(&linked, What::Original),
            r#"{"id":null,"name":"a \"b\".png","width":1300,"height":2,"original":"http://h/x","sizes":{},"page":"http://h/page","delete":"http://h/delete"}"#
        );
    }

    #[test]
    fn an_unknown_form_is_refused_with_the_known_ones() {
        assert!(
            "yaml"
                .parse::<Form>()
                .is_err_and(|words| words.contains("markdown"))
        );
    }
}
