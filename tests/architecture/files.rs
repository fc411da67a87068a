//! What every file must be: one subject, named in its first sentence, of readable length; test names are sentences.

use super::sources::{rust, text};

#[test]
fn a_file_has_one_subject_and_begins_with_it() {
    for file in rust() {
        let text = text(&file);
        let lines = text.lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines: split it by subject.",
            file.display()
        );
        assert!(
            text.starts_with("//! "),
            "{} does not begin with a sentence that says what it is (`//! …`).",
            file.display()
        );
    }
}

#[test]
fn long_files_stay_rare() {
    let long: Vec<_> = rust()
        .into_iter()
        .filter(|file| text(file).lines().count() > 400)
        .collect();
    let names: Vec<_> = long.iter().map(|file| file.display().to_string()).collect();
    assert!(
        long.len() <= 8,
        "more than 400 lines each: {}",
        names.join(", ")
    );
}

#[test]
fn the_name_of_a_test_is_a_sentence() {
    for file in rust() {
        let text = text(&file);
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line != "#[test]" && !line.starts_with("#[tokio::test") {
                continue;
            }
            let name = lines
                .by_ref()
                .find_map(|line| Some(line.split_once("fn ")?.1.split('(').next()?.to_owned()));
            let name = name.unwrap_or_default();
            let sentence = name.matches('_').count() >= 2 && !name.starts_with("test_");
            assert!(
                sentence,
                "{}: `{name}` is not a sentence that says what is true.",
                file.display()
            );
        }
    }
}
