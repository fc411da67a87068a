//! Accounts: names, the first one, removal.

use argon2::Argon2;
use argon2::password_hash::{PasswordVerifier, phc::PasswordHash};

use super::*;

fn named(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        ..NewAccount::default()
    }
}

#[test]
fn a_new_folder_has_the_owner_who_cannot_sign_in_and_stays() {
    let world = World::new();
    let accounts = world.another_handle().accounts().unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(
        (
            accounts[0].name.as_str(),
            accounts[0].admin,
            accounts[0].has_password
        ),
        ("owner", true, false)
    );
    assert!(matches!(
        world.library.remove_account("owner", true),
        Err(Error::PermanentAccount { .. })
    ));
}

#[test]
fn names_follow_the_rule() {
    let world = World::with(Settings {
        reserved_account_names: &["xga", "vga", "qvga"],
        ..Settings::default()
    });
    for good in ["a", "0day", "kit_ten.of-two", &"x".repeat(32)] {
        world.library.add_account(named(good)).unwrap();
    }
    for bad in [
        "",
        "Kitten",
        "_a",
        ".a",
        "a b",
        "käse",
        "xga",
        "vga",
        "qvga",
        "guest",
        &"x".repeat(33),
    ] {
        let refused = world.library.add_account(named(bad));
        assert!(
            matches!(refused, Err(Error::InvalidAccountName { .. })),
            "{bad:?}"
        );
    }
    assert!(matches!(
        world.library.add_account(named("a")),
        Err(Error::AccountNameTaken { .. })
    ));
}

#[test]
fn a_removed_account_takes_its_keys_along_and_its_name_is_never_given_out_again() {
    let world = World::new();
    world.library.add_account(named("kitten")).unwrap();
    let (_, secret) = world
        .library
        .create_api_key(NewApiKey {
            account: "kitten".to_owned(),
            ..NewApiKey::default()
        })
        .unwrap();
    world.library.remove_account("kitten", false).unwrap();
    assert!(
        world
            .library
            .actor_for_secret(secret.expose())
            .unwrap()
            .is_none()
    );
    assert!(matches!(
        world.library.add_account(named("kitten")),
        Err(Error::AccountNameTaken { .. })
    ));
    assert!(matches!(
        world.library.remove_account("kitten", false),
        Err(Error::UnknownAccount { .. })
    ));
}

#[test]
fn an_account_with_images_stays_unless_they_go_too() {
    let world = World::new();
    world.library.add_account(named("kitten")).unwrap();
    let kitten = actor(
        &world.library,
        NewApiKey {
            account: "kitten".to_owned(),
            ..NewApiKey::default()
        },
    );
    add(&world.library, &kitten, &picture(1));
    let shared = add(&world.library, &world.owner(), &picture(2));
    let gone = add(&world.library, &kitten, &picture(2));

    let refused = world.library.remove_account("kitten", false).unwrap_err();
    assert!(
        matches!(refused, Error::AccountOwnsImages { count: 2, .. }),
        "{refused}"
    );
    assert_eq!(world.blobs().len(), 2);

    world.library.remove_account("kitten", true).unwrap();
    assert!(matches!(
        world.library.find_image(&short(&gone)),
        Err(Error::NotFound)
    ));
    assert_eq!(read(world.library.original(&shared).unwrap()), picture(2));
    assert_eq!(world.blobs().len(), 1);
}

#[test]
fn a_password_is_kept_as_argon2id() {
    let world = World::new();
    world.library.set_password("owner", "open sesame").unwrap();
    let hash: String = world
        .library
        .database()
        .read(|read| read.query_one("SELECT password FROM accounts", [], |row| row.get(0)))
        .unwrap()
        .unwrap();
    assert!(hash.starts_with("$argon2id$"));
    let hash = PasswordHash::new(&hash).unwrap();
    assert!(
        Argon2::default()
            .verify_password(b"open sesame", &hash)
            .is_ok()
    );
    assert!(
        Argon2::default()
            .verify_password(b"open barley", &hash)
            .is_err()
    );
    assert!(world.library.accounts().unwrap()[0].has_password);

    assert!(matches!(
        world.library.set_password("owner", "short"),
        Err(Error::PasswordTooShort { .. })
    ));
    // One that signing in would not look at must not be taken in the first place.
    let long = "x".repeat(1001);
    let refused = world.library.set_password("owner", &long);
    assert!(matches!(refused, Err(Error::PasswordTooLong { .. })));
    let unknown = world.library.set_password("nobody", "open sesame");
    assert!(matches!(unknown, Err(Error::UnknownAccount { .. })));
}
