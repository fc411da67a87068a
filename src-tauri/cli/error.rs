//! Errors of a command and their exit codes.
//!
//! The rooms' own errors already are sentences; here they only learn which side the fault is on.

use std::fmt::Display;
use std::process::ExitCode;

#[derive(Debug)]
pub enum CliError {
    /// The call is wrong: exit code 2.
    Usage(String),
    /// The call is right, but it could not be done: exit code 1.
    Failure(String),
    /// It failed, and everything there is to say has been said already: exit code 1.
    AlreadyReported,
}

impl CliError {
    pub fn usage(words: impl Display) -> CliError {
        CliError::Usage(words.to_string())
    }

    pub fn failure(words: impl Display) -> CliError {
        CliError::Failure(words.to_string())
    }

    pub fn message(&self) -> Option<&str> {
        match self {
            CliError::Usage(words) | CliError::Failure(words) => Some(words),
            CliError::AlreadyReported => None,
        }
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            CliError::Usage(_) => ExitCode::from(2),
            CliError::Failure(_) | CliError::AlreadyReported => ExitCode::from(1),
        }
    }
}

impl From<library::Error> for CliError {
    fn from(error: library::Error) -> CliError {
        CliError::failure(error)
    }
}
