//! Presets: named by rules, unique in their account, and nobody else's.

use super::*;

#[test]
fn a_preset_is_kept_as_it_was_given_and_found_by_name() {
    let world = World::new();
    let owner = world.owner();
    let add = |name, params| world.library.add_preset(&owner, name, params).unwrap();
    let thumb = add("thumb", "c_fill,w_240");
    let big = add("Big_1-x", "");
    assert_eq!(world.library.presets(&owner).unwrap(), [big, thumb.clone()]);
    let account = owner.account().unwrap();
    assert_eq!(world.library.preset(account, "thumb").unwrap(), thumb);
    assert_eq!(thumb.params, "c_fill,w_240");
    for none in ["THUMB", "thum", ""] {
        let missing = world.another_handle().preset(account, none);
        assert!(matches!(missing, Err(Error::PresetNotFound)), "{none}");
    }
}

#[test]
fn names_begin_with_a_letter_or_digit_and_are_plain() {
    let world = World::new();
    let owner = world.owner();
    let add = |name: &str| world.library.add_preset(&owner, name, "");
    for good in ["a", "9", "a-b_c", &"x".repeat(64)] {
        assert!(add(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "-a",
        "_a",
        "a b",
        "a:b",
        "a/b",
        "ä",
        "a.b",
        &"x".repeat(65),
    ] {
        assert!(
            matches!(add(bad), Err(Error::InvalidPresetName { .. })),
            "{bad}"
        );
    }
}

#[test]
fn a_name_is_taken_once_in_each_account_and_free_again_when_its_preset_is_gone() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let first = world.library.add_preset(&owner, "thumb", "w_1").unwrap();
    let again = world.library.add_preset(&owner, "thumb", "w_2");
    assert!(matches!(again, Err(Error::PresetTaken { name }) if name == "thumb"));
    let kept = world.library.presets(&owner).unwrap();
    assert_eq!(kept, std::slice::from_ref(&first));
    assert!(world.library.add_preset(&kitten, "thumb", "w_3").is_ok());

    let others = world.library.delete_preset(&kitten, &first.id);
    assert!(matches!(others, Err(Error::PresetNotFound)));
    world.library.delete_preset(&owner, &first.id).unwrap();
    let account = owner.account().unwrap();
    assert!(matches!(
        world.library.preset(account, "thumb"),
        Err(Error::PresetNotFound)
    ));
    assert!(matches!(
        world.library.delete_preset(&owner, &first.id),
        Err(Error::PresetNotFound)
    ));
    assert!(world.library.add_preset(&owner, "thumb", "w_2").is_ok());
}

#[test]
fn only_a_key_that_may_manage_has_to_do_with_presets() {
    let world = World::new();
    let preset = world.library.add_preset(&world.owner(), "a", "").unwrap();
    let sender = actor(
        &world.library,
        NewApiKey {
            scopes: "upload,delete".parse().unwrap(),
            ..NewApiKey::default()
        },
    );
    let refused = [
        world.library.presets(&sender).map(drop),
        world.library.add_preset(&sender, "b", "").map(drop),
        world.library.delete_preset(&sender, &preset.id),
    ];
    for refused in refused {
        let scope = Scope::Manage;
        assert!(matches!(refused, Err(Error::Forbidden { scope: found }) if found == scope));
    }
}
