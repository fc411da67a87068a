//! Keys: secrets, expiry, last use, the app's own.

use super::*;

#[test]
fn a_secret_is_sk_and_forty_letters_and_is_not_kept() {
    let world = World::new();
    let (_, secret) = world.library.create_api_key(NewApiKey::default()).unwrap();
    let letters = secret.expose().strip_prefix("sk_").unwrap();
    assert!(letters.len() == 40 && letters.chars().all(|c| c.is_ascii_alphanumeric()));
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    for file in files(world.folder.path()) {
        let bytes = std::fs::read(file).unwrap();
        assert!(
            !bytes
                .windows(letters.len())
                .any(|part| part == letters.as_bytes())
        );
    }
}

#[test]
fn a_revoked_key_is_dead_at_once_in_every_process() {
    let world = World::new();
    let other = world.another_handle();
    let (key, secret) = world.library.create_api_key(NewApiKey::default()).unwrap();
    assert!(other.actor_for_secret(secret.expose()).unwrap().is_some());
    world.library.revoke_api_key(&key.id).unwrap();
    assert!(other.actor_for_secret(secret.expose()).unwrap().is_none());
    assert!(matches!(
        world.library.revoke_api_key(&key.id),
        Err(Error::UnknownApiKey { .. })
    ));
}

#[test]
fn an_expired_key_is_deleted_when_it_is_met() {
    let world = World::new();
    let (_, secret) = world
        .library
        .create_api_key(NewApiKey {
            expires_in: Some(HOUR),
            ..NewApiKey::default()
        })
        .unwrap();
    world.let_pass(HOUR - Duration::from_secs(1));
    assert!(
        world
            .library
            .actor_for_secret(secret.expose())
            .unwrap()
            .is_some()
    );
    world.let_pass(Duration::from_secs(1));
    assert!(world.library.api_keys(None).unwrap().is_empty());
    assert!(
        world
            .library
            .actor_for_secret(secret.expose())
            .unwrap()
            .is_none()
    );
    assert_eq!(
        world.library.collect_garbage().unwrap().expiry.keys,
        0,
        "it had been deleted"
    );
}

#[test]
fn a_lifetime_beyond_reason_is_refused() {
    let world = World::new();
    for expires_in in [Some(Duration::ZERO), Some(Duration::MAX)] {
        let refused = world.library.create_api_key(NewApiKey {
            expires_in,
            ..NewApiKey::default()
        });
        assert!(matches!(refused, Err(Error::InvalidLifetime)));
    }
}

#[test]
fn the_last_use_is_shown_and_written_down_by_flush() {
    let world = World::new();
    let (key, secret) = world.library.create_api_key(NewApiKey::default()).unwrap();
    assert_eq!(world.library.api_keys(None).unwrap(), [key]);

    world.let_pass(HOUR);
    world.library.actor_for_secret(secret.expose()).unwrap();
    let other = world.another_handle();
    assert_eq!(other.api_keys(None).unwrap()[0].last_used_at, None);
    world.library.flush_counters().unwrap();
    assert_eq!(
        other.api_keys(None).unwrap()[0].last_used_at,
        Some(world.clock.now())
    );
}

#[test]
fn keys_are_listed_by_account() {
    let world = World::new();
    world
        .library
        .add_account(NewAccount {
            name: "kitten".to_owned(),
            ..NewAccount::default()
        })
        .unwrap();
    world.library.create_api_key(NewApiKey::default()).unwrap();
    let new = NewApiKey {
        account: "kitten".to_owned(),
        name: "a\tb".to_owned(),
        ..NewApiKey::default()
    };
    world.library.create_api_key(new).unwrap();
    let keys = world.library.api_keys(Some("kitten")).unwrap();
    assert_eq!(
        keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(),
        ["a b"]
    );
    assert!(matches!(
        world.library.api_keys(Some("nobody")),
        Err(Error::UnknownAccount { .. })
    ));
}

#[test]
fn a_new_app_key_ends_the_one_before_and_no_other() {
    let world = World::new();
    let (_, other) = world.library.create_api_key(NewApiKey::default()).unwrap();
    let (_, before) = world.library.renew_app_key().unwrap();
    let (_, now) = world.library.renew_app_key().unwrap();
    assert!(
        world
            .library
            .actor_for_secret(before.expose())
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .library
            .actor_for_secret(now.expose())
            .unwrap()
            .unwrap()
            .is_app()
    );
    assert!(
        !world
            .library
            .actor_for_secret(other.expose())
            .unwrap()
            .unwrap()
            .is_app()
    );

    world.library.revoke_app_keys().unwrap();
    assert!(
        world
            .library
            .actor_for_secret(now.expose())
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .library
            .actor_for_secret(other.expose())
            .unwrap()
            .is_some()
    );
}

#[test]
fn scopes_are_written_as_they_are_read() {
    let scopes: Scopes = "upload, manage".parse().unwrap();
    assert_eq!(scopes.to_string(), "upload,manage");
    assert_eq!(Scopes::ALL.to_string().parse(), Ok(Scopes::ALL));
    assert!(
        "upload,fly"
            .parse::<Scopes>()
            .unwrap_err()
            .to_string()
            .contains("`fly`")
    );
}

#[test]
fn a_key_may_be_told_its_very_end() {
    let world = World::new();
    let end = world.library.now().plus(HOUR);
    let until = |end| {
        world
            .library
            .create_api_key_until(NewApiKey::default(), end)
    };
    let (key, _) = until(end).unwrap();
    assert_eq!(key.expires_at, Some(end));
    assert_eq!(
        world.library.api_keys(None).unwrap()[0].expires_at,
        key.expires_at
    );
    for end in [world.library.now(), Timestamp::from_micros(i64::MAX)] {
        assert!(matches!(until(end), Err(Error::InvalidLifetime)));
    }
}
