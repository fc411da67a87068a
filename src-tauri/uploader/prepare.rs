//! What is done to a picture before it is sent: what it tells about people is taken out, and it may be made smaller,
//! another format, or be named anew. A picture that nothing has to be done to goes out byte for byte.
//!
//! Nothing here knows targets or jobs. Every step can be looked at before it is taken: [`Preparation::output_info`] says
//! what will come out without doing it, [`Preparation::preview`] does it and throws it away, and a name's template
//! shows its own [`file_names::Template::fill`].

pub mod file_names;

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

use imaging::{Fit, Format, ImageInfo, Limits, OutputFormat, Transform};
use serde::{Deserialize, Serialize};

use crate::queue::picture;
use crate::queue::picture::Picture;
use crate::{Clock, Failure};
use file_names::{NameContext, Template};

/// How pictures are prepared for a target, or from a folder. The default takes the metadata out and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Preparation {
    /// Location, camera, owner, embedded previews: all but the colours and the orientation goes, pixels stay as they are.
    pub strip: bool,
    /// In pixels; a picture whose longer side is longer is made that size.
    pub longest: Option<u32>,
    pub convert: Option<ConversionFormat>,
    /// 1 to 100, where a picture is written anew as JPEG or WebP.
    pub quality: Option<u8>,
    /// Without one it keeps its name.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub name: Option<Template>,
}

impl Default for Preparation {
    fn default() -> Preparation {
        Preparation {
            strip: true,
            longest: None,
            convert: None,
            quality: None,
            name: None,
        }
    }
}

/// What every picture becomes. One that moves becomes only what can move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConversionFormat {
    Webp,
    Jpeg,
    Png,
}

impl ConversionFormat {
    fn format(self) -> Format {
        match self {
            ConversionFormat::Webp => Format::WebP,
            ConversionFormat::Jpeg => Format::Jpeg,
            ConversionFormat::Png => Format::Png,
        }
    }
}

/// What became of what a picture tells about people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MetadataOutcome {
    /// It was not to be touched.
    Kept,
    /// There was none.
    None,
    Removed,
    /// Nothing here can look into a picture of this format, so whatever there is was sent along.
    Unknown,
}

/// A picture as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    pub name: String,
    /// As in the names of files.
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    pub metadata: MetadataOutcome,
}

/// What [`Preparation::apply`] has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PrepareOutcome {
    /// False where the picture goes out as it is, and nothing was written.
    pub changed: bool,
    pub metadata: MetadataOutcome,
}

impl Preparation {
    /// The format, width and height that will come out, without doing it.
    pub fn output_info(&self, picture: &ImageInfo) -> (Format, u32, u32) {
        match self.transform(picture) {
            Some(transform) => transform.resolve_output(picture),
            None => (picture.format, picture.width, picture.height),
        }
    }

    /// What would be sent of this file now. Does all of the work, so it takes as long; it blocks.
    pub fn preview(&self, path: &Path, clock: &dyn Clock) -> Result<Preview, Failure> {
        let picture = Picture::open(path)?;
        let folder = tempfile::tempdir().map_err(|error| Failure::from_write_error(&error))?;
        let into = folder.path().join("preview");
        let prepared = self.apply(&picture, &into)?;
        let preview_path = if prepared.changed {
            into.as_path()
        } else {
            path
        };
        let facts = NameContext::from_picture(&picture, &crate::digest::hash_file(path)?, clock, 1);
        let name = self.output_name(&picture.info, &facts);
        let preview_picture = Picture::inspect(preview_path, &name)?;
        Ok(Preview {
            format: preview_picture.info.format.name(),
            width: preview_picture.info.width,
            height: preview_picture.info.height,
            bytes: preview_picture.bytes,
            metadata: prepared.metadata,
            name,
        })
    }

    /// What the picture is called where it arrives. Its ending says what it is.
    pub fn output_name(&self, picture: &ImageInfo, facts: &NameContext) -> String {
        let (format, width, height) = self.output_info(picture);
        let facts = NameContext {
            width,
            height,
            ..facts.clone()
        };
        match &self.name {
            Some(template) => format!("{}.{}", template.fill(&facts), format.extension()),
            None if format == picture.format => facts.name,
            None => format!(
                "{}.{}",
                file_names::file_stem(&facts.name),
                format.extension()
            ),
        }
    }

    /// Makes the picture that is sent, as the file `into`, unless it is the one that was given.
    pub(crate) fn apply(
        &self,
        picture: &Picture,
        destination: &Path,
    ) -> Result<PrepareOutcome, Failure> {
        match self.transform(&picture.info) {
            Some(transform) => render_picture(picture, &transform, destination),
            None if !self.strip => Ok(PrepareOutcome {
                changed: false,
                metadata: MetadataOutcome::Kept,
            }),
            None if !picture.info.format.can_strip_metadata() => Ok(PrepareOutcome {
                changed: false,
                metadata: MetadataOutcome::Unknown,
            }),
            None => strip_metadata(picture, destination),
        }
    }

    /// How the picture is drawn anew, where it has to be.
    fn transform(&self, picture: &ImageInfo) -> Option<Transform> {
        let to = self
            .convert
            .map(ConversionFormat::format)
            .filter(|to| *to != picture.format && (to.can_encode_animation() || !picture.animated));
        let longest = self
            .longest
            .filter(|longest| picture.width.max(picture.height) > *longest);
        if to.is_none() && longest.is_none() {
            return None;
        }
        Some(Transform {
            height: longest,
            width: longest,
            fit: Fit::Inside,
            format: to.map_or(OutputFormat::Source, OutputFormat::Fixed),
            quality: self.quality.map(|quality| quality.clamp(1, 100)),
            ..Transform::to_width(1)
        })
    }
}

/// A picture that is drawn anew holds nothing but its pixels.
fn render_picture(
    picture: &Picture,
    transform: &Transform,
    destination: &Path,
) -> Result<PrepareOutcome, Failure> {
    let bytes = fs::read(&picture.path).map_err(|error| Failure::from_read_error(&error))?;
    let rendered = imaging::render(
        &bytes,
        transform,
        &Limits::default(),
        &imaging::NeverCancelled,
    )
    .map_err(picture::failure_from_imaging)?;
    fs::write(destination, &rendered.bytes).map_err(|error| Failure::from_write_error(&error))?;
    Ok(PrepareOutcome {
        changed: true,
        metadata: MetadataOutcome::Removed,
    })
}

fn strip_metadata(picture: &Picture, destination: &Path) -> Result<PrepareOutcome, Failure> {
    let source = File::open(&picture.path).map_err(|error| Failure::from_read_error(&error))?;
    let target = File::create(destination).map_err(|error| Failure::from_write_error(&error))?;
    let removed = imaging::strip_metadata(BufReader::new(source), BufWriter::new(target)).map_err(
        // What cannot be written is told as if it could not be read; the disk's own words tell them apart.
        |error| match error {
            imaging::Error::Io(error) if is_disk_full(&error) => Failure::from_write_error(&error),
            other => picture::failure_from_imaging(other),
        },
    );
    let removed = removed?;
    if !removed {
        crate::temp_file::remove_file(destination);
    }
    Ok(PrepareOutcome {
        changed: removed,
        metadata: match removed {
            true => MetadataOutcome::Removed,
            false => MetadataOutcome::None,
        },
    })
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests;
