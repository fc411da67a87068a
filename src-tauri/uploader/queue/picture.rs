//! A picture that can be sent: bytes on disk that have been looked at, and a name.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imaging::{ImageInfo, Limits};

use crate::Failure;

/// What is about to be sent. Opening one blocks: it reads the file.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file's name, without folders.
    pub name: String,
    /// Where the bytes lie.
    pub path: PathBuf,
    /// How many there are.
    pub bytes: u64,
    pub info: ImageInfo,
    /// Removes a file that only this picture knows of.
    _temporary: Option<Arc<tempfile::TempPath>>,
}

impl Picture {
    /// Looks at a file and refuses what is not a whole picture.
    pub fn open(path: &Path) -> Result<Picture, Failure> {
        let picture = Picture::inspect(path, &file_name(path))?;
        picture.verify()?;
        Ok(picture)
    }

    /// The same for bytes that are in no file, such as those of a pipe; they are kept in one that goes away with the
    /// picture.
    pub fn from_reader(name: &str, mut source: impl Read) -> Result<Picture, Failure> {
        let mut file =
            tempfile::NamedTempFile::new().map_err(|error| Failure::from_write_error(&error))?;
        io::copy(&mut source, &mut file).map_err(|error| Failure::from_read_error(&error))?;
        file.flush()
            .map_err(|error| Failure::from_write_error(&error))?;
        let temp_path = file.into_temp_path();
        let mut picture = Picture::inspect(&temp_path, name)?;
        picture.verify()?;
        picture._temporary = Some(Arc::new(temp_path));
        Ok(picture)
    }

    /// Looks at the header only: enough for a file that was checked before.
    pub(crate) fn inspect(path: &Path, name: &str) -> Result<Picture, Failure> {
        let bytes = regular_file_metadata(path)?.len();
        let file = File::open(path).map_err(|error| Failure::from_read_error(&error))?;
        let info = imaging::inspect(BufReader::new(file), &Limits::default())
            .map_err(failure_from_imaging)?;
        Ok(Picture {
            name: name.to_owned(),
            path: path.to_owned(),
            bytes,
            info,
            _temporary: None,
        })
    }

    /// A picture whose end is missing may still have every row (some cameras leave the end mark out): decoding tells.
    pub(crate) fn verify(&self) -> Result<(), Failure> {
        if self.info.is_complete {
            return Ok(());
        }
        let bytes = fs::read(&self.path).map_err(|error| Failure::from_read_error(&error))?;
        imaging::verify(&bytes, &Limits::default(), &imaging::NeverCancelled)
            .map_err(failure_from_imaging)
    }
}

/// The metadata of a file with at least one byte in it. Pipes and devices are refused before anything opens them:
/// opening one can wait for ever.
pub(crate) fn regular_file_metadata(path: &Path) -> Result<fs::Metadata, Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::from_read_error(&error))?;
    match () {
        () if metadata.is_dir() => Err(Failure::IsAFolder),
        () if !metadata.is_file() => Err(Failure::NotAPicture),
        () if metadata.len() == 0 => Err(Failure::EmptyFile),
        () => Ok(metadata),
    }
}

/// A file's name without its folders, as text.
pub(crate) fn file_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.to_string_lossy().into_owned(),
    }
}

/// What `imaging` says, as an outcome of sending; its sentences are kept.
pub(crate) fn failure_from_imaging(error: imaging::Error) -> Failure {
    let sentence = error.to_string();
    match error {
        imaging::Error::Empty => Failure::EmptyFile,
        imaging::Error::NotAnImage => Failure::NotAPicture,
        imaging::Error::Unsupported(format) => Failure::UnsupportedFormat {
            format: format.name().to_owned(),
            sentence,
        },
        imaging::Error::TooManyPixels { width, height, .. }
        | imaging::Error::DimensionTooLarge { width, height, .. } => Failure::TooManyPixels {
            width,
            height,
            sentence,
        },
        imaging::Error::Io(error) => Failure::from_read_error(&error),
        _ => Failure::BrokenPicture { sentence },
    }
}
