//! Command-line arguments of the desktop app. Scripts and servers use the headless program `vitrine`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::shell::app_action::AppAction;

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
pub enum Request {
    Start(StartOptions),
    Help,
    Version,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct StartOptions {
    pub hidden: bool,
    pub data_dir: Option<PathBuf>,
    /// The action to run, here or in the app that is already running.
    pub action: Option<AppAction>,
}

/// Parses the arguments after the program's name; an error is a sentence for the terminal.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut start = StartOptions::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Request::Help),
            Some("--version" | "-V") => return Ok(Request::Version),
            Some("--hidden") => start.hidden = true,
            Some("--data") => match arguments.next() {
                Some(folder) => start.data_dir = Some(PathBuf::from(folder)),
                None => return Err("--data needs a folder after it.".to_owned()),
            },
            Some(word) if word.starts_with("--data=") => {
                start.data_dir = Some(PathBuf::from(&word["--data=".len()..]));
            }
            Some(word) if parse_action(word).is_some() => start.action = parse_action(word),
            _ => {
                return Err(format!(
                    "The argument {argument:?} is unknown. --help lists those that are known."
                ));
            }
        }
    }
    Ok(Request::Start(start))
}

fn parse_action(word: &str) -> Option<AppAction> {
    AppAction::from_name(word.strip_prefix("--")?)
}

/// The action that a second start requests from the running app: by default, to show the window.
pub fn parse_second_start(arguments: &[String]) -> AppAction {
    let arguments = arguments.iter().skip(1).map(OsString::from);
    match parse(arguments) {
        Ok(Request::Start(start)) => start.action.unwrap_or(AppAction::Show),
        _ => AppAction::Show,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Request, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn no_arguments_open_the_window_on_the_default_folder() {
        assert_eq!(
            parse_words(&[]),
            Ok(Request::Start(StartOptions::default()))
        );
    }

    #[test]
    fn hidden_and_data_go_together() {
        let start = StartOptions {
            hidden: true,
            data_dir: Some(PathBuf::from("/a b")),
            action: None,
        };
        assert_eq!(
            parse_words(&["--hidden", "--data", "/a b"]),
            Ok(Request::Start(start))
        );
    }

    #[test]
    fn a_second_start_names_the_action_for_the_first() {
        let said = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            parse_second_start(&words)
        };
        assert_eq!(said(&["vitrine-desktop"]), AppAction::Show);
        assert_eq!(said(&["vitrine-desktop", "--paste"]), AppAction::Paste);
        assert_eq!(
            said(&["vitrine-desktop", "--hidden", "--quit"]),
            AppAction::Quit
        );
    }

    #[test]
    fn an_unknown_argument_is_named_in_the_error() {
        assert!(parse_words(&["--hiden"]).is_err_and(|sentence| sentence.contains("--hiden")));
    }
}
