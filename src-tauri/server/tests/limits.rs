//! How often one client may do a thing.

use axum::body::Body;

use super::harness::{World, part, png, request, upload};
use crate::config::Config;
use crate::error::Error;
use crate::http::middleware::real_ip::ClientInfo;

fn file() -> [Vec<u8>; 1] {
    [part("name=\"file\"; filename=\"a.png\"", &png(3, 3))]
}

#[tokio::test]
async fn uploads_beyond_the_limit_of_one_address_wait_but_not_those_of_the_app() {
    let world = World::set(Config {
        rate_limit_uploads_per_minute: 2,
        ..Config::default()
    });
    for _ in 0..2 {
        assert_eq!(world.send(upload(&world.secret, &file())).await.status, 200);
    }
    let refused = world.send(upload(&world.secret, &file())).await;
    refused.refuses(429, "Too many requests");
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(
        world
            .send_from("192.0.2.1:5", upload(&world.secret, &file()))
            .await
            .status,
        200
    );
    let (_, app) = world.library.renew_app_key().unwrap();
    for _ in 0..3 {
        assert_eq!(world.send(upload(app.expose(), &file())).await.status, 200);
    }
}

#[tokio::test]
async fn wrong_keys_beyond_the_limit_wait_but_right_ones_never() {
    let world = World::set(Config {
        rate_limit_auth_failures_per_minute: 2,
        ..Config::default()
    });
    let with = async |key: &str| {
        let request = request("POST", "/upload").header("authorization", format!("Bearer {key}"));
        world.send(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..2 {
        with("sk_wrong").await.refuses(401, "Unauthorized");
    }
    with("sk_wrong").await.refuses(429, "Too many requests");
    with(&world.secret).await.refuses(400, "No file uploaded");
    world
        .ask("POST", "/upload")
        .await
        .refuses(401, "Unauthorized");
}

#[tokio::test]
async fn an_upload_that_gets_no_place_among_the_others_is_told_to_come_back() {
    let world = World::set(Config {
        upload_idle_seconds: 1,
        ..Config::default()
    });
    let others = world.app.upload_slots.available_permits();
    let _others = world
        .app
        .upload_slots
        .acquire_many(u32::try_from(others).unwrap())
        .await
        .unwrap();
    let refused = world.send(upload(&world.secret, &file())).await;
    refused.refuses(503, "Server is busy");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[test]
fn guests_have_a_share_of_their_own_where_they_are_let_in() {
    let guest = ClientInfo {
        address: "192.0.2.1".parse().unwrap(),
        base_url: "http://nas".into(),
        is_behind_proxy: false,
    };
    let strict = World::new();
    assert!(matches!(
        strict.app.authorise_guest_upload(&guest),
        Err(Error::Forbidden)
    ));
    let open = World::set(Config {
        allow_guest_uploads: true,
        rate_limit_guest_uploads_per_minute: 1,
        rate_limit_uploads_per_minute: 1,
        ..Config::default()
    });
    open.app.upload_limit.consume(guest.address).unwrap();
    assert!(open.app.authorise_guest_upload(&guest).is_ok());
    assert!(matches!(
        open.app.authorise_guest_upload(&guest),
        Err(Error::RateLimited { .. })
    ));
}
