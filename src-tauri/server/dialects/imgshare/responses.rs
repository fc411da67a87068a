//! What an upload, or what was gathered, is answered: the picture's addresses, as JSON or as `Key=Value` lines.

use library::{StoredImage, StoredResponse};
use serde::Serialize;

use super::params::OutputFormat;
use crate::aliases::imgshare::ImgshareAlias;
use crate::links;

/// A picture that was just taken in. The lines have the same keys in the same order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = imgshare::Uploaded)]
pub struct Uploaded {
    /// The name it got, as in `20260214_fountain.jpg`.
    pub filename: String,
    /// The address of its own bytes, as they came.
    pub native: String,
    /// Within 1024 × 768. Like the next two a JPEG, and there within a minute.
    pub xga: String,
    /// Within 640 × 480.
    pub vga: String,
    /// Within 320 × 240.
    pub qvga: String,
    /// Its type by its bytes.
    pub mime: &'static str,
    /// In bytes.
    pub size: u64,
    /// In pixels, as displayed.
    pub width: u32,
    pub height: u32,
    /// Whether it stays until it is deleted.
    pub permanent: bool,
    /// When it goes by itself: RFC 3339, UTC.
    pub expires: Option<String>,
}

impl Uploaded {
    /// `None` where the picture has no name here.
    fn from_stored(base: &str, kept: &StoredImage) -> Option<Uploaded> {
        let (image, names) = (&kept.image, &kept.names);
        let (account, name) = names
            .account
            .as_deref()
            .zip(ImgshareAlias::from_names(names))?;
        let reduced = |size| links::imgshare_size_url(base, account, size, &name);
        Some(Uploaded {
            filename: format!("{}.{}", name.stem, name.extension),
            native: links::imgshare_url(base, account, &name),
            xga: reduced("xga"),
            vga: reduced("vga"),
            qvga: reduced("qvga"),
            mime: image.info.format.media_type(),
            size: image.bytes,
            width: image.info.width,
            height: image.info.height,
            permanent: image.expires_at.is_none(),
            expires: image.expires_at.map(|end| end.to_string()),
        })
    }

    /// No value can hold a line's end.
    fn to_lines(&self) -> String {
        let Uploaded {
            filename,
            native,
            xga,
            vga,
            qvga,
            mime,
            size,
            width,
            height,
            permanent,
            expires,
        } = self;
        let permanent = u8::from(*permanent);
        let expires = expires.as_deref().unwrap_or_default();
        format!(
            "filename={filename}\nnative={native}\nxga={xga}\nvga={vga}\nqvga={qvga}\nmime={mime}\nsize={size}\n\
             width={width}\nheight={height}\npermanent={permanent}\nexpires={expires}\n"
        )
    }
}

/// The answer in the wished format.
pub fn render(base: &str, kept: &StoredImage, output: OutputFormat) -> StoredResponse {
    let uploaded = Uploaded::from_stored(base, kept);
    let (media_type, body) = match output {
        OutputFormat::Json => (
            "application/json",
            serde_json::to_vec(&uploaded).unwrap_or_default(),
        ),
        OutputFormat::Plain => (
            "text/plain; charset=utf-8",
            uploaded
                .map(|uploaded| uploaded.to_lines())
                .unwrap_or_default()
                .into_bytes(),
        ),
    };
    StoredResponse {
        status: 200,
        media_type: media_type.to_owned(),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample_response(expires: Option<&str>) -> Uploaded {
        Uploaded {
            filename: "20260214_fountain.jpg".into(),
            native: "https://host/img/kitten/20260214_fountain.jpg".into(),
            xga: "https://host/img/kitten/xga/20260214_fountain.jpg".into(),
            vga: "https://host/img/kitten/vga/20260214_fountain.jpg".into(),
            qvga: "https://host/img/kitten/qvga/20260214_fountain.jpg".into(),
            mime: "image/jpeg",
            size: 123_456,
            width: 4000,
            height: 3000,
            permanent: expires.is_none(),
            expires: expires.map(str::to_owned),
        }
    }

    #[test]
    fn json_has_its_keys_in_order() {
        assert_eq!(
            serde_json::to_string(&sample_response(None)).unwrap(),
            r#"{"filename":"20260214_fountain.jpg","native":"https://host/img/kitten/20260214_fountain.jpg","xga":"https://host/img/kitten/xga/20260214_fountain.jpg","vga":"https://host/img/kitten/vga/20260214_fountain.jpg","qvga":"https://host/img/kitten/qvga/20260214_fountain.jpg","mime":"image/jpeg","size":123456,"width":4000,"height":3000,"permanent":true,"expires":null}"#
        );
    }

    #[test]
    fn lines_have_the_same_keys_and_end_with_a_line_s_end() {
        let json = serde_json::to_value(sample_response(Some("2026-02-15T10:00:00Z"))).unwrap();
        let lines = sample_response(Some("2026-02-15T10:00:00Z")).to_lines();
        assert!(lines.ends_with("height=3000\npermanent=0\nexpires=2026-02-15T10:00:00Z\n"));
        let mut keys: Vec<_> = lines
            .lines()
            .map(|line| line.split_once('=').unwrap().0)
            .collect();
        assert_eq!((keys[0], keys[10]), ("filename", "expires"));
        keys.sort_unstable();
        let mut known: Vec<_> = json.as_object().unwrap().keys().collect();
        known.sort_unstable();
        assert_eq!(keys, known);
        assert!(
            sample_response(None)
                .to_lines()
                .ends_with("\npermanent=1\nexpires=\n")
        );
    }
}
