//! `vitrine account`: add, password, list, remove.

use tests::vitrine::World;
use tests::{Form, Vitrine, picture};

#[test]
fn accounts_are_listed_one_a_line() {
    let world = World::new();
    world
        .run(&["account", "add", "kitten", "--email", "k@example.org"])
        .ended(0);
    world.run(&["account", "add", "boss", "--admin"]).ended(0);
    let listed = world.run(&["account", "list"]).ended(0);
    let fields: Vec<Vec<_>> = listed
        .out
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let row = |name: &str| {
        fields
            .iter()
            .find(|row| row[0] == name)
            .expect("it is listed")
            .clone()
    };
    assert_eq!(fields.len(), 3);
    assert_eq!(row("kitten")[1..3], ["user", "k@example.org"]);
    assert_eq!(row("boss")[1..3], ["admin", "-"]);
    assert!(row("owner")[3].ends_with('Z'), "{:?}", row("owner"));
}

#[test]
fn a_name_is_given_out_once() {
    let world = World::new();
    world.run(&["account", "add", "kitten"]).ended(0);
    assert!(
        world
            .run(&["account", "add", "kitten"])
            .ended(1)
            .err
            .contains("kitten")
    );
    world.run(&["account", "remove", "kitten"]).ended(0);
    assert!(
        world
            .run(&["account", "add", "kitten"])
            .ended(1)
            .err
            .contains("kitten")
    );
    assert!(
        world
            .run(&["account", "remove", "kitten"])
            .ended(1)
            .err
            .contains("kitten")
    );
    assert!(
        world
            .run(&["key", "create", "--account", "kitten"])
            .ended(1)
            .err
            .contains("kitten")
    );
}

#[test]
fn a_name_that_a_link_cannot_contain_is_rejected() {
    let world = World::new();
    for name in ["", "a b", "a/b", "../etc", "guest", "vga"] {
        let ran = world.run(&["account", "add", "--", name]).ended(1);
        assert!(!ran.err.is_empty(), "{name:?}");
    }
    assert_eq!(world.run(&["account", "list"]).ended(0).lines().len(), 1);
}

#[test]
fn a_password_comes_from_stdin() {
    let world = World::new();
    world
        .run_with_input(
            &["account", "add", "kitten", "--password-stdin"],
            b"correct horse battery\n",
        )
        .ended(0);
    world
        .run_with_input(
            &["account", "password", "owner", "--password-stdin"],
            b"staple of the house",
        )
        .ended(0);
    world
        .run_with_input(
            &["account", "password", "nobody", "--password-stdin"],
            b"correct horse battery\n",
        )
        .ended(1);
    world
        .run_with_input(&["account", "password", "owner", "--password-stdin"], b"\n")
        .ended(2);
    world
        .run_with_input(
            &["account", "password", "owner", "--password-stdin"],
            b"short\n",
        )
        .ended(1);
    world.run(&["account", "password", "owner"]).ended(2);
}

#[test]
fn an_account_with_images_is_removed_only_with_them() {
    let vitrine = Vitrine::start();
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let key = vitrine.world().new_key(&["--account", "kitten"]);
    let upload = || {
        vitrine.send(
            &Form::file("a.png", &picture::png(300, 9))
                .post("/upload")
                .bearer(&key),
        )
    };
    let id = upload().is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    upload().is(200);
    vitrine.get(&format!("/{id}/100")).is(200);

    let refused = vitrine.run(&["account", "remove", "kitten"]).ended(1);
    assert!(refused.err.contains("2 images"), "{}", refused.err);
    upload().is(200);

    vitrine
        .run(&["account", "remove", "kitten", "--with-images"])
        .ended(0);
    upload().refuses(401, "Unauthorized");
    vitrine
        .get(&format!("/{id}"))
        .refuses(404, "Image not found");
    for folder in ["blobs", "variants"] {
        assert_eq!(vitrine.world().files(folder), [""; 0]);
    }
    assert!(
        !vitrine
            .run(&["key", "list"])
            .ended(0)
            .out
            .contains("kitten")
    );
}
