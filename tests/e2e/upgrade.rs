//! A data folder of the first released database is carried over: every link of then shows what it showed.
//!
//! `fixtures/data-60bd251.tar.xz` was made by the program of commit 60bd251. Its `links.json` lists every link, with what
//! that program answered.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tests::vitrine::World;
use tests::{Answer, Request, Vitrine};

/// The host that the addresses of the fixture name.
const HOST: &str = "127.0.0.1:4870";

/// One link of the fixture.
#[derive(Debug)]
struct Link<'a> {
    what: &'a str,
    path: &'a str,
    status: u64,
    media_type: &'a str,
    /// The digest of the bytes, where they are an original.
    sha256: Option<&'a str>,
    /// The name of the API key that it is asked with.
    key: Option<&'a str>,
    location: Option<&'a str>,
}

/// A world that holds the fixture, and what its links showed.
fn unpack() -> (World, Value) {
    let world = World::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/fixtures/data-60bd251.tar.xz");
    let unpacked = world
        .command("tar")
        .arg("-xf")
        .arg(fixture)
        .status()
        .expect("tar runs");
    assert!(unpacked.success());
    let text = std::fs::read(world.home().join("links.json")).expect("a list of links");
    (world, serde_json::from_slice(&text).expect("JSON"))
}

fn links(manifest: &Value) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for (image, rows) in manifest["links"].as_object().expect("links by image") {
        for row in rows.as_array().expect("a list of links") {
            let is_original = row[5] == 1 || row[5] == true;
            let sha256 = manifest["images"][image]["sha256"].as_str();
            links.push(Link {
                what: row[1].as_str().expect("a name"),
                path: row[2].as_str().expect("a path"),
                status: row[3].as_u64().expect("a status"),
                media_type: row[4].as_str().unwrap_or_default(),
                sha256: sha256.filter(|_| is_original),
                key: row[6]["key"].as_str(),
                location: row[7].as_str(),
            });
        }
    }
    // Links that delete are asked last.
    links.sort_by_key(|link| link.what == "delete link");
    links
}

fn start(world: World) -> Vitrine {
    let command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
    Vitrine::launched_by(world, command)
}

fn get(vitrine: &Vitrine, manifest: &Value, link: &Link<'_>) -> Answer {
    let mut request = Request::get(link.path).header("Host", HOST);
    if let Some(key) = link.key {
        request = request.bearer(secret(manifest, key));
    }
    // Sizes that IMGSHARE promises may still be rendered.
    for _ in 0..100 {
        let answer = vitrine.send(&request);
        if link.status == 404 || answer.status != 404 || answer.header("retry-after").is_empty() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{link:?} is never ready");
}

fn hex_digest(answer: &Answer) -> String {
    let digest = Sha256::digest(&answer.body);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn secret<'a>(manifest: &'a Value, key: &str) -> &'a str {
    manifest["keys"][key]["secret"].as_str().expect("a secret")
}

fn check_all(vitrine: &Vitrine, manifest: &Value) {
    let links = links(manifest);
    assert!(links.len() > 300, "{} links", links.len());
    for link in &links {
        let answer = get(vitrine, manifest, link);
        assert_eq!(u64::from(answer.status), link.status, "{link:?}");
        assert_eq!(answer.header("content-type"), link.media_type, "{link:?}");
        if let Some(sha256) = link.sha256 {
            assert_eq!(hex_digest(&answer), sha256, "{link:?}");
        }
        if let Some(location) = link.location {
            assert_eq!(answer.header("location"), location, "{link:?}");
        }
    }
    // What was deleted by its link is gone.
    for link in links.iter().filter(|link| link.what == "delete link") {
        assert_eq!(get(vitrine, manifest, link).status, 404, "{link:?}");
    }
}

#[test]
fn every_link_of_an_older_database_shows_what_it_showed() {
    let (world, manifest) = unpack();
    let vitrine = start(world);
    check_all(&vitrine, &manifest);
}

#[test]
fn names_that_were_not_made_yet_are_made_and_names_that_never_were_are_not_found() {
    let (world, manifest) = unpack();
    let vitrine = start(world);
    let images = manifest["images"].as_object().expect("images");
    let unnamed = images
        .values()
        .filter(|image| image["no_names_in_other_dialects_yet"] == true);
    let mut seen = 0;
    let key = secret(&manifest, "ancient-all");
    for image in unnamed {
        let path = format!(
            "/api/dashboard/images/{}",
            image["id"].as_str().expect("an id")
        );
        let request = Request::get(&path).header("Host", HOST).bearer(key);
        let links = vitrine.send(&request).is(200).json()["links"].clone();
        let mut urls = vec![
            &links["chevereto"]["url"],
            &links["slink"]["url"],
            &links["imgs"]["original"],
        ];
        urls.extend(links["imgshare"].get("native"));
        for url in urls {
            let url = url.as_str().expect("a URL");
            let path = url
                .strip_prefix(&format!("http://{HOST}"))
                .expect("our host");
            let answer = vitrine.get(path).is(200);
            assert_eq!(hex_digest(&answer), image["sha256"], "{path}");
        }
        seen += 1;
    }
    assert!(seen > 0);
    for path in [
        "/img/owner/20260101_never.png",
        "/img/owner/xga/20260101_never.jpg",
        "/img/gone/20260101_never.png",
        "/img/nobody/20260101_never.png",
        "/image/Never123",
        "/images/2026/01/01/never.png",
        "/images/2026/01/01/never.th.png",
    ] {
        assert_eq!(vitrine.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_migration_that_is_killed_leaves_a_database_that_the_next_start_carries_over() {
    let (world, manifest) = unpack();
    for millis in [0, 5, 10, 15, 20, 30, 40, 60] {
        let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = command.spawn().expect("the program starts");
        std::thread::sleep(Duration::from_millis(millis));
        server.kill().expect("the server can be killed");
        server.wait().expect("the server ends");
    }
    check_all(&start(world), &manifest);
}

#[test]
fn the_fixture_is_small() {
    let fixture: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "e2e/fixtures/data-60bd251.tar.xz",
    ]
    .iter()
    .collect();
    assert!(fixture.metadata().expect("the fixture").len() < 64 << 10);
}
