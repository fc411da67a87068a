//! `vitrine upload`: links on stdout, in the order given, written as wished.

use tests::vitrine::CommandOutput;
use tests::{Vitrine, picture};

/// A world with a picture of 900×300 in its home folder, `cat.png`.
fn with_cat() -> (Vitrine, Vec<u8>) {
    let vitrine = Vitrine::start();
    let bytes = picture::png(900, 300);
    vitrine.world().file("cat.png", &bytes);
    (vitrine, bytes)
}

fn upload(vitrine: &Vitrine, arguments: &[&str]) -> CommandOutput {
    upload_with_input(vitrine, arguments, b"")
}

fn upload_with_input(vitrine: &Vitrine, arguments: &[&str], input: &[u8]) -> CommandOutput {
    let mut command = vitrine.world().vitrine(&["upload"]);
    command.args(arguments).env("VITRINE_KEY", vitrine.key());
    CommandOutput::run(command, input)
}

/// The path of a link to the server of this world.
#[track_caller]
fn path<'a>(vitrine: &Vitrine, link: &'a str) -> &'a str {
    link.strip_prefix(vitrine.base().as_str())
        .unwrap_or_else(|| panic!("{link} does not lead to {}", vitrine.base()))
}

#[test]
fn a_picture_becomes_a_link_that_shows_it() {
    let (vitrine, bytes) = with_cat();
    // Nothing says where: the server of the data folder is found by itself.
    let ran = upload(&vitrine, &["cat.png"]).ended(0);
    assert_eq!(ran.lines().len(), 1);
    assert!(vitrine.get(path(&vitrine, ran.lines()[0])).is(200).body == bytes);
    // And wherever VITRINE_URL or --to say.
    let elsewhere = tempfile::tempdir().expect("a folder");
    for option in [true, false] {
        let mut command = vitrine
            .world()
            .vitrine(&["upload", "cat.png", "--key", vitrine.key()]);
        command.arg("--data").arg(elsewhere.path());
        if option {
            command
                .env("VITRINE_URL", "http://127.0.0.1:1")
                .args(["--to", &format!("{}/", vitrine.base())]);
        } else {
            command.env("VITRINE_URL", vitrine.base());
        }
        let ran = CommandOutput::run(command, b"").ended(0);
        vitrine.get(path(&vitrine, ran.lines()[0])).is(200);
    }
}

#[test]
fn every_way_of_writing_a_link() {
    let (vitrine, _) = with_cat();
    let written = |options: &[&str]| {
        let ran = upload(&vitrine, &[&["cat.png"], options].concat()).ended(0);
        let text = ran.out.strip_suffix('\n').expect("a line").to_owned();
        let start = text.find(&vitrine.base()).expect("a link") + vitrine.base().len() + 1;
        let id = text[start..start + 10].to_owned();
        text.replace(&vitrine.base(), "BASE").replace(&id, "ID")
    };
    assert_eq!(written(&[]), "BASE/ID");
    assert_eq!(written(&["--as", "url", "--size", "400"]), "BASE/ID/400");
    assert_eq!(
        written(&["--size", "1200"]),
        "BASE/ID",
        "a smaller picture keeps its original"
    );
    assert_eq!(written(&["--as", "markdown"]), "![cat](BASE/ID)");
    assert_eq!(
        written(&["--as", "html", "--size", "200"]),
        r#"<img src="BASE/ID/200" alt="cat">"#
    );
    assert_eq!(written(&["--as", "bbcode"]), "[img]BASE/ID[/img]");
    let srcset = written(&["--as", "srcset"]);
    assert!(
        srcset.contains("BASE/ID/200 200w, BASE/ID/400 400w, BASE/ID/800 800w, BASE/ID 900w"),
        "{srcset}"
    );
    let template = "template:{name}|{id}|{width}x{height}|{url}|{url_800}|{url_1600}";
    assert_eq!(
        written(&["--as", template]),
        "cat.png|ID|900x300|BASE/ID|BASE/ID/800|BASE/ID"
    );
    assert_eq!(
        written(&["--as", "json"]),
        r#"{"id":"ID","name":"cat.png","width":900,"height":300,"original":"BASE/ID","sizes":{"200":"BASE/ID/200","400":"BASE/ID/400","800":"BASE/ID/800"}}"#
    );
    upload(&vitrine, &["cat.png", "--as", "yaml"]).ended(2);
    upload(&vitrine, &["cat.png", "--size", "401"]).ended(2);
}

#[test]
fn links_come_in_the_order_given_and_failures_do_not_stop_the_rest() {
    let (vitrine, bytes) = with_cat();
    let other = picture::jpeg(40, 40);
    vitrine.world().file("other file é.jpg", &other);
    vitrine.world().file("notes.txt", b"no picture");
    vitrine.world().file("empty.png", b"");
    vitrine
        .world()
        .file("cut.png", &picture::cut_off(&bytes, 5));
    let files = [
        "cat.png",
        "notes.txt",
        "missing.png",
        ".",
        "empty.png",
        "cut.png",
        "other file é.jpg",
        "cat.png",
    ];
    let ran = upload(&vitrine, &files).ended(1);
    let shown: Vec<_> = ran
        .lines()
        .iter()
        .map(|link| vitrine.get(path(&vitrine, link)).is(200).body)
        .collect();
    assert!(
        shown == [bytes.clone(), other, bytes],
        "three links, in order: {}",
        ran.out
    );
    for name in ["notes.txt", "missing.png", "empty.png", "cut.png"] {
        assert_eq!(
            ran.err.lines().filter(|line| line.contains(name)).count(),
            1,
            "{name}: {}",
            ran.err
        );
    }
    assert!(
        ran.err.contains("missing.png: There is no such file."),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("5 of 8"), "{}", ran.err);
}

#[test]
fn a_picture_may_come_from_stdin() {
    let (vitrine, bytes) = with_cat();
    let ran = upload_with_input(&vitrine, &["-", "--as", "template:{name} {url}"], &bytes).ended(0);
    let (name, link) = ran.lines()[0].split_once(' ').expect("a name and a link");
    assert_eq!(name, "stdin.png");
    assert!(vitrine.get(path(&vitrine, link)).is(200).body == bytes);
    upload_with_input(&vitrine, &["-"], b"").ended(1);
    upload_with_input(&vitrine, &["-", "-"], &bytes).ended(2);
}

#[test]
fn a_wide_picture_is_linked_without_losing_a_pixel() {
    let vitrine = Vitrine::start();
    let bytes = picture::png(2500, 20);
    vitrine.world().file("wide.png", &bytes);
    let ran = upload(&vitrine, &["wide.png"]).ended(0);
    assert!(vitrine.get(path(&vitrine, ran.lines()[0])).is(200).body == bytes);
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let (vitrine, _) = with_cat();
    let ran = vitrine.run(&["upload", "cat.png"]).ended(2);
    assert!(
        ran.err.contains("--key")
            && ran.err.contains("VITRINE_KEY")
            && ran.err.contains("vitrine key create"),
        "{}",
        ran.err
    );
    let ran = upload(&vitrine, &["cat.png", "--dialect", "nonsense"]).ended(2);
    assert!(
        ran.err.contains("nonsense")
            && ran
                .err
                .contains("it speaks: imgs, imgshare, media, slink, chevereto"),
        "{}",
        ran.err
    );
    upload(&vitrine, &["cat.png", "--dialect", "imgs"]).ended(0);
    let ran = upload(&vitrine, &["cat.png", "--to", "pictures"]).ended(2);
    assert!(ran.err.contains("http://"), "{}", ran.err);
    let ran = upload(&vitrine, &["cat.png", "--key", "sk_wrong"]).ended(1);
    assert!(ran.err.contains("key"), "{}", ran.err);
    let ran = upload(&vitrine, &["cat.png", "--to", "http://127.0.0.1:1"]).ended(1);
    assert!(ran.err.contains("127.0.0.1:1"), "{}", ran.err);
}
