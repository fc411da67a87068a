//! The answer to an upload: all that Chevereto says of a file, or its address alone, or the way to its page.

use std::collections::BTreeMap;

use library::{Image, StoredResponse, Timestamp};
use serde::Serialize;

use super::format;
use super::response_format::ResponseFormat;
use super::sizes::Size;
use crate::aliases::chevereto::CheveretoAlias;
use crate::links::chevereto as links;

/// A smaller file than this is shown as it is.
const SMALL_BYTES: u64 = 200_000;

/// What is known of an upload beside its row.
pub struct ResponseContext<'a> {
    pub base: &'a str,
    /// Whether the picture came as imgBB's clients send it.
    pub is_imgbb: bool,
    /// MD5 of the bytes that are kept.
    pub checksum: &'a str,
    /// MD5 of the bytes that came, where those are others.
    pub source_checksum: Option<&'a String>,
    pub exif_fields: &'a [(&'static str, String)],
    /// `Y-m-d H:i:s`, where the file is dated by that.
    pub date_taken: Option<String>,
    pub thumb: Option<RenderedSize>,
    pub medium: Option<RenderedSize>,
    pub now: Timestamp,
}

/// A size that was made.
#[derive(Clone, Copy)]
pub struct RenderedSize {
    pub bytes: u64,
    pub width: u32,
    pub height: u32,
}

/// A redirect's place is its body, too.
pub fn render(
    format: ResponseFormat,
    image: &Image,
    name: &CheveretoAlias,
    facts: &ResponseContext<'_>,
) -> StoredResponse {
    let plain = "text/plain; charset=UTF-8";
    let (status, media_type, body) = match format {
        ResponseFormat::Json => {
            let body = serde_json::to_vec(&Uploaded::new(image, name, facts)).unwrap_or_default();
            (200, "application/json; charset=UTF-8", body)
        }
        ResponseFormat::Text => (
            200,
            plain,
            links::file_url(facts.base, name, Size::Original.suffix()).into_bytes(),
        ),
        ResponseFormat::Redirect => (
            302,
            plain,
            links::page_path(facts.base, image, name).into_bytes(),
        ),
    };
    StoredResponse {
        status,
        media_type: media_type.to_owned(),
        body,
    }
}

/// The whole answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Uploaded)]
pub struct Uploaded<'a> {
    status_code: u16,
    success: Success,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Described<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<ForImgbb<'a>>,
    /// imgBB's.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    status_txt: &'static str,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Success)]
struct Success {
    message: &'static str,
    code: u16,
}

/// The picture as imgBB's clients look for it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::ForImgbb)]
struct ForImgbb<'a> {
    id: &'a str,
    #[serde(flatten)]
    image: Described<'a>,
}

impl<'a> Uploaded<'a> {
    fn new(
        image: &'a Image,
        name: &'a CheveretoAlias,
        facts: &'a ResponseContext<'_>,
    ) -> Uploaded<'a> {
        let described = Described::new(image, name, facts);
        let (image, data) = if facts.is_imgbb {
            let data = ForImgbb {
                id: &name.code,
                image: described,
            };
            (None, Some(data))
        } else {
            (Some(described), None)
        };
        Uploaded {
            status_code: 200,
            success: Success {
                message: "file uploaded",
                code: 200,
            },
            image,
            status: data.is_some().then_some(200),
            data,
            status_txt: "OK",
        }
    }
}

/// A picture with all its addresses.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Image)]
struct Described<'a> {
    /// Without its ending.
    name: &'a str,
    extension: &'a str,
    size: u64,
    width: u32,
    height: u32,
    /// In the site's zone, which is UTC.
    date: String,
    date_gmt: String,
    title: &'a str,
    tags: &'a [String],
    description: Option<&'a str>,
    nsfw: u8,
    storage_mode: &'static str,
    /// MD5 of the stored bytes.
    checksum: &'a str,
    /// MD5 of the bytes as they came, if they were changed.
    source_checksum: Option<&'a String>,
    md5: &'a str,
    source_md5: Option<&'a String>,
    original_filename: String,
    /// What the camera noted, as JSON in a text.
    original_exifdata: Option<String>,
    views: u64,
    /// There are none here.
    category_id: Option<u32>,
    /// Bits: which files there are.
    chain: u8,
    thumb_size: u64,
    medium_size: u64,
    frame_size: u64,
    expiration_date_gmt: Option<String>,
    likes: u64,
    is_animated: u8,
    is_approved: u8,
    is_360: u8,
    duration: u64,
    r#type: &'static str,
    tags_string: String,
    file: Resource,
    id_encoded: &'a str,
    filename: String,
    mime: &'static str,
    url: String,
    ratio: f64,
    size_formatted: String,
    image: File,
    thumb: File,
    url_frame: &'static str,
    medium: MaybeFile,
    duration_time: &'static str,
    url_viewer: String,
    path_viewer: String,
    url_short: String,
    display_url: String,
    display_width: u32,
    display_height: u32,
    views_label: &'static str,
    likes_label: &'static str,
    how_long_ago: String,
    date_fixed_peer: String,
    title_truncated: String,
    title_truncated_html: String,
    is_use_loader: bool,
    display_title: &'a str,
    /// Only in the first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    delete_url: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Resource)]
struct Resource {
    resource: Kind,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::Kind)]
struct Kind {
    r#type: &'static str,
}

/// One of a picture's files.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::File)]
struct File {
    filename: String,
    name: String,
    mime: &'static str,
    extension: String,
    url: String,
    size: u64,
}

/// A file, or that there is none.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = chevereto::MaybeFile)]
enum MaybeFile {
    There(File),
    None(NoFile),
}

#[derive(Default, Serialize, utoipa::ToSchema)]
#[schema(as = chevereto::NoFile)]
struct NoFile {
    filename: Option<String>,
    name: Option<String>,
    mime: Option<String>,
    extension: Option<String>,
    url: Option<String>,
}

/// The bits of `chain`.
const HAS_THUMB: u8 = 1;
const HAS_MEDIUM: u8 = 2;
const HAS_IMAGE: u8 = 4;

impl<'a> Described<'a> {
    fn new(
        image: &'a Image,
        name: &'a CheveretoAlias,
        facts: &'a ResponseContext<'_>,
    ) -> Described<'a> {
        let base = facts.base;
        let title = links::display_title(image, name);
        let uploaded = format::format_utc(image.created_at);
        let date = facts.date_taken.clone().unwrap_or_else(|| uploaded.clone());
        let file = |size: Size, bytes| File {
            filename: links::file_name(name, size.suffix()),
            name: format!("{}{}", name.name, size.suffix()),
            mime: image.info.format.media_type(),
            extension: name.extension.clone(),
            url: links::file_url(base, name, size.suffix()),
            size: bytes,
        };
        let thumb_size = facts.thumb.map_or(0, |thumb| thumb.bytes);
        let whole = RenderedSize {
            bytes: image.bytes,
            width: image.info.width,
            height: image.info.height,
        };
        let (shown, display) = match (facts.medium, facts.thumb) {
            (Some(medium), _) => (Size::Medium, medium),
            (None, Some(thumb)) if image.bytes > SMALL_BYTES => (Size::Thumb, thumb),
            _ => (Size::Original, whole),
        };
        let title_truncated = format::shorten_title(title);
        Described {
            name: &name.name,
            extension: &name.extension,
            size: image.bytes,
            width: image.info.width,
            height: image.info.height,
            date_gmt: date.clone(),
            date_fixed_peer: date.clone(),
            date,
            title,
            tags: &image.tags,
            description: Some(image.description.as_str()).filter(|text| !text.is_empty()),
            nsfw: u8::from(image.nsfw),
            storage_mode: "datefolder",
            checksum: facts.checksum,
            source_checksum: facts.source_checksum,
            md5: facts.checksum,
            source_md5: facts.source_checksum,
            original_filename: match image.name.as_str() {
                "" => links::file_name(name, Size::Original.suffix()),
                given => given.to_owned(),
            },
            original_exifdata: exif_json(facts.exif_fields),
            views: image.views,
            category_id: None,
            chain: HAS_IMAGE
                | if facts.thumb.is_some() { HAS_THUMB } else { 0 }
                | if facts.medium.is_some() {
                    HAS_MEDIUM
                } else {
                    0
                },
            thumb_size,
            medium_size: facts.medium.map_or(0, |medium| medium.bytes),
            frame_size: 0,
            expiration_date_gmt: image.expires_at.map(format::format_utc),
            likes: 0,
            is_animated: u8::from(image.info.animated),
            is_approved: 1,
            is_360: 0,
            duration: 0,
            r#type: "image",
            tags_string: image.tags.join(","),
            file: Resource {
                resource: Kind { r#type: "url" },
            },
            id_encoded: &name.code,
            filename: links::file_name(name, Size::Original.suffix()),
            mime: image.info.format.media_type(),
            url: links::file_url(base, name, Size::Original.suffix()),
            ratio: f64::from(image.info.width) / f64::from(image.info.height),
            size_formatted: format::human_size(image.bytes),
            image: file(Size::Original, image.bytes),
            thumb: file(Size::Thumb, thumb_size),
            url_frame: "",
            medium: match facts.medium {
                Some(medium) => MaybeFile::There(file(Size::Medium, medium.bytes)),
                None => MaybeFile::None(NoFile::default()),
            },
            duration_time: "",
            url_viewer: links::page_url(base, image, name),
            path_viewer: links::page_path(base, image, name),
            url_short: links::short_url(base, name),
            display_url: links::file_url(base, name, shown.suffix()),
            display_width: display.width,
            display_height: display.height,
            views_label: format::plural_form(image.views, "view", "views"),
            likes_label: "likes",
            how_long_ago: format::time_ago(image.created_at, facts.now),
            title_truncated_html: crate::web_ui::templates::escape_html(&title_truncated),
            title_truncated,
            is_use_loader: false,
            display_title: title,
            delete_url: links::delete_url(base, name),
        }
    }
}

fn exif_json(camera: &[(&'static str, String)]) -> Option<String> {
    let notes: BTreeMap<_, _> = camera.iter().map(|(name, said)| (name, said)).collect();
    (!notes.is_empty()).then(|| serde_json::to_string(&notes).unwrap_or_default())
}
