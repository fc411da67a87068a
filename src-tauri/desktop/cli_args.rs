//! What the app was started with. A few words by hand: the command line with all its verbs is the
//! headless program's (`vitrine`), not this one's.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::shell::app_action::Errand;

pub const HELP: &str = "\
Vitrine: drop a picture on a window and paste a link that shows it.

Usage: vitrine-desktop [--hidden] [--data DIR] [--paste | --choose | --show | --quit]

  --hidden     start in the tray, without a window
  --paste      upload what is on the clipboard
  --choose     choose pictures to upload
  --show       show the window, which a start without any of these does, too
  --quit       end the app that runs
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
    /// What to do, here or in the app that runs already.
    pub errand: Option<Errand>,
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
            Some(word) if errand(word).is_some() => start.errand = errand(word),
            _ => {
                return Err(format!(
                    "The argument {argument:?} is unknown. --help lists those that are known."
                ));
            }
        }
    }
    Ok(Asked::Start(start))
}

fn errand(word: &str) -> Option<Errand> {
    Errand::named(word.strip_prefix("--")?)
}

/// What a second start asks of the app that runs: to show itself, unless it says otherwise.
pub fn passed_on(arguments: &[String]) -> Errand {
    let arguments = arguments.iter().skip(1).map(OsString::from);
    match parse(arguments) {
        Ok(Asked::Start(start)) => start.errand.unwrap_or(Errand::Show),
        _ => Errand::Show,
    }
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
            errand: None,
        };
        assert_eq!(
            asked(&["--hidden", "--data", "/a b"]),
            Ok(Asked::Start(start))
        );
    }

    #[test]
    fn a_second_start_says_what_the_first_is_to_do() {
        let said = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            passed_on(&words)
        };
        assert_eq!(said(&["vitrine-desktop"]), Errand::Show);
        assert_eq!(said(&["vitrine-desktop", "--paste"]), Errand::Paste);
        assert_eq!(
            said(&["vitrine-desktop", "--hidden", "--quit"]),
            Errand::Quit
        );
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert!(asked(&["--hiden"]).is_err_and(|sentence| sentence.contains("--hiden")));
    }
}
