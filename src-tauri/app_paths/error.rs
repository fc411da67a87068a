//! Errors in the data folder, `vitrine.toml` or the environment. Each is one sentence for the user.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "there is no home folder to keep the data in. Name a folder with --data or VITRINE_DATA."
    )]
    NoHomeFolder,
    #[error("the data folder {} cannot be used: {error}", folder.display())]
    DataDir { folder: PathBuf, error: io::Error },
    #[error("the data folder is not a folder, so there cannot be a {}.", file.display())]
    DataDirIsAFile { file: PathBuf },
    #[error("{} cannot be read: {error}", file.display())]
    ConfigFile { file: PathBuf, error: io::Error },
    #[error("{name} is not valid UTF-8 text.")]
    NotUtf8 { name: String },
    #[error(transparent)]
    Config(#[from] server::ConfigError),
}
