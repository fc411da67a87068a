//! The dashboard's door with the app's key, and what other processes change.

use axum::body::Body;
use serde_json::{Value, json};

use super::harness::{Answer, World, request};

async fn ask(world: &World, secret: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = request(method, &format!("/api/dashboard{path}"))
        .header("authorization", format!("Bearer {secret}"))
        .body(Body::from(body.to_string()))
        .unwrap();
    world.send(request).await
}

async fn sign_in(world: &World, body: Value) -> Answer {
    let request = request("POST", "/api/dashboard/session")
        .header("host", "localhost")
        .header("sec-fetch-site", "same-origin");
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    let here = "localhost".parse().unwrap();
    request.headers_mut().insert("host", here);
    world.send(request).await
}

fn app_key(world: &World) -> String {
    let (_, secret) = world.library.renew_app_key().unwrap();
    secret.expose().to_owned()
}

#[tokio::test]
async fn the_app_gives_the_owner_a_password_while_there_is_none() {
    let world = World::new();
    let key = app_key(&world);
    let before = ask(&world, &key, "GET", "/session", Value::Null).await;
    assert_eq!(before.json()["hasPassword"], false);
    let first = json!({ "password": "Correct horse 1" });
    let set = ask(&world, &key, "PATCH", "/account", first.clone()).await;
    assert_eq!(
        (set.status.as_u16(), &set.json()["hasPassword"]),
        (200, &json!(true))
    );
    assert_eq!(set.header("set-cookie"), "", "a program keeps no cookies");
    let name = json!({ "name": "owner", "password": "Correct horse 1" });
    assert_eq!(sign_in(&world, name).await.status, 200);
    let second = json!({ "password": "Correct horse 2" });
    let refused = ask(&world, &key, "PATCH", "/account", second).await;
    assert_eq!(
        refused.status, 401,
        "there is one now, and it was not given"
    );

    // Another key is no person.
    let other = ask(&world, &world.secret, "PATCH", "/account", first).await;
    assert_eq!(other.status, 403);
}

#[tokio::test]
async fn the_app_makes_a_link_that_signs_in_once() {
    let world = World::new();
    let refused = ask(&world, &world.secret, "POST", "/session/links", Value::Null).await;
    assert_eq!(refused.status, 403);
    let made = ask(
        &world,
        &app_key(&world),
        "POST",
        "/session/links",
        Value::Null,
    )
    .await;
    assert_eq!(made.status, 201);
    let link = json!({ "link": made.json()["token"] });
    let signed_in = sign_in(&world, link.clone()).await;
    assert_eq!(
        (signed_in.status.as_u16(), &signed_in.json()["name"]),
        (200, &json!("owner"))
    );
    assert!(signed_in.header("set-cookie").contains("HttpOnly"));
    let again = sign_in(&world, link).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["code"]),
        (401, &json!("wrong_credentials"))
    );
    assert_eq!(
        sign_in(&world, json!({ "name": "owner" })).await.status,
        400
    );
}

#[tokio::test]
async fn guessing_links_is_slowed_down() {
    let world = World::set(crate::Config {
        rate_limit_auth_failures_per_minute: 2,
        ..crate::Config::default()
    });
    for status in [401, 401, 429] {
        let guessed = sign_in(&world, json!({ "link": "a guess" })).await;
        assert_eq!(guessed.status, status);
    }
}

#[tokio::test]
async fn a_setting_that_another_process_changed_is_taken_over() {
    let world = World::new();
    assert!(!world.app.config().allow_signup);
    let choose = |key: &str, value: &str| (key.to_owned(), Some(value.to_owned()));
    let chosen = [
        choose("allow_signup", "true"),
        choose("max_upload_bytes", "10"),
        choose("cache_bytes", "\"many\""),
        choose("of_a_newer_version", "1"),
    ];
    world.library.set_settings_overrides(&chosen).unwrap();
    world.app.live_config.reload(&world.library).unwrap();
    let config = world.app.config();
    assert!(config.allow_signup);
    assert_eq!(config.cache_bytes, crate::Config::default().cache_bytes);
    assert_eq!(world.library.settings().max_upload_bytes, 10);
}
