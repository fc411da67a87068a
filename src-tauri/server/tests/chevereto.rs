//! Chevereto's door where a test holds the clock or the library in its hands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::{Request, header};
use image::ImageFormat;
use library::{Clock, FolderPath, Scope, SystemClock, Timestamp};

use super::harness::*;
use crate::aliases::chevereto::coded_name;
use crate::config::Config;

/// Stands still until it is told to move on.
struct Stopped(AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

fn call(secret: &str, fields: &[(&str, &str)], bytes: &[u8]) -> Request<Body> {
    let fields = fields
        .iter()
        .map(|(name, value)| part(&format!("name=\"{name}\""), value.as_bytes()));
    let file = part("name=\"source\"; filename=\"a.png\"", bytes);
    let parts: Vec<_> = fields.chain([file]).collect();
    let (mut head, body) = upload(secret, &parts).into_parts();
    head.uri = "/api/1/upload".parse().unwrap();
    head.headers.remove(header::AUTHORIZATION);
    head.headers.insert("x-api-key", secret.parse().unwrap());
    Request::from_parts(head, body)
}

#[tokio::test]
async fn after_its_end_a_picture_is_gone_through_every_address() {
    let clock = Arc::new(Stopped(AtomicI64::new(SystemClock.now().micros())));
    let world = World::at(Config::default(), clock.clone());
    let answer = world
        .send(call(
            &world.secret,
            &[("expiration", "PT5M")],
            &png(600, 400),
        ))
        .await;
    let image = answer.json()["image"].clone();
    let code = image["id_encoded"].as_str().unwrap().to_owned();
    let short = world
        .library
        .find_image(&coded_name(&code))
        .unwrap()
        .short_name;
    let of = |url: &serde_json::Value| url.as_str().unwrap().replace("http://nas:4870", "");
    let addresses = [
        of(&image["url"]),
        of(&image["thumb"]["url"]),
        of(&image["medium"]["url"]),
        of(&image["url_viewer"]),
        of(&image["url_short"]),
        format!("/{short}"),
        format!("/{short}/200"),
        of(&image["delete_url"]),
    ];
    let (shown, link) = addresses.split_at(7);
    clock.0.fetch_add(299 * 1_000_000, Ordering::SeqCst);
    for address in shown {
        assert_eq!(world.get(address).await.status, 200, "{address}");
    }
    let cache = world
        .get(&shown[0])
        .await
        .header("cache-control")
        .to_owned();
    assert!(cache.contains("max-age=1"), "{cache}");
    clock.0.fetch_add(1_000_000, Ordering::SeqCst);
    for address in shown.iter().chain(link) {
        assert_eq!(world.get(address).await.status, 404, "{address}");
    }
}

#[tokio::test]
async fn an_album_is_a_folder_of_the_keys_own_account() {
    let world = World::new();
    let owner = world.app.run_blocking({
        let secret = world.secret.clone();
        move |library, _| Ok(library.actor_for_secret(&secret)?.unwrap())
    });
    let owner = owner.await.unwrap();
    owner.require_scope(Scope::Manage).unwrap();
    let path = FolderPath::parse("holiday").unwrap().unwrap();
    let (folder, _) = world.library.add_folder(&owner, &path).unwrap();
    let id = folder.id.to_string();
    let answer = world
        .send(call(&world.secret, &[("album_id", &id)], &png(9, 9)))
        .await;
    let code = answer.json()["image"]["id_encoded"]
        .as_str()
        .unwrap()
        .to_owned();
    let image = world.library.find_image(&coded_name(&code)).unwrap();
    assert_eq!(image.folder, Some(folder.id));

    let new = library::NewAccount {
        name: "anna".to_owned(),
        ..library::NewAccount::default()
    };
    world.library.add_account(new).unwrap();
    let annas = library::NewApiKey {
        account: "anna".to_owned(),
        ..library::NewApiKey::default()
    };
    let (_, annas) = world.library.create_api_key(annas).unwrap();
    let answer = world
        .send(call(annas.expose(), &[("album_id", &id)], &png(8, 8)))
        .await;
    assert_eq!(answer.status, 200, "dropped silently");
    let code = answer.json()["image"]["id_encoded"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        world.library.find_image(&coded_name(&code)).unwrap().folder,
        None
    );
}

#[tokio::test]
async fn a_server_that_is_busy_keeps_its_status_and_nothing_of_the_upload() {
    let world = World::set(Config {
        workers: 1,
        queue: 0,
        ..Config::default()
    });
    let _permit = world.app.limiter.acquire(1).await.unwrap();
    let answer = world.send(call(&world.secret, &[], &png(9, 9))).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(answer.json()["error"]["code"], 503);
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn a_picture_that_breaks_off_inside_is_refused_with_its_sizes() {
    let world = World::new();
    // Whole by its skeleton, so that other doors take it; what it was squeezed into is damaged.
    let mut bytes = picture(300, 200, ImageFormat::Png);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0xFF);
    assert_eq!(world.upload(&bytes).await.status, 200);
    let answer = world.send(call(&world.secret, &[], &bytes)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["message"], "Invalid image");
    assert_eq!(world.left_behind(), 0);
}
