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
    let shares = world.library.shares().unwrap();
    let told: Vec<_> = shares
        .iter()
        .map(|share| (&*share.name, share.images))
        .collect();
    assert_eq!(told, [("kitten", 0), ("owner", 2), ("", 1)]);
    assert_eq!(shares[1].bytes, 2 * bytes);
    let account = owner.account().unwrap();
    assert_eq!(world.library.share(account).unwrap(), shares[1]);
    assert_eq!(
        world.library.share(other.account().unwrap()).unwrap().bytes,
        0
    );
}

#[test]
fn variants_count_against_their_cap_which_may_change() {
    let world = World::new();
    let image = add(&world.library, &world.owner(), &picture(1));
    assert_eq!(world.library.room().unwrap().cache, 0);
    let made = world
        .library
        .make_variant(&image, &Transform::to_width(32), &imaging::Never);
    made.unwrap();
    let room = world.library.room().unwrap();
    let lying: u64 = world
        .variants()
        .iter()
        .map(|path| path.metadata().unwrap().len())
        .sum();
    assert!(lying > 0);
    assert_eq!((room.cache, room.cache_most), (lying, 2 << 30));
    assert!(room.free > 0);

    world.library.adopt(Settings {
        cache_bytes: 0,
        max_upload_bytes: 10,
        ..Settings::default()
    });
    world.library.sweep().unwrap();
    assert!(world.variants().is_empty());
    assert_eq!(world.library.room().unwrap().cache_most, 0);
    let mut incoming = world.library.incoming().unwrap();
    assert!(incoming.append(&picture(1)).is_err());
}

#[test]
fn what_is_chosen_is_seen_by_every_process_until_it_is_taken_back() {
    let world = World::new();
    let choose = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
    world
        .library
        .choose(&[choose("b", Some("1")), choose("a", Some("true"))])
        .unwrap();
    let other = world.another_handle();
    let told = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(other.chosen().unwrap(), [told("a", "true"), told("b", "1")]);
    other
        .choose(&[choose("b", None), choose("a", Some("false"))])
        .unwrap();
    assert_eq!(world.library.chosen().unwrap(), [told("a", "false")]);
}
