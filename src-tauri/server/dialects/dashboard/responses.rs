//! An image as the dashboard shows it, with its addresses in every language.

use std::collections::BTreeMap;
use std::sync::Arc;

use library::{Account, AliasMaker, Image, Library, PublicNames};
use serde::{Deserialize, Deserializer};

use crate::aliases::chevereto::{CheveretoAlias, CheveretoAliases};
use crate::aliases::imgshare::{ImgshareAlias, ImgshareAliases, SIZES};
use crate::links::{self, chevereto};

/// An account, as its owner and administrators see it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Account)]
pub struct Myself {
    id: String,
    name: String,
    display_name: String,
    email: Option<String>,
    admin: bool,
    has_password: bool,
    created_at: String,
}

impl Myself {
    pub fn new(account: Account) -> Myself {
        Myself {
            id: account.id.to_string(),
            name: account.name,
            display_name: account.display_name,
            email: account.email,
            admin: account.admin,
            has_password: account.has_password,
            created_at: account.created_at.to_string(),
        }
    }
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::Image)]
pub struct Item {
    id: String,
    name: String,
    title: String,
    description: String,
    tags: Vec<String>,
    public: bool,
    nsfw: bool,
    views: u64,
    /// The folder's id; `null` at the root.
    folder: Option<String>,
    folder_path: String,
    format: &'static str,
    media_type: &'static str,
    width: u32,
    height: u32,
    bytes: u64,
    animated: bool,
    /// The API through which it was uploaded.
    door: String,
    /// The owner's name; `null` for a guest's.
    owner: Option<String>,
    created_at: String,
    updated_at: Option<String>,
    replaced_at: Option<String>,
    expires_at: Option<String>,
    /// For who is signed in only.
    thumbnail: String,
    links: Links,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::Links)]
pub struct Links {
    imgs: Imgs,
    /// Missing where IMGSHARE does not know the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    imgshare: Option<BTreeMap<&'static str, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<Media>,
    slink: Slink,
    chevereto: Chevereto,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::ImgsLinks)]
pub struct Imgs {
    url: String,
    original: String,
    #[schema(value_type = BTreeMap<String, String>)]
    sizes: BTreeMap<u32, String>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dashboard::MediaLinks)]
pub struct Media {
    delivery_base: String,
    /// Signed: full size, as WebP.
    url: String,
    thumbnail: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::SlinkLinks)]
pub struct Slink {
    url: String,
    thumbnail: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = dashboard::CheveretoLinks)]
pub struct Chevereto {
    url: String,
    viewer: String,
}

/// Make the aliases that the addresses of an image need, in the dialects whose addresses carry aliases.
pub fn alias_makers() -> Vec<Arc<dyn AliasMaker>> {
    vec![
        Arc::new(ImgshareAliases::default()),
        Arc::new(CheveretoAliases::default()),
    ]
}

impl Item {
    /// The image as it is shown, with the aliases made that it lacks.
    ///
    /// # Errors
    /// `NotFound` if the image was deleted meanwhile.
    pub fn load(library: &Library, image: &Image, base: &str) -> library::Result<Item> {
        let items = Item::load_all(library, std::slice::from_ref(image), base)?;
        items.into_iter().next().ok_or(library::Error::NotFound)
    }

    /// As [`Item::load`], for each image that is still there.
    pub fn load_all(library: &Library, images: &[Image], base: &str) -> library::Result<Vec<Item>> {
        let makers = alias_makers();
        let makers: Vec<&dyn AliasMaker> = makers.iter().map(Arc::as_ref).collect();
        let names = library.public_names_of_all(images, &makers)?;
        let items = images.iter().zip(&names);
        Ok(items
            .filter_map(|(image, names)| Item::new(image, names, base))
            .collect())
    }

    /// `None` where the image has no name in Chevereto, so that it was deleted meanwhile.
    pub fn new(image: &Image, names: &PublicNames, base: &str) -> Option<Item> {
        let moment = |moment: library::Timestamp| moment.to_string();
        Some(Item {
            id: image.id.to_string(),
            name: image.name.clone(),
            title: image.title.clone(),
            description: image.description.clone(),
            tags: image.tags.clone(),
            public: image.public,
            nsfw: image.nsfw,
            views: image.views,
            folder: image.folder.map(|folder| folder.to_string()),
            folder_path: names.folder.clone(),
            format: image.info.format.name(),
            media_type: image.info.format.media_type(),
            width: image.info.width,
            height: image.info.height,
            bytes: image.bytes,
            animated: image.info.animated,
            door: image.origin.clone(),
            owner: names.account.clone(),
            created_at: moment(image.created_at),
            updated_at: image.updated_at.map(moment),
            replaced_at: image.replaced_at.map(moment),
            expires_at: image.expires_at.map(moment),
            thumbnail: format!("/api/dashboard/images/{}/thumbnail", image.id),
            links: Links::new(image, names, base)?,
        })
    }
}

impl Links {
    fn new(image: &Image, names: &PublicNames, base: &str) -> Option<Links> {
        let alias = CheveretoAlias::from_names(names)?;
        let short = links::short_url(base, image);
        let imgshare = names.account.as_ref().zip(ImgshareAlias::from_names(names));
        Some(Links {
            imgs: Imgs {
                original: format!("{short}/original"),
                sizes: links::size_urls(base, image).into_iter().collect(),
                url: short,
            },
            imgshare: imgshare.map(|(account, name)| {
                let reductions = SIZES.iter().map(|size| {
                    let url = links::imgshare_size_url(base, account, size.name, &name);
                    (size.name, url)
                });
                let native = ("native", links::imgshare_url(base, account, &name));
                std::iter::once(native).chain(reductions).collect()
            }),
            media: names.signer.as_ref().map(|signer| Media {
                delivery_base: links::signed_path_prefix(signer),
                url: links::signed_url(base, signer, image, "f_webp", "webp"),
                thumbnail: links::signed_url(base, signer, image, "w_240,f_webp,q_75", "webp"),
            }),
            slink: Slink {
                url: links::slink_url(base, image),
                thumbnail: links::slink_thumbnail_url(base, image),
            },
            chevereto: Chevereto {
                url: chevereto::file_url(base, &alias, ""),
                viewer: chevereto::page_url(base, image, &alias),
            },
        })
    }
}

/// A member that is there, be it `null`: to be told from one that is missing.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}
