//! Tidy: what the plan of the house promises and a machine can check, read from the sources.
//!
//! Each promise is an absence: somewhere, a word does not occur. When one of these tests fails, either
//! move the code to the room it belongs to, or change the plan in `src-tauri/README.md` and here.

mod diagram;
mod imports;
mod sources;

use std::collections::BTreeSet;
use std::fs;

use sources::*;

/// Which rooms a room may call. No arrow points up, and there are no circles.
const ARROWS: [(&str, &[&str]); 8] = [
    ("imaging", &[]),
    ("library", &["imaging"]),
    ("safe_fetch", &[]),
    ("server", &["imaging", "library", "safe_fetch"]),
    ("uploader", &["imaging", "safe_fetch"]),
    ("app_paths", &["server"]),
    (
        "cli",
        &["imaging", "library", "server", "uploader", "app_paths"],
    ),
    (
        "vitrine-desktop",
        &["imaging", "library", "server", "uploader", "app_paths"],
    ),
];

/// Guests, and the only rooms that may have them (the tests may have any).
const GUESTS: [(&str, &[&str]); 17] = [
    ("axum", &["server"]),
    ("hyper", &["server", "uploader", "safe_fetch"]),
    ("hyper-util", &["server", "uploader"]),
    ("multer", &["server", "uploader"]),
    ("tower", &["server"]),
    ("utoipa", &["server"]),
    ("reqwest", &["uploader", "safe_fetch"]),
    ("rusqlite", &["library", "uploader", "bench"]),
    ("argon2", &["library"]),
    ("clap", &["cli"]),
    ("tauri", &["vitrine-desktop"]),
    ("tauri-build", &["vitrine-desktop"]),
    ("keyring", &["vitrine-desktop"]),
    ("arboard", &["vitrine-desktop"]),
    // Async ends at the edge: the library and its codecs block.
    (
        "tokio",
        &[
            "server",
            "uploader",
            "safe_fetch",
            "cli",
            "vitrine-desktop",
            "bench",
        ],
    ),
    ("futures-util", &["server", "uploader", "vitrine-desktop"]),
    ("toml", &["server"]),
];

#[test]
fn rooms_call_only_the_rooms_below_them() {
    let rooms: BTreeSet<_> = ARROWS.iter().map(|(room, _)| *room).collect();
    for (room, dependencies) in manifests() {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        for called in dependencies
            .iter()
            .filter(|name| rooms.contains(name.as_str()))
        {
            assert!(
                allowed.contains(&called.as_str()),
                "`{room}` depends on `{called}`: no arrow of the plan leads there."
            );
        }
    }
}

#[test]
fn guests_stay_in_the_rooms_that_invited_them() {
    for (room, dependencies) in manifests() {
        if room == "tests" {
            continue;
        }
        for (guest, hosts) in GUESTS {
            let invited = hosts.contains(&room.as_str());
            assert!(
                invited || !dependencies.contains(guest),
                "`{room}` depends on `{guest}`, which lives only in: {}.",
                hosts.join(", ")
            );
        }
    }
}

#[test]
fn imaging_knows_neither_files_nor_clocks_nor_networks() {
    Absence::of(&[
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "SystemTime",
        "async fn",
        "std::path",
    ])
    .under("src-tauri/imaging/")
    .because("imaging turns bytes into bytes and needs nothing else.");
}

#[test]
fn sql_is_spoken_only_to_the_two_databases() {
    let spoken = [
        "\"SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "rusqlite",
    ];
    Absence::of(&spoken)
        .under("src-tauri/")
        .but_for(&["src-tauri/library/", "src-tauri/uploader/queue/"])
        .because("SQL belongs to the library, and to the uploader's own job store.");
    Absence::of(&["rusqlite"])
        .under("src-tauri/uploader/")
        .but_for(&[
            "src-tauri/uploader/queue/store.rs",
            "src-tauri/uploader/queue/store/",
        ])
        .because("of the uploader only the job store knows its database.");
    Absence::of(&["rusqlite::Connection", "Connection::open", "OpenFlags"])
        .under("src-tauri/library/")
        .but_for(&["src-tauri/library/storage/db/"])
        .because("connections are made in library/catalogue/ only.");
}

#[test]
fn only_the_server_knows_axum_and_only_its_state_blocks() {
    Absence::of(&["axum::", "axum;"])
        .under("src-tauri/")
        .but_for(&["src-tauri/server/"])
        .because("axum is known to the server only.");
    Absence::of(&["spawn_blocking", "block_in_place"])
        .under("src-tauri/server/")
        .but_for(&["src-tauri/server/state.rs", "src-tauri/server/lib.rs"])
        .because("requests cross into blocking work in server/state.rs only (starting does so in lib.rs).");
}

#[test]
fn dialects_speak_to_the_library_and_not_to_each_other() {
    let dialects = [
        "dashboard",
        "imgs",
        "imgshare",
        "media",
        "slink",
        "chevereto",
    ];
    for dialect in dialects {
        let others: Vec<_> = dialects
            .iter()
            .filter(|other| **other != dialect)
            .flat_map(|other| [format!("super::{other}"), format!("dialects::{other}")])
            .collect();
        let others: Vec<_> = others.iter().map(String::as_str).collect();
        for place in [
            format!("src-tauri/server/dialects/{dialect}.rs"),
            format!("src-tauri/server/dialects/{dialect}/"),
        ] {
            Absence::of(&others)
                .under(&place)
                .because("a dialect does not know the others.");
        }
    }
    Absence::of(&["storage::db", "blobs", "Blobs"])
        .under("src-tauri/server/")
        .because("the server asks the Library, never what is behind it.");
}

#[test]
fn the_library_knows_no_dialect() {
    let dialects = ["imgs", "imgshare", "media", "slink", "chevereto"];
    for file in rust() {
        if !file.starts_with("src-tauri/library") {
            continue;
        }
        for (number, line) in text(&file).lines().enumerate() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let mut words = line.split(|c| !is_word(c)).map(str::to_lowercase);
            let known = words.find(|word| dialects.contains(&word.as_str()));
            assert_eq!(
                known,
                None,
                "{}:{}: the library stores what dialects hand in, and knows none of them.",
                file.display(),
                number + 1
            );
        }
    }
}

#[test]
fn the_status_of_a_refusal_is_decided_in_one_file() {
    let refusals = [
        "BAD_REQUEST",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "NOT_FOUND",
        "METHOD_NOT_ALLOWED",
        "PAYLOAD_TOO_LARGE",
        "UNPROCESSABLE_ENTITY",
        "TOO_MANY_REQUESTS",
        "INTERNAL_SERVER_ERROR",
        "SERVICE_UNAVAILABLE",
        "INSUFFICIENT_STORAGE",
        "RANGE_NOT_SATISFIABLE",
    ];
    Absence::of(&refusals)
        .under("src-tauri/server/")
        .but_for(&[
            "src-tauri/server/error/mod.rs",
            "src-tauri/server/dialects/",
        ])
        .because("server/error.rs decides every status, but for a dialect's own contract.");
}

#[test]
fn connections_are_opened_in_two_places() {
    Absence::of(&["reqwest::", "TcpStream::connect"])
        .under("src-tauri/")
        .but_for(&["src-tauri/uploader/http/client.rs", "src-tauri/safe_fetch/"])
        .because("only uploader/send.rs and web/ open connections.");
    let judging = ["reqwest::dns", "ClientBuilder", "lookup_host", "TcpStream"];
    Absence::of(&judging)
        .under("src-tauri/safe_fetch/")
        .but_for(&["src-tauri/safe_fetch/connection.rs"])
        .because("of web/ only connection.rs opens connections, to addresses that were judged.");
}

#[test]
fn tauri_is_known_to_the_desktop_only() {
    Absence::of(&["tauri::", "tauri_plugin"])
        .under("src-tauri/")
        .but_for(&["src-tauri/desktop/", "src-tauri/build.rs"])
        .because("Tauri's types stay in desktop/.");
    for file in files() {
        let page = file.starts_with("ui/src/") && !file.ends_with("ui/src/host/tauri.ts");
        if page
            && ["ts", "svelte", "html"]
                .iter()
                .any(|ending| file.extension().is_some_and(|given| given == *ending))
        {
            assert!(
                !text(&file).contains("@tauri-apps/"),
                "{}: only ui/src/host/tauri.ts knows Tauri.",
                file.display()
            );
        }
    }
}

#[test]
fn only_the_programs_read_the_environment() {
    Absence::of(&[
        "env::var",
        "env::vars",
        "env::args",
        "env::current_dir",
        "env::home_dir",
        "env::temp_dir",
    ])
    .under("src-tauri/")
    .but_for(&[
        "src-tauri/cli/",
        "src-tauri/desktop/",
        "src-tauri/app_paths/",
    ])
    .because(
        "the other crates receive a struct; only the programs and app_paths read the environment.",
    );
    Absence::of(&["env::"])
        .under("src-tauri/cli/")
        .but_for(&["src-tauri/cli/settings.rs"])
        .because("cli/settings.rs reads the environment for the whole program.");
}

#[test]
fn time_and_chance_come_from_clock_and_ids() {
    for room in ["library", "uploader"] {
        let clock = format!("src-tauri/{room}/clock.rs");
        let ids = format!("src-tauri/{room}/ids.rs");
        Absence::of(&["SystemTime::now", "Timestamp::now", "Zoned::now"])
            .under(&format!("src-tauri/{room}/"))
            .but_for(&[&clock])
            .because("what time it is comes from the Clock.");
        Absence::of(&["getrandom::", "Uuid::new_v4", "rand::"])
            .under(&format!("src-tauri/{room}/"))
            .but_for(&[&ids, "src-tauri/library/random.rs"])
            .because("random names come from Ids.");
    }
}

#[test]
fn nothing_is_left_to_be_done() {
    Absence::of(&["todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX"])
        .under("src-tauri/")
        .because("what is there is finished.");
}

#[test]
fn the_repository_knows_nothing_of_the_machine_it_was_made_on() {
    // Taken apart, so that this file does not contain them.
    let foreign = [
        concat!("../", "shared"),
        concat!("/work", "/"),
        concat!("/root", "/"),
        concat!("/home", "/user"),
    ];
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else {
            continue;
        };
        for word in foreign {
            assert!(
                !text.contains(word),
                "{} mentions {word}: nobody else has that.",
                file.display()
            );
        }
    }
}

#[test]
fn a_file_is_one_idea_and_says_first_what_it_is() {
    for file in rust() {
        let text = text(&file);
        let lines = text.lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines: it is more than one idea.",
            file.display()
        );
        assert!(
            text.starts_with("//! "),
            "{} does not begin with a sentence on what it is (`//! …`).",
            file.display()
        );
        let stem = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let vague = [
            "util", "utils", "helper", "helpers", "common", "misc", "manager", "service",
        ];
        assert!(
            !vague.contains(&stem.as_str()),
            "{}: a file is named for what is in it.",
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
            let named = lines
                .by_ref()
                .find_map(|line| Some(line.split_once("fn ")?.1.split('(').next()?.to_owned()));
            let name = named.unwrap_or_default();
            let sentence = name.matches('_').count() >= 2 && !name.starts_with("test_");
            assert!(
                sentence,
                "{}: `{name}` is no sentence on what is true.",
                file.display()
            );
        }
    }
}
