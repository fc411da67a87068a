//! The page of a picture: small, without a script, and closed to everything but our own pictures.
//!
//! Every value on it is escaped, and its addresses are relative but for those that other programs read (`og:`) and
//! people copy. Its own address can be a secret, and the link that deletes the picture is one: neither leaves
//! for other sites as a referrer.

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use library::{CheveretoName, Image, ImageName, Timestamp};
use sha2::{Digest, Sha256};

use super::sizes::Size;
use super::{Words, file_names, format};
use crate::deliver::Wish;
use crate::error::Error;
use crate::http::extract::{Query, Segments};
use crate::http::middleware::real_ip::Client;
use crate::links::chevereto as links;
use crate::state::App;
use crate::web_ui::templates;
use crate::web_ui::templates::{Part, fill};

const PAGE: &str = include_str!("image_page/picture.html");
const NOTE: &str = include_str!("image_page/note.html");
const STYLE: &str = concat!(
    include_str!("../../web_ui/family.css"),
    include_str!("image_page/style.css")
);

/// The one style that may apply is the one that we wrote: its digest says which.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Shows the page, and counts that: a HEAD and a browser that only looks ahead have not seen it.
pub async fn show(
    State(app): State<App>,
    method: Method,
    Segments(name): Segments<String>,
    Query(query): Query,
    headers: HeaderMap,
    client: Client,
) -> Response {
    let seen = method == Method::GET && !is_prefetch(&headers);
    let code = ImageName::Code(file_names::code(&name).to_owned());
    let found = app
        .ask(move |library, _| {
            let mut image = library.find(&code)?;
            let names = library.names(&image)?;
            if seen {
                library.count_view(&image);
                image.views += 1;
            }
            Ok((image, names.chevereto, library.now()))
        })
        .await;
    match found {
        Ok((image, name, now)) => page(&picture(&client.base, &image, &name, now)),
        Err(error) => {
            let mut response = error.into_response();
            if query.get("deleted").is_some() {
                response.extensions_mut().insert(Words(Arc::new(deleted)));
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
pub fn nothing_deleted() -> Response {
    let mut response = note(
        "Nothing has been deleted",
        "Your browser only looked ahead. Open the link again to delete the picture.",
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// There is no such picture.
pub fn missing(error: &Error) -> Response {
    with_status(
        error.status(),
        note(
            "There is no such picture",
            "Its address may be mistyped, or it has been deleted or has expired.",
        ),
    )
}

/// Where the link that deletes leads to: says the same of a picture that never was.
fn deleted(error: &Error) -> Response {
    match error {
        Error::NoSuchImage => with_status(
            error.status(),
            note(
                "The picture has been deleted",
                "It is gone from this server, with all its sizes.",
            ),
        ),
        other => super::errors::refuse(other),
    }
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

fn note(title: &str, text: &str) -> Response {
    page(&fill(
        NOTE,
        &[
            ("style", Part::Html(STYLE)),
            ("title", Part::Text(title)),
            ("text", Part::Text(text)),
        ],
    ))
}

fn page(body: &str) -> Response {
    templates::page(
        "text/html; charset=utf-8",
        &POLICY,
        "same-origin",
        body.to_owned(),
    )
}

fn picture(base: &str, image: &Image, name: &CheveretoName, now: Timestamp) -> String {
    let title = links::title(image, name);
    let url = links::file(base, name, Size::Original.mark());
    let viewer = links::viewer(base, image, name);
    let (width, height) = (image.info.width.to_string(), image.info.height.to_string());
    let facts = format!(
        "{width} × {height} · {} · {}",
        image.info.format.title(),
        format::size(image.bytes)
    );
    let views = format!(
        "{} {}",
        image.views,
        format::plural(image.views, "view", "views")
    );
    let alt = match image.description.as_str() {
        "" => title,
        description => description,
    };
    let shown = shown(image, name, alt);
    let description = optional("<p class=\"description\">{it}</p>", &image.description);
    let tags: String = image
        .tags
        .iter()
        .map(|tag| fill("<li>{it}</li>", &[("it", Part::Text(tag))]))
        .collect();
    let tags = match tags.as_str() {
        "" => String::new(),
        tags => format!("<ul class=\"tags\" aria-label=\"Tags\">{tags}</ul>"),
    };
    let preview = preview(base, image, name).unwrap_or_default();
    let preview = optional("<meta property=\"og:image\" content=\"{it}\">\n", &preview);
    let until = image.expires_at.map(format::moment).unwrap_or_default();
    let until = optional("<span>until {it} UTC</span>", &until);
    let markdown = format!("![{}]({url})", title.replace(['[', ']', '\\'], " "));
    let code = format!(
        "<img src=\"{}\" alt=\"{}\">",
        templates::escaped(&url),
        templates::escaped(title)
    );
    fill(
        PAGE,
        &[
            ("style", Part::Html(STYLE)),
            ("title", Part::Text(title)),
            (
                "og_description",
                Part::Text(if image.description.is_empty() {
                    &facts
                } else {
                    &image.description
                }),
            ),
            ("viewer", Part::Text(&viewer)),
            ("preview", Part::Html(&preview)),
            ("shown", Part::Html(&shown)),
            ("description", Part::Html(&description)),
            ("tags", Part::Html(&tags)),
            ("facts", Part::Text(&facts)),
            ("views", Part::Text(&views)),
            ("ago", Part::Text(&format::ago(image.created_at, now))),
            ("date", Part::Text(&format::moment(image.created_at))),
            ("until", Part::Html(&until)),
            ("url", Part::Text(&url)),
            ("markdown", Part::Text(&markdown)),
            ("code", Part::Text(&code)),
            ("original", Part::Text(&relative(name, Size::Original))),
        ],
    )
}

/// The picture in the page's column, behind a cover where it is not for everybody's eyes.
fn shown(image: &Image, name: &CheveretoName, alt: &str) -> String {
    const PICTURE: &str = "<a href=\"{original}\"><img src=\"{src}\"{srcset} alt=\"{alt}\" width=\"{width}\" height=\"{height}\"></a>";
    let original = relative(name, Size::Original);
    let medium = relative(name, Size::Medium);
    let has_medium = matches!(Size::Medium.of(image), Wish::Variant(_));
    // What browsers do not show is shown as what they do.
    let src = if image.info.format.browsers_show() {
        &original
    } else {
        &medium
    };
    let srcset = if has_medium && image.info.format.browsers_show() && !image.info.animated {
        let set = format!("{medium} 500w, {original} {}w", image.info.width);
        let sizes = " srcset=\"{it}\" sizes=\"(max-width: 62rem) 100vw, 60rem\"";
        fill(sizes, &[("it", Part::Text(&set))])
    } else {
        String::new()
    };
    let picture = fill(
        PICTURE,
        &[
            ("original", Part::Text(&original)),
            ("src", Part::Text(src)),
            ("srcset", Part::Html(&srcset)),
            ("alt", Part::Text(alt)),
            ("width", Part::Text(&image.info.width.to_string())),
            ("height", Part::Text(&image.info.height.to_string())),
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
fn preview(base: &str, image: &Image, name: &CheveretoName) -> Option<String> {
    let has_medium = matches!(Size::Medium.of(image), Wish::Variant(_));
    let size = if has_medium {
        Size::Medium
    } else {
        Size::Original
    };
    (!image.nsfw).then(|| links::file(base, name, size.mark()))
}

/// From the page's folder, so that it is found by whatever address the page was.
fn relative(name: &CheveretoName, size: Size) -> String {
    format!(
        "../images/{}/{}",
        name.day,
        links::file_name(name, size.mark())
    )
}

fn optional(template: &str, text: &str) -> String {
    match text {
        "" => String::new(),
        text => fill(template, &[("it", Part::Text(text))]),
    }
}
