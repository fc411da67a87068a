//! HTML templates: escaped values in fixed pages, and the headers of every page.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What stands in a template's place.
pub enum TemplateValue<'a> {
    /// Shown as it is, whatever it holds.
    Text(&'a str),
    /// Markup of our own.
    Html(&'a str),
}

/// Puts parts in the places of a template, `{name}`. What a part holds is never looked at for places.
pub fn render(template: &str, parts: &[(&str, TemplateValue<'_>)]) -> String {
    let mut page = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        page.push_str(&rest[..open]);
        rest = &rest[open..];
        let end = rest.find('}').unwrap_or(rest.len() - 1);
        let part = parts.iter().find(|(name, _)| *name == &rest[1..end.max(1)]);
        match part {
            Some((_, TemplateValue::Text(text))) => page.push_str(&escape_html(text)),
            Some((_, TemplateValue::Html(html))) => page.push_str(html),
            None => {
                page.push('{');
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[end + 1..];
    }
    page.push_str(rest);
    page
}

/// As the text of an element or the value of an attribute in quotes.
pub fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// With the headers that let it do nothing but what `policy` names.
pub fn page_response(
    media_type: &'static str,
    policy: &HeaderValue,
    referrer: &'static str,
    body: impl IntoResponse,
) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_text_and_are_not_rendered_again() {
        let page = render(
            "<p title=\"{title}\">{body}</p>{more} {} { {title",
            &[
                ("title", TemplateValue::Text("\"{body}\" & <b>'")),
                ("body", TemplateValue::Html("<i>{title}</i>")),
            ],
        );
        assert_eq!(
            page,
            "<p title=\"&quot;{body}&quot; &amp; &lt;b&gt;&#39;\"><i>{title}</i></p>{more} {} { {title"
        );
    }
}
