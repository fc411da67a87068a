//! What takes how much room, and settings that change while the library is open.

use imaging::Transform;

use super::*;

#[test]
fn every_account_has_its_share_and_guests_have_theirs() {
    let world = World::new();
    let (owner, other) = (world.owner(), kitten(&world));
    let bytes = picture(1).len() as u64;
    add(&world.library, &owner, &picture(1));
    add(&world.library, &owner, &picture(1));
    add(&world.library, &Actor::Guest, &picture(2));
    let shares = world.library.usage_by_account().unwrap();
    let told: Vec<_> = shares
        .iter()
        .map(|share| (&*share.name, share.images))
        .collect();
    assert_eq!(told, [("kitten", 0), ("owner", 2), ("", 1)]);
    assert_eq!(shares[1].bytes, 2 * bytes);
    let account = owner.account().unwrap();
    assert_eq!(world.library.account_usage(account).unwrap(), shares[1]);
    assert_eq!(
        world
            .library
            .account_usage(other.account().unwrap())
            .unwrap()
            .bytes,
        0
    );
}

#[test]
fn variants_count_against_their_cap_which_may_change() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    assert_eq!(world.library.disk_usage().unwrap().cache_bytes, 0);
    let made =
        world
            .library
            .make_variant(&image, &Transform::to_width(32), &imaging::NeverCancelled);
    made.unwrap();
    let room = world.library.disk_usage().unwrap();
    let lying: u64 = world
        .variants()
        .iter()
        .map(|path| path.metadata().unwrap().len())
        .sum();
    assert!(lying > 0);
    assert_eq!((room.cache_bytes, room.cache_capacity), (lying, 2 << 30));
    assert!(room.free_bytes > 0);

    world.library.apply_settings(Settings {
        cache_bytes: 0,
        max_upload_bytes: 10,
        ..Settings::default()
    });
    world.library.collect_garbage().unwrap();
    assert!(world.variants().is_empty());
    assert_eq!(world.library.disk_usage().unwrap().cache_capacity, 0);
    let mut incoming = world.library.stage_upload().unwrap();
    assert!(incoming.append(&picture(1)).is_err());
}

#[test]
fn what_is_chosen_is_seen_by_every_process_until_it_is_taken_back() {
    let world = World::new();
    let choose = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
    world
        .library
        .set_settings_overrides(&[choose("b", Some("1")), choose("a", Some("true"))])
        .unwrap();
    let other = world.another_handle();
    let told = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        other.settings_overrides().unwrap(),
        [told("a", "true"), told("b", "1")]
    );
    other
        .set_settings_overrides(&[choose("b", None), choose("a", Some("false"))])
        .unwrap();
    assert_eq!(
        world.library.settings_overrides().unwrap(),
        [told("a", "false")]
    );
}
