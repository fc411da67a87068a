//! What is done to a picture before it is sent: what it tells about people is taken out, and it may be made smaller,
//! another format, or be named anew. A picture that nothing has to be done to goes out byte for byte.
//!
//! Nothing here knows targets or jobs. Every step can be looked at before it is taken: [`Preparation::outcome`] says
//! what will come out without doing it, [`Preparation::preview`] does it and throws it away, and a name's template
//! shows its own [`file_names::Template::fill`].

pub mod file_names;

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

use imaging::{Fit, Format, Info, Limits, Output, Transform};
use serde::{Deserialize, Serialize};

use crate::queue::picture;
use crate::queue::picture::Picture;
use crate::{Clock, Failure};
use file_names::{Facts, Template};

/// How pictures are prepared for a target, or from a folder. The default takes the metadata out and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preparation {
    /// Location, camera, owner, embedded previews: all but the colours and the orientation goes, pixels stay as they are.
    pub strip: bool,
    /// In pixels; a picture whose longer side is longer is made that size.
    pub longest: Option<u32>,
    pub convert: Option<Convert>,
    /// 1 to 100, where a picture is written anew as JPEG or WebP.
    pub quality: Option<u8>,
    /// Without one it keeps its name.
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
#[serde(rename_all = "snake_case")]
pub enum Convert {
    Webp,
    Jpeg,
    Png,
}

impl Convert {
    fn format(self) -> Format {
        match self {
            Convert::Webp => Format::WebP,
            Convert::Jpeg => Format::Jpeg,
            Convert::Png => Format::Png,
        }
    }
}

/// What became of what a picture tells about people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metadata {
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
    pub metadata: Metadata,
}

/// What [`Preparation::apply`] has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// False where the picture goes out as it is, and nothing was written.
    pub changed: bool,
    pub metadata: Metadata,
}

impl Preparation {
    /// The format, width and height that will come out, without doing it.
    pub fn outcome(&self, picture: &Info) -> (Format, u32, u32) {
        match self.transform(picture) {
            Some(transform) => transform.output(picture),
            None => (picture.format, picture.width, picture.height),
        }
    }

    /// What would be sent of this file now. Does all of the work, so it takes as long; it blocks.
    pub fn preview(&self, path: &Path, clock: &dyn Clock) -> Result<Preview, Failure> {
        let picture = Picture::open(path)?;
        let folder = tempfile::tempdir().map_err(|error| Failure::writing(&error))?;
        let into = folder.path().join("preview");
        let prepared = self.apply(&picture, &into)?;
        let shown = if prepared.changed {
            into.as_path()
        } else {
            path
        };
        let facts = Facts::of(&picture, &crate::digest::of_file(path)?, clock, 1);
        let name = self.name(&picture.info, &facts);
        let shown = Picture::look(shown, &name)?;
        Ok(Preview {
            format: shown.info.format.name(),
            width: shown.info.width,
            height: shown.info.height,
            bytes: shown.bytes,
            metadata: prepared.metadata,
            name,
        })
    }

    /// What the picture is called where it arrives. Its ending says what it is.
    pub fn name(&self, picture: &Info, facts: &Facts) -> String {
        let (format, width, height) = self.outcome(picture);
        let facts = Facts {
            width,
            height,
            ..facts.clone()
        };
        match &self.name {
            Some(template) => format!("{}.{}", template.fill(&facts), format.extension()),
            None if format == picture.format => facts.name,
            None => format!("{}.{}", file_names::stem(&facts.name), format.extension()),
        }
    }

    /// Makes the picture that is sent, as the file `into`, unless it is the one that was given.
    pub(crate) fn apply(&self, picture: &Picture, into: &Path) -> Result<Prepared, Failure> {
        match self.transform(&picture.info) {
            Some(transform) => render(picture, &transform, into),
            None if !self.strip => Ok(Prepared {
                changed: false,
                metadata: Metadata::Kept,
            }),
            None if !picture.info.format.strips() => Ok(Prepared {
                changed: false,
                metadata: Metadata::Unknown,
            }),
            None => strip(picture, into),
        }
    }

    /// How the picture is drawn anew, where it has to be.
    fn transform(&self, picture: &Info) -> Option<Transform> {
        let to = self
            .convert
            .map(Convert::format)
            .filter(|to| *to != picture.format && (to.animates() || !picture.animated));
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
            format: to.map_or(Output::Source, Output::Is),
            quality: self.quality.map(|quality| quality.clamp(1, 100)),
            ..Transform::to_width(1)
        })
    }
}

/// A picture that is drawn anew holds nothing but its pixels.
fn render(picture: &Picture, transform: &Transform, into: &Path) -> Result<Prepared, Failure> {
    let bytes = fs::read(&picture.path).map_err(|error| Failure::reading(&error))?;
    let rendered = imaging::render(&bytes, transform, &Limits::default(), &imaging::Never)
        .map_err(picture::refusal)?;
    fs::write(into, &rendered.bytes).map_err(|error| Failure::writing(&error))?;
    Ok(Prepared {
        changed: true,
        metadata: Metadata::Removed,
    })
}

fn strip(picture: &Picture, into: &Path) -> Result<Prepared, Failure> {
    let source = File::open(&picture.path).map_err(|error| Failure::reading(&error))?;
    let target = File::create(into).map_err(|error| Failure::writing(&error))?;
    let removed = imaging::strip(BufReader::new(source), BufWriter::new(target)).map_err(
        // What cannot be written is told as if it could not be read; the disk's own words tell them apart.
        |error| match error {
            imaging::Error::Unreadable(error) if full(&error) => Failure::writing(&error),
            other => picture::refusal(other),
        },
    );
    let removed = removed?;
    if !removed {
        crate::queue::spool::remove(into);
    }
    Ok(Prepared {
        changed: removed,
        metadata: match removed {
            true => Metadata::Removed,
            false => Metadata::None,
        },
    })
}

fn full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests;
