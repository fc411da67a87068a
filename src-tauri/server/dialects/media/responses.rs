//! What this door answers with: one shape for each thing, its fields in the order of the documentation.

use std::borrow::Cow;

use library::{Folder, Image, Preset, Signer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dialects::transform_params::TransformParams;
use crate::links;

/// What a thumbnail's address asks for; its canonical form is the text itself.
const THUMBNAIL_PARAMS: &str = "w_240,f_webp,q_75";

/// An image.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = media::Image)]
pub struct ImageBody {
    pub id: String,
    /// The file name it was uploaded or last replaced with.
    pub original_name: String,
    /// The path of its folder; empty at the root.
    pub folder: String,
    pub format: &'static str,
    /// As displayed.
    pub width: u32,
    pub height: u32,
    /// Of the original.
    pub bytes: u64,
    /// What the paths of its addresses begin with.
    pub delivery_base: String,
    pub thumbnail_url: String,
    pub created_at: String,
    /// When its bytes, or what is known of it, last changed.
    pub updated_at: String,
}

impl ImageBody {
    pub fn new(image: &Image, folder: &str, base: &str, signer: &Signer) -> ImageBody {
        ImageBody {
            id: image.id.to_string(),
            original_name: image.name.clone(),
            folder: folder.to_owned(),
            format: image.info.format.name(),
            width: image.info.width,
            height: image.info.height,
            bytes: image.bytes,
            delivery_base: links::signed_path_prefix(signer),
            thumbnail_url: links::signed_url(base, signer, image, THUMBNAIL_PARAMS, "webp"),
            created_at: image.created_at.to_string(),
            updated_at: image.updated_at.unwrap_or(image.created_at).to_string(),
        }
    }
}

/// One page of a list of images.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = media::Listed)]
pub struct Listed {
    pub items: Vec<ImageBody>,
    /// How many there are on all pages.
    pub total: u64,
    /// Counted from 1.
    pub page: u64,
    pub page_size: u32,
}

/// What a search found, at most 50 of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = media::Found)]
pub struct Found {
    pub images: Vec<ImageBody>,
    pub folders: Vec<FolderBody>,
}

/// A folder.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = media::Folder)]
pub struct FolderBody {
    pub id: String,
    pub name: String,
    /// Names from the root on, between slashes.
    pub path: String,
    /// `null` at the root.
    pub parent_id: Option<String>,
    /// How many images lie in it, not counting its sub-folders.
    pub image_count: u64,
}

impl FolderBody {
    pub fn new(folder: &Folder) -> FolderBody {
        FolderBody {
            id: folder.id.to_string(),
            name: folder.name.clone(),
            path: folder.path.to_string(),
            parent_id: folder.parent.map(|parent| parent.to_string()),
            image_count: folder.images,
        }
    }
}

/// A folder with those in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = media::Branch)]
pub struct Branch {
    #[serde(flatten)]
    pub folder: FolderBody,
    #[schema(no_recursion)]
    pub children: Vec<Branch>,
}

/// A signed address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = media::Signed)]
pub struct Signed {
    pub url: String,
    /// The transform in the one spelling that is signed.
    pub canonical: String,
    pub format: &'static str,
}

impl Signed {
    pub fn new(image: &Image, params: &TransformParams, base: &str, signer: &Signer) -> Signed {
        let (canonical, format) = (params.canonical_text(), params.format());
        Signed {
            url: links::signed_url(base, signer, image, &canonical, format.extension()),
            canonical,
            format: format.name(),
        }
    }
}

/// A named transform.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = media::Preset)]
pub struct PresetBody {
    pub id: String,
    pub name: String,
    /// As they were given.
    pub params: String,
    pub created_at: String,
}

impl PresetBody {
    pub fn new(preset: &Preset) -> PresetBody {
        PresetBody {
            id: preset.id.to_string(),
            name: preset.name.clone(),
            params: preset.params.clone(),
            created_at: preset.created_at.to_string(),
        }
    }
}

/// That something is gone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = media::Deleted)]
pub struct Deleted {
    pub deleted: bool,
    pub id: String,
}

impl Deleted {
    pub fn new(id: String) -> Deleted {
        Deleted { deleted: true, id }
    }
}

/// A refusal: a sentence for people, and a word for programs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = media::Refused)]
pub struct Refused<'a> {
    pub error: Cow<'a, str>,
    pub code: &'static str,
}
