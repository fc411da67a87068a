//! Signed links: what is signed, who believes it, and how long.

use super::*;

const TRANSFORM: &str = "w_600,f_webp,q_80";

fn id() -> ImageId {
    "00112233-4455-4677-8899-aabbccddeeff".parse().unwrap()
}

fn verified(library: &Library, signer: &Signer, signature: &str) -> Option<bool> {
    library
        .verify_signature(&signer.client, &id(), TRANSFORM, signature)
        .unwrap()
}

#[test]
fn a_signature_is_the_first_24_bytes_of_an_hmac_over_all_that_it_vouches_for() {
    let world = World::new();
    let owner = world.owner();
    world.library.signer(&owner).unwrap();
    let secret: Vec<u8> = (0..32).collect();
    world
        .library
        .database()
        .write(|write| {
            write.execute("UPDATE accounts SET client = 'AbCdEf123456'", [])?;
            write.execute("UPDATE signing_secrets SET secret = ?1", [secret])
        })
        .unwrap();
    // Computed elsewhere, over "v1\nAbCdEf123456\n{id}\n{transform}".
    let signature = "I3UaBI7CMcbLePjCUw8Io6TFY9heRhvV";
    let signer = world.library.signer(&owner).unwrap();
    assert_eq!(signer.sign(&id(), TRANSFORM), signature);
    assert_eq!(verified(&world.library, &signer, signature), Some(true));
}

#[test]
fn an_account_has_one_name_in_links_for_life_and_no_two_have_the_same() {
    let world = World::new();
    let owner = world.owner();
    let signer = world.library.signer(&owner).unwrap();
    assert_eq!(signer.client.len(), 12);
    assert!(
        signer
            .client
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric())
    );
    // Another key, another process, another secret.
    let key = actor(&world.library, NewApiKey::default());
    assert_eq!(world.another_handle().signer(&key).unwrap(), signer);
    world.library.rotate_signing_secret(&owner).unwrap();
    assert_eq!(world.library.signer(&owner).unwrap().client, signer.client);
    let account = world.library.account_by_client(&signer.client).unwrap();
    assert_eq!(account.as_ref(), owner.account());
    assert_eq!(
        world.library.account_by_client("AAAAAAAAAAAA").unwrap(),
        None
    );

    let kitten = NewAccount {
        name: "kitten".to_owned(),
        ..NewAccount::default()
    };
    let kitten = world.library.add_account(kitten).unwrap();
    let kitten = Actor::Account {
        id: kitten.id,
        admin: false,
    };
    let other = world.library.signer(&kitten).unwrap();
    assert_ne!(other.client, signer.client);
    let signature = other.sign(&id(), TRANSFORM);
    assert_eq!(verified(&world.library, &signer, &signature), Some(false));
    assert!(matches!(
        world.library.signer(&Actor::Guest),
        Err(Error::Unauthorised)
    ));
}

#[test]
fn nothing_but_what_was_signed_is_believed() {
    let world = World::new();
    let signer = world.library.signer(&world.owner()).unwrap();
    let signature = signer.sign(&id(), TRANSFORM);
    assert_eq!(signature.len(), 32);
    assert_eq!(verified(&world.library, &signer, &signature), Some(true));

    let other_id = "00112233-4455-4677-8899-aabbccddeefe".parse().unwrap();
    for (client, image, transform, expected) in [
        (&*signer.client, id(), "w_601,f_webp,q_80", Some(false)),
        (&*signer.client, other_id, TRANSFORM, Some(false)),
        ("AAAAAAAAAAAA", id(), TRANSFORM, None),
    ] {
        let believed = world
            .library
            .verify_signature(client, &image, transform, &signature)
            .unwrap();
        assert_eq!(believed, expected, "{client} {image} {transform}");
    }
    let changed = signature.replacen(
        &signature[..1],
        if signature.starts_with('A') { "B" } else { "A" },
        1,
    );
    for wrong in [
        "",
        "A",
        &signature[..31],
        &format!("{signature}A"),
        &changed,
        &format!("{signature}=="),
    ] {
        assert_eq!(
            verified(&world.library, &signer, wrong),
            Some(false),
            "{wrong}"
        );
    }
}

#[test]
fn old_links_stay_good_after_a_new_secret_until_they_are_revoked() {
    let world = World::new();
    let owner = world.owner();
    let old = world.library.signer(&owner).unwrap();
    let of_old = old.sign(&id(), TRANSFORM);
    world.library.rotate_signing_secret(&owner).unwrap();
    let new = world.another_handle().signer(&owner).unwrap();
    let of_new = new.sign(&id(), TRANSFORM);
    assert_ne!(of_old, of_new);
    for signature in [&of_old, &of_new] {
        assert_eq!(verified(&world.library, &new, signature), Some(true));
    }
    world.library.revoke_old_signatures(&owner).unwrap();
    assert_eq!(verified(&world.library, &new, &of_old), Some(false));
    assert_eq!(verified(&world.library, &new, &of_new), Some(true));
}

#[test]
fn a_revoked_key_leaves_the_links_of_its_account_alone() {
    let world = World::new();
    let (key, secret) = world.library.create_api_key(NewApiKey::default()).unwrap();
    let actor = world
        .library
        .actor_for_secret(secret.expose())
        .unwrap()
        .unwrap();
    let signer = world.library.signer(&actor).unwrap();
    let signature = signer.sign(&id(), TRANSFORM);
    world.library.revoke_api_key(&key.id).unwrap();
    assert_eq!(verified(&world.library, &signer, &signature), Some(true));
}

#[test]
fn who_may_upload_or_manage_may_share_and_nobody_else() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    let name = ImageName::Id(image.id);
    let share = |scopes: &str| {
        let key = NewApiKey {
            scopes: scopes.parse().unwrap(),
            ..NewApiKey::default()
        };
        let actor = actor(&world.library, key);
        world.library.find_image_for(&actor, Action::Share, &name)
    };
    assert!(share("upload").is_ok());
    assert!(share("manage").is_ok());
    assert!(matches!(share("delete"), Err(Error::Forbidden { .. })));
    let guests = add(&world.library, &Actor::Guest, &picture(2));
    let others =
        world
            .library
            .find_image_for(&world.owner(), Action::Share, &ImageName::Id(guests.id));
    assert!(matches!(others, Err(Error::NotOwner)));
}

#[test]
fn a_secret_is_not_shown_to_those_who_print_things() {
    let world = World::new();
    let signer = world.library.signer(&world.owner()).unwrap();
    assert_eq!(format!("{signer:?}"), format!("Signer({})", signer.client));
}
