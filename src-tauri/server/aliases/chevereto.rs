//! Aliases in Chevereto: `/image/{title}.{code}` for a picture's page, `/images/{day}/{name}.{extension}` for its files.
//!
//! A picture has two keys: its code, which carries the password of the delete link, and the path of its file. Both are
//! unique among all accounts.

use library::{
    AliasMaker, Ids, Image, ImageName, Library, NewAlias, PublicNames, random_base36, random_base62,
};

/// The dialect's name in the database.
pub const DIALECT: &str = "chevereto";

const CODE_CHARS: usize = 8;
const PASSWORD_CHARS: usize = 48;
const RANDOM_NAME_CHARS: usize = 12;
/// Appended to a name that is taken.
const SUFFIX_CHARS: usize = 6;

/// What a picture is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheveretoAlias {
    pub code: String,
    /// As in `2026/02/14`.
    pub day: String,
    pub name: String,
    pub extension: String,
    /// Deletes the image without a key. Known only in the answer to its upload.
    pub password: Option<String>,
}

impl CheveretoAlias {
    /// `None` where the picture has no name here yet.
    pub fn from_names(names: &PublicNames) -> Option<CheveretoAlias> {
        let is_path = |key: &str| key.contains('/');
        let path = names
            .aliases_in(DIALECT)
            .find(|alias| is_path(&alias.key))?;
        let code = names
            .aliases_in(DIALECT)
            .find(|alias| !is_path(&alias.key))?;
        let (day, file) = path.key.rsplit_once('/')?;
        let (name, extension) = file.rsplit_once('.')?;
        Some(CheveretoAlias {
            code: code.key.clone(),
            day: day.to_owned(),
            name: name.to_owned(),
            extension: extension.to_owned(),
            password: code.secret.clone(),
        })
    }
}

/// What the picture is called, made where it has no name yet.
///
/// # Errors
/// `NotFound` if the image was deleted meanwhile.
pub fn find_alias(library: &Library, image: &Image) -> library::Result<CheveretoAlias> {
    let names = library.public_names(image, &[&CheveretoAliases::default()])?;
    CheveretoAlias::from_names(&names).ok_or(library::Error::NotFound)
}

/// The picture whose addresses carry this code.
pub fn coded_name(code: &str) -> ImageName {
    image_name(code.to_owned())
}

/// The picture whose file has this path.
pub fn path_name(day: &str, name: &str, extension: &str) -> ImageName {
    image_name(format!("{day}/{name}.{extension}"))
}

fn image_name(key: String) -> ImageName {
    ImageName::Alias {
        dialect: DIALECT,
        owner: None,
        key,
    }
}

/// Names a picture: a random code, and a file by day and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheveretoAliases {
    /// Of `[A-Za-z0-9_-]`; `None` is a random one.
    pub name: Option<String>,
    /// As in `2026/02/14`; `None` is the day of the upload.
    pub day: Option<String>,
    pub has_delete_link: bool,
}

impl AliasMaker for CheveretoAliases {
    fn dialect(&self) -> &'static str {
        DIALECT
    }

    fn applies_to(&self, _: &Image) -> bool {
        true
    }

    fn propose(
        &self,
        image: &Image,
        attempt: u32,
        ids: &dyn Ids,
    ) -> library::Result<Vec<NewAlias>> {
        let code = NewAlias {
            key: random_base62(ids, CODE_CHARS)?,
            owner: None,
            secret: match self.has_delete_link {
                true => Some(random_base62(ids, PASSWORD_CHARS)?),
                false => None,
            },
        };
        let name = match &self.name {
            None => random_base62(ids, RANDOM_NAME_CHARS)?,
            Some(name) if attempt == 1 => name.clone(),
            Some(name) => format!("{name}-{}", random_base36(ids, SUFFIX_CHARS)?),
        };
        let day = match &self.day {
            None => image.created_at.utc("%Y/%m/%d"),
            Some(day) => day.clone(),
        };
        let path = NewAlias {
            key: format!("{day}/{name}.{}", image.extension),
            owner: None,
            secret: None,
        };
        Ok(vec![code, path])
    }
}
