//! Why a command could not do its work, and the exit code that says so.
//!
//! The rooms' own errors already are sentences; here they only learn which side the fault is on.

use std::fmt::Display;
use std::process::ExitCode;

#[derive(Debug)]
pub enum Trouble {
    /// The call is wrong: exit code 2.
    Wrong(String),
    /// The call is right, but it could not be done: exit code 1.
    Failed(String),
    /// It failed, and everything there is to say has been said already: exit code 1.
    Said,
}

impl Trouble {
    pub fn wrong(words: impl Display) -> Trouble {
        Trouble::Wrong(words.to_string())
    }

    pub fn failed(words: impl Display) -> Trouble {
        Trouble::Failed(words.to_string())
    }

    pub fn words(&self) -> Option<&str> {
        match self {
            Trouble::Wrong(words) | Trouble::Failed(words) => Some(words),
            Trouble::Said => None,
        }
    }

    pub fn code(&self) -> ExitCode {
        match self {
            Trouble::Wrong(_) => ExitCode::from(2),
            Trouble::Failed(_) | Trouble::Said => ExitCode::from(1),
        }
    }
}

impl From<library::Error> for Trouble {
    fn from(error: library::Error) -> Trouble {
        Trouble::failed(error)
    }
}
