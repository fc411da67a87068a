//! Keys that stand in the form: before the file, after it, wrong, or without the scope.

use super::*;

#[tokio::test]
async fn the_key_is_found_before_and_after_the_file_and_in_every_kind_of_form() {
    let world = World::new();
    let token = part("name=\"token\"", world.secret.as_bytes());
    let file = part("name=\"img\"; filename=\"a.png\"", b"bytes");
    for parts in [[token.clone(), file.clone()], [file, token]] {
        let read = read(&world, KEYED, PARTS, form(&parts)).await.unwrap();
        assert!(read.actor.is_some());
        assert_eq!(read.fields.get("token"), Some(&*world.secret));
        assert_eq!(picture_of(&world, read).await, b"bytes");
    }
    for (media_type, body) in [
        (PAIRS, format!("url=x&token={}", world.secret)),
        (
            JSON,
            serde_json::json!({ "token": world.secret }).to_string(),
        ),
    ] {
        assert!(
            read(&world, KEYED, media_type, body)
                .await
                .unwrap()
                .actor
                .is_some()
        );
    }
    for body in ["url=x", "token=&url=x", "token&url=x"] {
        let read = read(&world, KEYED, PAIRS, body).await.unwrap();
        assert!(read.actor.is_none() && read.fields.get("url").is_some());
    }
}

#[tokio::test]
async fn a_wrong_key_before_a_large_file_is_refused_without_reading_it() {
    let world = World::new();
    let begin = [
        part("name=\"token\"", b"sk_wrong"),
        part("name=\"file\"; filename=\"a.png\"", b""),
    ]
    .concat();
    let (body, taken) =
        pieces(std::iter::once(begin).chain(std::iter::repeat_n(vec![7; 10_000], 4000)));
    let refused = read(&world, KEYED, PARTS, body).await;
    assert!(matches!(
        refused,
        Err(Error::Unauthorised(CredentialError::Wrong))
    ));
    assert!(taken.load(Ordering::SeqCst) < 10);
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn a_key_after_the_file_that_does_not_allow_it_takes_the_file_along() {
    let world = World::set(Config {
        rate_limit_auth_failures_per_minute: 1,
        rate_limit_uploads_per_minute: 1,
        ..Config::default()
    });
    let reader = world.key(Scopes {
        upload: false,
        ..Scopes::ALL
    });
    let after = async |secret: &str| {
        let file = part("name=\"file\"; filename=\"a.png\"", &png(300, 300));
        let body = form(&[file, part("name=\"token\"", secret.as_bytes())]);
        let refused = read(&world, KEYED, PARTS, body).await.map(drop);
        assert_eq!(world.left_behind(), 0);
        refused
    };
    assert!(matches!(
        after("sk_wrong").await,
        Err(Error::Unauthorised(CredentialError::Wrong))
    ));
    assert!(matches!(
        after("sk_wrong").await,
        Err(Error::RateLimited { .. })
    ));
    assert!(matches!(after(&reader).await, Err(Error::Forbidden)));
    assert!(after(&world.secret).await.is_ok());
    assert!(matches!(
        after(&world.secret).await,
        Err(Error::RateLimited { .. })
    ));
}

#[tokio::test]
async fn a_key_that_is_to_delete_needs_that_scope_and_no_share_of_the_uploads() {
    let world = World::set(Config {
        rate_limit_uploads_per_minute: 1,
        ..Config::default()
    });
    let wanted = FormSpec {
        key_field: Some(("token", Scope::Delete)),
        ..FormSpec::EMPTY
    };
    for _ in 0..3 {
        let body = format!("token={}&file=a.png", world.secret);
        let read = read(&world, wanted, PAIRS, body).await.unwrap();
        assert_eq!(read.fields.get("file"), Some("a.png"));
    }
    let uploader = world.key(Scopes {
        delete: false,
        ..Scopes::ALL
    });
    let refused = read(&world, wanted, PAIRS, format!("token={uploader}")).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}
