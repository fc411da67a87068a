//! Aliases in IMGSHARE: `/img/{account}/{stem}.{extension}` for a picture, `/img/{account}/{size}/{stem}.jpg` for one of
//! its sizes.
//!
//! A picture has two keys: its file name, and `*/{stem}.jpg` for its sizes, whatever the file's own extension is. Both
//! are unique within an account, so no two pictures of an account have one stem.

use imaging::{Format, OutputFormat, Transform};
use library::{AliasMaker, Ids, Image, ImageName, NewAlias, PublicNames, random_base36};

/// The dialect's name in the database.
pub const DIALECT: &str = "imgshare";

/// The formats that IMGSHARE has.
pub const FORMATS: [Format; 4] = [Format::Jpeg, Format::Bmp, Format::Png, Format::WebP];

const RANDOM_STEM_CHARS: usize = 12;
/// Of a stem without its date.
pub const MAX_STEM_CHARS: usize = 40;
/// A size is a JPEG whatever the original is.
const SIZE_EXTENSION: &str = "jpg";

/// One of the sizes that every picture has: a JPEG, no side longer than the box's, never enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The word in its address.
    pub name: &'static str,
    width: u32,
    height: u32,
}

/// Largest first.
pub const SIZES: [Size; 3] = [
    Size {
        name: "xga",
        width: 1024,
        height: 768,
    },
    Size {
        name: "vga",
        width: 640,
        height: 480,
    },
    Size {
        name: "qvga",
        width: 320,
        height: 240,
    },
];

/// The names of the sizes, which no account may have: their place in an address is an account's, too.
pub const SIZE_NAMES: &[&str] = &[SIZES[0].name, SIZES[1].name, SIZES[2].name];

impl Size {
    pub fn from_name(name: &str) -> Option<&'static Size> {
        SIZES.iter().find(|size| size.name == name)
    }

    pub fn transform(&self) -> Transform {
        Transform {
            width: Some(self.width),
            height: Some(self.height),
            format: OutputFormat::Fixed(Format::Jpeg),
            quality: Some(85),
            ..Transform::to_width(self.width)
        }
    }
}

/// What a picture is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImgshareAlias {
    /// With its date, as in `20260214_fountain`.
    pub stem: String,
    pub extension: String,
}

impl ImgshareAlias {
    /// `None` where the picture has no name here.
    pub fn from_names(names: &PublicNames) -> Option<ImgshareAlias> {
        let mut keys = names.aliases_in(DIALECT).map(|alias| alias.key.as_str());
        let (stem, extension) = keys.find(|key| !key.contains('/'))?.rsplit_once('.')?;
        Some(ImgshareAlias {
            stem: stem.to_owned(),
            extension: extension.to_owned(),
        })
    }
}

/// The picture that an account calls `file`; `None` if no picture can be called so.
pub fn original_name(account: &str, file: &str) -> Option<ImageName> {
    let (_, extension) = file.rsplit_once('.')?;
    (!extension.is_empty() && !file.contains('/')).then(|| image_name(account, file.to_owned()))
}

/// The picture one of whose sizes is called `file`; `None` if no size can be called so.
pub fn sized_name(account: &str, file: &str) -> Option<ImageName> {
    let (stem, extension) = file.rsplit_once('.')?;
    (extension == SIZE_EXTENSION).then(|| image_name(account, size_key(stem)))
}

fn image_name(account: &str, key: String) -> ImageName {
    ImageName::Alias {
        dialect: DIALECT,
        owner: Some(account.to_owned()),
        key,
    }
}

fn size_key(stem: &str) -> String {
    format!("*/{stem}.{SIZE_EXTENSION}")
}

/// Names a picture: the day of its upload, then the stem asked for or a random one, and a number if that is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImgshareAliases {
    /// Without a date, of `[A-Za-z0-9._-]`; `None` is a random one.
    pub stem: Option<String>,
    /// `None` is the format's own.
    pub extension: Option<String>,
}

impl AliasMaker for ImgshareAliases {
    fn dialect(&self) -> &'static str {
        DIALECT
    }

    fn applies_to(&self, image: &Image) -> bool {
        image.owner.is_some() && FORMATS.contains(&image.info.format)
    }

    fn propose(
        &self,
        image: &Image,
        attempt: u32,
        ids: &dyn Ids,
    ) -> library::Result<Vec<NewAlias>> {
        let bare = match &self.stem {
            None => random_base36(ids, RANDOM_STEM_CHARS)?,
            Some(stem) => numbered_stem(stem, attempt),
        };
        let stem = format!("{}_{bare}", image.created_at.utc("%Y%m%d"));
        let extension = self.extension.as_ref().unwrap_or(&image.extension);
        let keys = [format!("{stem}.{extension}"), size_key(&stem)];
        let aliases = keys.map(|key| NewAlias {
            key,
            owner: image.owner,
            secret: None,
        });
        Ok(aliases.into())
    }
}

/// `fountain`, `fountain_2`, `fountain_3` …, none longer than a stem may be.
fn numbered_stem(stem: &str, attempt: u32) -> String {
    let cut = |length: usize| stem.chars().take(length).collect::<String>();
    if attempt == 1 {
        return cut(MAX_STEM_CHARS);
    }
    let number = format!("_{attempt}");
    format!("{}{number}", cut(MAX_STEM_CHARS - number.len()))
}
