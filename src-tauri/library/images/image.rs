//! An image as the library keeps it, its names, and the edits that it takes.

use imaging::Transform;

use crate::digest::Digest;
use crate::{AccountId, FolderId, ImageId, Timestamp};

/// The widths that an image is offered in.
const OFFERED_WIDTHS: [u32; 5] = [200, 400, 800, 1200, 1600];

/// One uploaded picture. Two images may share the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    pub id: ImageId,
    /// Ten characters of `[A-Za-z0-9]`, unique among all images.
    pub short_name: String,
    /// The file name it was uploaded with; may be empty.
    pub name: String,
    /// The file extension of its aliases, without the dot; stays when the bytes are replaced.
    pub extension: String,
    pub digest: Digest,
    /// Size of the original in bytes.
    pub bytes: u64,
    pub info: imaging::ImageInfo,
    /// `None` for a guest's upload.
    pub owner: Option<AccountId>,
    /// The name of the dialect through which it was uploaded.
    pub origin: String,
    /// `None` at the root.
    pub folder: Option<FolderId>,
    /// Whether everybody's listings show it. It is served to everybody who knows its address in any case.
    pub public: bool,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub nsfw: bool,
    /// How often it was viewed, as far as the dialects count views.
    pub views: u64,
    pub created_at: Timestamp,
    /// When its metadata was last edited or its bytes were replaced.
    pub updated_at: Option<Timestamp>,
    /// When its bytes were replaced; `None` if they never were, so that they may be cached forever.
    pub replaced_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

impl Image {
    /// The offered widths that are smaller than the picture, ascending.
    pub fn offered_widths(&self) -> impl Iterator<Item = u32> + use<> {
        let whole = self.info.width;
        OFFERED_WIDTHS
            .into_iter()
            .filter(move |width| *width < whole)
    }

    /// The strong ETag of the original (`None`) or of a variant, with its quotes. Does not read the bytes.
    pub fn etag(&self, transform: Option<&Transform>) -> String {
        match transform {
            None => format!("\"{}\"", self.digest),
            Some(transform) => format!("\"{}-{}\"", self.digest, transform.cache_key()),
        }
    }
}

/// A name under which an image can be requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageName {
    Id(ImageId),
    ShortName(String),
    Alias {
        /// The dialect that made the alias.
        dialect: &'static str,
        /// The name of the account among whose aliases it is unique; `None` where it is unique in the whole dialect.
        owner: Option<String>,
        key: String,
    },
}

/// Changes to an image's metadata; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ImageEdit {
    pub name: Option<String>,
    pub folder: Option<Option<FolderId>>,
    pub public: Option<bool>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub tags: Option<Vec<String>>,
    pub nsfw: Option<bool>,
    pub expires_at: Option<Option<Timestamp>>,
}
