//! What handlers take from a request besides forms.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::Request;

use super::harness::{World, request};
use crate::error::{CredentialError, Error};
use crate::http::extract::{ApiKey, Json, Query};
use crate::http::middleware::real_ip::ClientInfo;

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Wish {
    path: String,
}

const WISH: &str = "{\"path\":\"a/b\"}";

fn with(body: impl Into<Body>) -> Request<Body> {
    request("POST", "/").body(body.into()).unwrap()
}

#[tokio::test]
async fn a_body_of_json_is_read_whatever_its_type_and_may_be_missing_where_that_is_said() {
    let world = World::new();
    let read = Json::<Wish>::from_request(with(WISH), &world.app).await;
    assert_eq!(read.unwrap().0.path, "a/b");
    for (body, missing) in [("", true), (" \n", true), ("null", true), (WISH, false)] {
        let read = Json::<Option<Wish>>::from_request(with(body), &world.app).await;
        assert_eq!(read.unwrap().0.is_none(), missing, "{body}");
    }
    for body in ["", "{}", "{\"path\":1}", "path=a/b", "{\"path\":\"a"] {
        let refused = Json::<Wish>::from_request(with(body), &world.app).await;
        let error = refused.map(|_| ()).unwrap_err();
        assert!(matches!(error, Error::BadBody { .. }), "{body}");
    }
}

#[tokio::test]
async fn a_body_of_json_has_an_end() {
    let world = World::new();
    let text = format!("{{\"path\":\"{}\"}}", "x".repeat(1 << 20));
    let refused = Json::<Wish>::from_request(with(text), &world.app).await;
    assert!(matches!(refused.map(|_| ()), Err(Error::TooLarge)));
}

#[tokio::test]
async fn a_query_is_read_in_its_order() {
    let world = World::new();
    let (mut parts, ()) = request("GET", "/a?b=1&a=%C3%A9&uuid%5B%5D=x&uuid[0]=y")
        .body(())
        .unwrap()
        .into_parts();
    let Query(fields) = Query::from_request_parts(&mut parts, &world.app)
        .await
        .unwrap();
    assert_eq!(fields.iter().next(), Some(("b", "1")));
    assert_eq!(fields.get("a"), Some("é"));
    assert_eq!(fields.list_values("uuid").collect::<Vec<_>>(), ["x", "y"]);
}

#[tokio::test]
async fn the_key_of_the_header_is_somebodys_or_missing_or_wrong() {
    let world = World::new();
    let ask = async |key: &str| {
        let (mut parts, ()) = request("GET", "/")
            .header("X-API-Key", key)
            .extension(ClientInfo {
                address: "192.0.2.1".parse().unwrap(),
                base_url: "http://nas".into(),
                is_behind_proxy: false,
            })
            .body(())
            .unwrap()
            .into_parts();
        ApiKey::from_request_parts(&mut parts, &world.app)
            .await
            .map(|ApiKey(actor)| actor)
    };
    assert!(ask(&world.secret).await.unwrap().account().is_some());
    assert!(matches!(
        ask(" ").await,
        Err(Error::Unauthorised(CredentialError::Missing))
    ));
    assert!(matches!(
        ask("isk_wrong").await,
        Err(Error::Unauthorised(CredentialError::Wrong))
    ));
}
