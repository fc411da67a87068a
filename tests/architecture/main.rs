//! Architecture tests: rules for the sources that a machine can check. Most say that a word may not occur in a folder.
//!
//! When one of these tests fails, either move the code to the crate or module it belongs to, or change the rule in
//! `src-tauri/README.md` and here.

mod diagram;
mod files;
mod imports;
mod names;
mod sources;

use std::collections::BTreeSet;
use std::fs;

use sources::*;

/// The crates of the product, and which of the others each may depend on.
const CRATES: [(&str, &[&str]); 8] = [
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

/// External crates, and the only crates that may depend on them. The tests may depend on any.
const EXTERNAL_CRATES: [(&str, &[&str]); 17] = [
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
    // Async code is at the edges: the library and the codecs block.
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
fn crates_depend_only_on_the_crates_below_them() {
    let product: BTreeSet<_> = CRATES.iter().map(|(name, _)| *name).collect();
    for (package, dependencies) in manifests() {
        let Some((_, allowed)) = CRATES.iter().find(|(name, _)| *name == package) else {
            continue;
        };
        for dependency in dependencies
            .iter()
            .filter(|name| product.contains(name.as_str()))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "`{package}` may not depend on `{dependency}`."
            );
        }
    }
}

#[test]
fn every_crate_of_the_product_is_listed() {
    let listed: BTreeSet<_> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let others = ["tests", "bench", "imaging-fuzz"];
    let packages = manifests().into_keys();
    let packages: BTreeSet<_> = packages
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    assert_eq!(listed, packages);
}

#[test]
fn external_crates_are_used_only_where_they_belong() {
    for (package, dependencies) in manifests() {
        if package == "tests" {
            continue;
        }
        for (external, users) in EXTERNAL_CRATES {
            let is_allowed = users.contains(&package.as_str());
            assert!(
                is_allowed || !dependencies.contains(external),
                "`{package}` depends on `{external}`, which only these may use: {}.",
                users.join(", ")
            );
        }
    }
}

#[test]
fn imaging_uses_neither_files_nor_clocks_nor_networks() {
    Forbidden::new(&[
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "SystemTime",
        "async fn",
        "std::path",
    ])
    .within("src-tauri/imaging/")
    .because("imaging turns bytes into bytes and needs nothing else.");
}

#[test]
fn sql_is_written_only_for_the_two_databases() {
    let sql = [
        "\"SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "rusqlite",
    ];
    Forbidden::new(&sql)
        .within("src-tauri/")
        .except_in(&["src-tauri/library/", "src-tauri/uploader/queue/"])
        .because("only the library and the uploader's job store use a database.");
    Forbidden::new(&["rusqlite"])
        .within("src-tauri/uploader/")
        .except_in(&[
            "src-tauri/uploader/queue/store.rs",
            "src-tauri/uploader/queue/store/",
        ])
        .because("of the uploader, only the job store uses the database.");
    Forbidden::new(&["rusqlite::Connection", "Connection::open", "OpenFlags"])
        .within("src-tauri/library/")
        .except_in(&["src-tauri/library/storage/db/"])
        .because("connections are opened in library/storage/db/ only.");
}

#[test]
fn only_the_server_uses_axum_and_only_its_state_blocks() {
    Forbidden::new(&["axum::", "axum;"])
        .within("src-tauri/")
        .except_in(&["src-tauri/server/"])
        .because("only the server uses axum.");
    Forbidden::new(&["spawn_blocking", "block_in_place"])
        .within("src-tauri/server/")
        .except_in(&["src-tauri/server/state.rs", "src-tauri/server/lib.rs"])
        .because(
            "requests start blocking work in server/state.rs only; lib.rs does so at startup.",
        );
}

#[test]
fn dialects_use_the_library_and_not_each_other() {
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
            Forbidden::new(&others)
                .within(&place)
                .because("a dialect may not use another.");
        }
    }
    Forbidden::new(&["storage::db", "blobs", "Blobs"])
        .within("src-tauri/server/")
        .because("the server uses `Library`, never the database or the files behind it.");
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
fn the_status_codes_of_errors_are_chosen_in_one_file() {
    let status_codes = [
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
    Forbidden::new(&status_codes)
        .within("src-tauri/server/")
        .except_in(&[
            "src-tauri/server/error/mod.rs",
            "src-tauri/server/dialects/",
        ])
        .because("server/error/mod.rs chooses every status code; a dialect may deviate where its contract says so.");
}

#[test]
fn connections_are_opened_in_two_places() {
    Forbidden::new(&["reqwest::", "TcpStream::connect"])
        .within("src-tauri/")
        .except_in(&["src-tauri/uploader/http/client.rs", "src-tauri/safe_fetch/"])
        .because("only uploader/http/client.rs and safe_fetch/ open connections.");
    let connecting = ["reqwest::dns", "ClientBuilder", "lookup_host", "TcpStream"];
    Forbidden::new(&connecting)
        .within("src-tauri/safe_fetch/")
        .except_in(&["src-tauri/safe_fetch/connection.rs"])
        .because("of safe_fetch/, only connection.rs opens connections, to addresses that it has checked.");
}

#[test]
fn only_the_desktop_uses_tauri() {
    Forbidden::new(&["tauri::", "tauri_plugin"])
        .within("src-tauri/")
        .except_in(&["src-tauri/desktop/", "src-tauri/build.rs"])
        .because("only desktop/ uses Tauri.");
    for file in files() {
        let page = file.starts_with("ui/src/") && !file.ends_with("ui/src/host/tauri.ts");
        if page
            && ["ts", "svelte", "html"].iter().any(|ending| {
                file.extension()
                    .is_some_and(|extension| extension == *ending)
            })
        {
            assert!(
                !text(&file).contains("@tauri-apps/"),
                "{}: only ui/src/host/tauri.ts may use Tauri.",
                file.display()
            );
        }
    }
}

#[test]
fn only_the_programs_read_the_environment() {
    Forbidden::new(&[
        "env::var",
        "env::vars",
        "env::args",
        "env::current_dir",
        "env::home_dir",
        "env::temp_dir",
    ])
    .within("src-tauri/")
    .except_in(&[
        "src-tauri/cli/",
        "src-tauri/desktop/",
        "src-tauri/app_paths/",
    ])
    .because(
        "the other crates receive a configuration; only the programs and app_paths read the environment.",
    );
    Forbidden::new(&["env::"])
        .within("src-tauri/cli/")
        .except_in(&["src-tauri/cli/settings.rs"])
        .because("cli/settings.rs reads the environment for the whole program.");
}

#[test]
fn time_and_random_ids_come_from_clock_and_ids() {
    for package in ["library", "uploader"] {
        let clock = format!("src-tauri/{package}/clock.rs");
        let ids = format!("src-tauri/{package}/ids.rs");
        Forbidden::new(&["SystemTime::now", "Timestamp::now", "Zoned::now"])
            .within(&format!("src-tauri/{package}/"))
            .except_in(&[&clock])
            .because("the time comes from `Clock`, which tests replace.");
        Forbidden::new(&["getrandom::", "Uuid::new_v4", "rand::"])
            .within(&format!("src-tauri/{package}/"))
            .except_in(&[&ids, "src-tauri/library/random.rs"])
            .because("random ids come from `Ids`, which tests replace.");
    }
}

#[test]
fn no_code_is_unfinished() {
    Forbidden::new(&["todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX"])
        .within("src-tauri/")
        .because("code that is committed is finished.");
}

#[test]
fn no_file_mentions_the_machine_it_was_made_on() {
    // In two parts each, so that this file does not contain them.
    let foreign_paths = [
        concat!("../", "shared"),
        concat!("/work", "/"),
        concat!("/root", "/"),
        concat!("/home", "/user"),
    ];
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else {
            continue;
        };
        for word in foreign_paths {
            assert!(
                !text.contains(word),
                "{} mentions {word}, which exists on one machine only.",
                file.display()
            );
        }
    }
}
