//! What the app was started with. Four words by hand: the command line with all its verbs is the
//! headless program's (`vitrine`), not this one's.

use std::ffi::OsString;
use std::path::PathBuf;

pub const HELP: &str = "\
Vitrine: drop a picture on a window and paste a link that shows it.

Usage: vitrine-desktop [--hidden] [--data DIR]

  --hidden     start in the tray, without a window
  --data DIR   keep everything in DIR (default: $VITRINE_DATA, else the platform's data folder)
  --help       show this
  --version    show the version

The command line for scripts and servers is the program `vitrine`.
";

#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    Start(Start),
    Help,
    Version,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Start {
    pub hidden: bool,
    pub data: Option<PathBuf>,
}

/// Reads the arguments after the program's name; an error is a sentence for the terminal.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let mut start = Start::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Asked::Help),
            Some("--version" | "-V") => return Ok(Asked::Version),
            Some("--hidden") => start.hidden = true,
            Some("--data") => match arguments.next() {
                Some(folder) => start.data = Some(PathBuf::from(folder)),
                None => return Err("--data needs a folder after it.".to_owned()),
            },
            Some(word) if word.starts_with("--data=") => {
                start.data = Some(PathBuf::from(&word["--data=".len()..]));
            }
            _ => {
                return Err(format!(
                    "The argument {argument:?} is unknown. --help lists those that are known."
                ));
            }
        }
    }
    Ok(Asked::Start(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> Result<Asked, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn nothing_opens_the_window_on_the_default_folder() {
        assert_eq!(asked(&[]), Ok(Asked::Start(Start::default())));
    }

    #[test]
    fn hidden_and_data_go_together() {
        let start = Start {
            hidden: true,
            data: Some(PathBuf::from("/a b")),
        };
        assert_eq!(
            asked(&["--hidden", "--data", "/a b"]),
            Ok(Asked::Start(start))
        );
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert!(asked(&["--hiden"]).is_err_and(|sentence| sentence.contains("--hiden")));
    }
}
