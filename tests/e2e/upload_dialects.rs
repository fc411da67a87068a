//! `vitrine upload --dialect`: uploads of the command line, through every dialect of its own server.

use tests::vitrine::CommandOutput;
use tests::{Answer, Vitrine, picture, until};

const DIALECTS: [&str; 5] = ["imgs", "imgshare", "media", "slink", "chevereto"];

/// A world with a picture of 900×300 in its home folder, `cat.png`.
fn with_cat() -> (Vitrine, Vec<u8>) {
    let vitrine = Vitrine::start();
    let bytes = picture::png(900, 300);
    vitrine.world().file("cat.png", &bytes);
    (vitrine, bytes)
}

fn upload_with_key(
    vitrine: &Vitrine,
    key: &str,
    dialect: &str,
    arguments: &[&str],
) -> CommandOutput {
    let mut command = vitrine.world().vitrine(&["upload", "--dialect", dialect]);
    command.args(arguments).env("VITRINE_KEY", key);
    CommandOutput::run(command, b"")
}

fn upload(vitrine: &Vitrine, dialect: &str, arguments: &[&str]) -> CommandOutput {
    upload_with_key(vitrine, vitrine.key(), dialect, arguments)
}

/// The path of a link to the server of this world.
#[track_caller]
fn path<'a>(vitrine: &Vitrine, link: &'a str) -> &'a str {
    link.strip_prefix(vitrine.base().as_str())
        .unwrap_or_else(|| panic!("{link} does not lead to {}", vitrine.base()))
}

/// What a link shows. Reductions are made within a minute, and until then there is nothing at their address.
#[track_caller]
fn shown(vitrine: &Vitrine, link: &str) -> Answer {
    let path = path(vitrine, link);
    until(&format!("{link} shows something"), || {
        let answer = vitrine.get(path);
        let not_yet = answer.status == 404 && !answer.header("retry-after").is_empty();
        (!not_yet).then_some(answer)
    })
    .is(200)
}

#[test]
fn every_dialect_gives_a_link_that_shows_the_picture() {
    let (vitrine, bytes) = with_cat();
    for dialect in DIALECTS {
        let ran = upload(&vitrine, dialect, &["cat.png"]).ended(0);
        assert_eq!(ran.lines().len(), 1, "{dialect}: {}", ran.out);
        let answer = shown(&vitrine, ran.lines()[0]);
        let picture = answer.picture();
        assert_eq!(
            (picture.width(), picture.height()),
            (900, 300),
            "{dialect}: {answer}"
        );
        if matches!(dialect, "imgs" | "imgshare" | "chevereto") {
            assert!(answer.body == bytes, "{dialect} links to the very bytes");
        }
    }
}

#[test]
fn a_size_is_as_wide_as_its_dialect_can_make_it() {
    let (vitrine, _) = with_cat();
    vitrine.world().file("tall.png", &picture::png(300, 900));
    let cases = [
        ("imgs", "cat.png", "400", 400),
        ("imgshare", "cat.png", "640", 640),
        ("imgshare", "tall.png", "640", 160),
        ("imgshare", "cat.png", "1024", 900),
        ("media", "cat.png", "400", 400),
        ("slink", "cat.png", "400", 400),
        ("chevereto", "cat.png", "500", 500),
        ("chevereto", "tall.png", "500", 300),
    ];
    for (dialect, file, size, width) in cases {
        let ran = upload(&vitrine, dialect, &[file, "--size", size]).ended(0);
        let picture = shown(&vitrine, ran.lines()[0]).picture();
        assert_eq!(picture.width(), width, "{dialect} {file} {size}");
    }
}

#[test]
fn a_size_that_a_dialect_does_not_know_is_refused_before_anything_is_sent() {
    let (vitrine, _) = with_cat();
    let cases = [
        ("imgs", "500", "200, 400, 800, 1200, 1600"),
        ("imgshare", "400", "320, 640, 1024"),
        ("media", "2400", "200, 400, 800, 1200, 1600"),
        ("slink", "0", "200, 400, 800, 1200, 1600"),
        ("chevereto", "400", "500"),
    ];
    for (dialect, size, known) in cases {
        let ran = upload(&vitrine, dialect, &["cat.png", "--size", size]).ended(2);
        assert!(
            ran.err.contains(dialect) && ran.err.contains(known),
            "{}",
            ran.err
        );
    }
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
}

#[test]
fn every_size_of_a_responsive_picture_is_there() {
    let (vitrine, _) = with_cat();
    let cases: [(&str, &[u32]); 5] = [
        ("imgs", &[200, 400, 800, 900]),
        ("imgshare", &[320, 640, 900]),
        ("media", &[200, 400, 800, 900]),
        ("slink", &[200, 400, 800, 900]),
        ("chevereto", &[500, 900]),
    ];
    for (dialect, widths) in cases {
        let ran = upload(&vitrine, dialect, &["cat.png", "--as", "json"]).ended(0);
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("one line of JSON");
        assert_eq!(
            (&json["width"], &json["height"]),
            (&900.into(), &300.into())
        );
        let sizes = json["sizes"].as_object().expect("sizes are a map");
        let links = sizes
            .iter()
            .map(|(width, link)| (width.parse::<u32>().expect("a width"), link))
            .chain([(900, &json["original"])]);
        let mut real = Vec::new();
        for (width, link) in links {
            let picture = shown(&vitrine, link.as_str().expect("a link")).picture();
            assert_eq!(picture.width(), width, "{dialect}: {link}");
            real.push(width);
        }
        real.sort_unstable();
        assert_eq!(real, widths, "{dialect}: {}", ran.out);
    }
}

#[test]
fn chevereto_gives_a_page_a_thumbnail_and_a_way_to_delete() {
    let (vitrine, _) = with_cat();
    let ran = upload(&vitrine, "chevereto", &["cat.png", "--as", "json"]).ended(0);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("one line of JSON");
    let link = |name: &str| path(&vitrine, json[name].as_str().expect(name)).to_owned();
    let page = vitrine.get(&link("page")).is(200);
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{page}"
    );
    let thumbnail = vitrine.get(&link("thumbnail")).is(200).picture();
    assert_eq!(thumbnail.width(), thumbnail.height());
    vitrine.get(&link("delete")).is(301);
    vitrine.get(&link("original")).is(404);
}

#[test]
fn a_key_that_is_refused_is_said_in_the_same_words_everywhere() {
    let (vitrine, _) = with_cat();
    let other = vitrine.world().new_key(&["--scopes", "delete"]);
    for dialect in DIALECTS {
        let ran = upload_with_key(&vitrine, "sk_wrong", dialect, &["cat.png"]).ended(1);
        assert!(
            ran.err.contains("The server refused the key."),
            "{dialect}: {}",
            ran.err
        );
        let ran = upload_with_key(&vitrine, &other, dialect, &["cat.png"]).ended(1);
        // imgshare answers a key that may not upload as it answers one that it does not know.
        let words = match dialect {
            "imgshare" => "The server refused the key.",
            _ => "it may not upload",
        };
        assert!(ran.err.contains(words), "{dialect}: {}", ran.err);
    }
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
}

#[test]
fn what_a_dialect_does_not_accept_is_an_error_in_its_own_format() {
    let vitrine = Vitrine::start();
    vitrine.world().file("dance.gif", &picture::gif(30, 30));
    let ran = upload(&vitrine, "imgshare", &["dance.gif"]).ended(1);
    assert!(
        ran.err
            .contains("dance.gif: The server refused the picture: "),
        "{}",
        ran.err
    );
    let small = Vitrine::with(&[("max_upload_bytes", "1000")]);
    small
        .world()
        .file("noise.png", &picture::noise(100, 100, 1));
    // imgshare has a limit of its own, which this setting does not move.
    for dialect in DIALECTS
        .into_iter()
        .filter(|dialect| *dialect != "imgshare")
    {
        let ran = upload(&small, dialect, &["noise.png"]).ended(1);
        assert!(
            ran.err.contains("noise.png: The server"),
            "{dialect}: {}",
            ran.err
        );
    }
}

#[test]
fn a_custom_uploaders_file_is_all_that_an_upload_needs() {
    let (vitrine, bytes) = with_cat();
    let file = |body: &str| {
        serde_json::json!({
            "Version": "14.1.0",
            "DestinationType": "ImageUploader",
            "RequestMethod": "POST",
            "RequestURL": format!("{}/upload", vitrine.base()),
            "Headers": { "Authorization": format!("Bearer {}", vitrine.key()) },
            "Body": body,
            "FileFormName": "file",
            "URL": "{json:original}",
        })
        .to_string()
    };
    let world = vitrine.world();
    world.file("ours.sxcu", file("MultipartFormData").as_bytes());
    world.file("text.sxcu", file("JSON").as_bytes());
    let upload = |options: &[&str]| {
        let mut command = world.vitrine(&["upload", "cat.png"]);
        // Neither address nor key of the surroundings counts.
        command
            .args(options)
            .env("VITRINE_URL", "http://127.0.0.1:1");
        CommandOutput::run(command, b"")
    };
    let ran = upload(&["--sxcu", "ours.sxcu"]).ended(0);
    assert!(shown(&vitrine, ran.lines()[0]).body == bytes);

    for (options, said) in [
        (["--sxcu", "text.sxcu"].as_slice(), "its body is JSON"),
        (&["--sxcu", "none.sxcu"], "none.sxcu cannot be read"),
        (
            &["--sxcu", "ours.sxcu", "--size", "400"],
            "leave --size out",
        ),
        (
            &["--sxcu", "ours.sxcu", "--dialect", "imgs"],
            "cannot be used with",
        ),
    ] {
        let ran = upload(options).ended(2);
        assert!(ran.err.contains(said), "{options:?}: {}", ran.err);
        assert!(!ran.err.contains(vitrine.key()));
    }
}
