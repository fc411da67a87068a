//! The page of a picture: small, without a script, and closed to everything but our own pictures.
//!
//! Every value on it is escaped, and its addresses are relative but for those that other programs read (`og:`) and
//! people copy. Its own address can be a secret, and the link that deletes the picture is one: neither leaves
//! for other sites as a referrer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use library::{Image, Timestamp};

use super::notice_page::{STYLE, html_response, notice_page, with_status};
use super::sizes::Size;
use super::{errors, file_names, format};
use crate::aliases::chevereto::{CheveretoAlias, coded_name, find_alias};
use crate::deliver::Representation;
use crate::dialects::dialect::ErrorRenderer;
use crate::error::Error;
use crate::http::extract::{PathParams, Query};
use crate::http::middleware::real_ip::ClientInfo;
use crate::links::chevereto as links;
use crate::state::App;
use crate::web_ui::templates;
use crate::web_ui::templates::{TemplateValue, render};

const PAGE_TEMPLATE: &str = include_str!("image_page/picture.html");
// Shows the page, and counts that: a HEAD and a browser that only looks ahead have not seen it.
/// A picture's page
#[utoipa::path(get, path = "/image/{name}", operation_id = "page", params(("name" = String, Path, description = "As in `some-title.ZfGd`, or the code after the last point alone.")),
    responses((status = 200, body = String, content_type = "text/html; charset=utf-8", description = "The page."), (status = 404)))]
pub async fn show_page(
    State(app): State<App>,
    method: Method,
    PathParams(name): PathParams<String>,
    Query(query): Query,
    headers: HeaderMap,
    client: ClientInfo,
) -> Response {
    let seen = method == Method::GET && !is_prefetch(&headers);
    let code = coded_name(file_names::page_code(&name));
    let found = app
        .run_blocking(move |library, _| {
            let mut image = library.find_image(&code)?;
            let alias = find_alias(library, &image)?;
            if seen {
                library.count_view(&image);
                image.views += 1;
            }
            Ok((image, alias, library.now()))
        })
        .await;
    match found {
        Ok((image, name, now)) => html_response(&render_page(&client.base_url, &image, &name, now)),
        Err(error) => {
            let mut response = error.into_response();
            if query.get("deleted").is_some() {
                response
                    .extensions_mut()
                    .insert(ErrorRenderer(Arc::new(deleted_page)));
            }
            response
        }
    }
}

/// Whether a browser asks ahead, for what nobody may ever look at.
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .any(|name| {
            let mut values = headers.get_all(*name).iter();
            values.any(|value| {
                let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
                ["prefetch", "prerender", "preview"]
                    .iter()
                    .any(|word| value.contains(word))
            })
        })
}

/// Where a browser asked ahead for the link that deletes.
pub fn prefetch_notice() -> Response {
    let mut response = notice_page(
        "Nothing has been deleted",
        "Your browser only looked ahead. Open the link again to delete the picture.",
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where the link that deletes leads to: says the same of a picture that never was.
fn deleted_page(error: &Error) -> Response {
    match error {
        Error::NoSuchImage => with_status(
            error.status(),
            notice_page(
                "The picture has been deleted",
                "It is gone from this server, with all its sizes.",
            ),
        ),
        other => errors::render_error(other),
    }
}

fn render_page(base: &str, image: &Image, name: &CheveretoAlias, now: Timestamp) -> String {
    let title = links::display_title(image, name);
    let url = links::file_url(base, name, Size::Original.suffix());
    let viewer = links::page_url(base, image, name);
    let (width, height) = (image.info.width.to_string(), image.info.height.to_string());
    let facts = format!(
        "{width} × {height} · {} · {}",
        image.info.format.title(),
        format::human_size(image.bytes)
    );
    let views = format!(
        "{} {}",
        image.views,
        format::plural_form(image.views, "view", "views")
    );
    let alt = match image.description.as_str() {
        "" => title,
        description => description,
    };
    let shown = render_image(image, name, alt);
    let description = render_optional("<p class=\"description\">{it}</p>", &image.description);
    let tags: String = image
        .tags
        .iter()
        .map(|tag| render("<li>{it}</li>", &[("it", TemplateValue::Text(tag))]))
        .collect();
    let tags = match tags.as_str() {
        "" => String::new(),
        tags => format!("<ul class=\"tags\" aria-label=\"Tags\">{tags}</ul>"),
    };
    let preview = preview_url(base, image, name).unwrap_or_default();
    let preview = render_optional("<meta property=\"og:image\" content=\"{it}\">\n", &preview);
    let until = image.expires_at.map(format::format_utc).unwrap_or_default();
    let until = render_optional("<span>until {it} UTC</span>", &until);
    let markdown = format!("![{}]({url})", title.replace(['[', ']', '\\'], " "));
    let code = format!(
        "<img src=\"{}\" alt=\"{}\">",
        templates::escape_html(&url),
        templates::escape_html(title)
    );
    render(
        PAGE_TEMPLATE,
        &[
            ("style", TemplateValue::Html(STYLE)),
            ("title", TemplateValue::Text(title)),
            (
                "og_description",
                TemplateValue::Text(if image.description.is_empty() {
                    &facts
                } else {
                    &image.description
                }),
            ),
            ("viewer", TemplateValue::Text(&viewer)),
            ("preview", TemplateValue::Html(&preview)),
            ("shown", TemplateValue::Html(&shown)),
            ("description", TemplateValue::Html(&description)),
            ("tags", TemplateValue::Html(&tags)),
            ("facts", TemplateValue::Text(&facts)),
            ("views", TemplateValue::Text(&views)),
            (
                "ago",
                TemplateValue::Text(&format::time_ago(image.created_at, now)),
            ),
            (
                "date",
                TemplateValue::Text(&format::format_utc(image.created_at)),
            ),
            ("until", TemplateValue::Html(&until)),
            ("url", TemplateValue::Text(&url)),
            ("markdown", TemplateValue::Text(&markdown)),
            ("code", TemplateValue::Text(&code)),
            (
                "original",
                TemplateValue::Text(&relative_url(name, Size::Original)),
            ),
        ],
    )
}

/// The picture in the page's column, behind a cover where it is not for everybody's eyes.
fn render_image(image: &Image, name: &CheveretoAlias, alt: &str) -> String {
    const IMAGE_TEMPLATE: &str = "<a href=\"{original}\"><img src=\"{src}\"{srcset} alt=\"{alt}\" width=\"{width}\" height=\"{height}\"></a>";
    let original = relative_url(name, Size::Original);
    let medium = relative_url(name, Size::Medium);
    let has_medium = matches!(
        Size::Medium.representation(image),
        Representation::Variant(_)
    );
    // What browsers do not show is shown as what they do.
    let src = if image.info.format.has_browser_support() {
        &original
    } else {
        &medium
    };
    let srcset = if has_medium && image.info.format.has_browser_support() && !image.info.animated {
        let set = format!("{medium} 500w, {original} {}w", image.info.width);
        let sizes = " srcset=\"{it}\" sizes=\"(max-width: 62rem) 100vw, 60rem\"";
        render(sizes, &[("it", TemplateValue::Text(&set))])
    } else {
        String::new()
    };
    let picture = render(
        IMAGE_TEMPLATE,
        &[
            ("original", TemplateValue::Text(&original)),
            ("src", TemplateValue::Text(src)),
            ("srcset", TemplateValue::Html(&srcset)),
            ("alt", TemplateValue::Text(alt)),
            ("width", TemplateValue::Text(&image.info.width.to_string())),
            (
                "height",
                TemplateValue::Text(&image.info.height.to_string()),
            ),
        ],
    );
    if image.nsfw {
        format!(
            "<details><summary><span>This picture is marked as not for everybody’s eyes.</span> <span class=\"button\">Show it</span></summary>{picture}</details>"
        )
    } else {
        picture
    }
}

/// What other sites show of the page; nothing of a picture that the page itself covers.
fn preview_url(base: &str, image: &Image, name: &CheveretoAlias) -> Option<String> {
    let has_medium = matches!(
        Size::Medium.representation(image),
        Representation::Variant(_)
    );
    let size = if has_medium {
        Size::Medium
    } else {
        Size::Original
    };
    (!image.nsfw).then(|| links::file_url(base, name, size.suffix()))
}

/// From the page's folder, so that it is found by whatever address the page was.
fn relative_url(name: &CheveretoAlias, size: Size) -> String {
    format!(
        "../images/{}/{}",
        name.day,
        links::file_name(name, size.suffix())
    )
}

fn render_optional(template: &str, text: &str) -> String {
    match text {
        "" => String::new(),
        text => render(template, &[("it", TemplateValue::Text(text))]),
    }
}
