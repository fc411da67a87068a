//! Folders: how paths are read, and how the tree grows, changes and goes.

use super::*;

fn path(text: &str) -> FolderPath {
    FolderPath::parse(text).unwrap().unwrap()
}

fn folder(world: &World, actor: &Actor, text: &str) -> Folder {
    world.library.add_folder(actor, &path(text)).unwrap().0
}

fn paths(world: &World, actor: &Actor) -> Vec<String> {
    let folders = world.library.folders(actor).unwrap();
    folders
        .iter()
        .map(|folder| folder.path.to_string())
        .collect()
}

fn put(world: &World, actor: &Actor, tint: u8, folder: &str) -> Image {
    let mut upload = upload(&world.library, &picture(tint));
    upload.metadata.destination = Destination::Path(path(folder));
    match world.library.add_image(actor, upload, None).unwrap() {
        AddOutcome::New(kept) => {
            assert_eq!(kept.names.folder, folder);
            kept.image
        }
        AddOutcome::Replay(_) => unreachable!("nothing was to be remembered"),
    }
}

#[test]
fn paths_are_read_as_people_write_them() {
    for (text, meant) in [
        ("a/b/c", "a/b/c"),
        ("/a/b/", "a/b"),
        ("a//b", "a/b"),
        (" a / b ", "a/b"),
        ("a b/ü", "a b/ü"),
        ("...", "..."),
        (".hidden", ".hidden"),
        ("a\\b", "a\\b"),
        ("%2e%2e", "%2e%2e"),
    ] {
        assert_eq!(path(text).as_str(), meant, "{text}");
    }
    for root in ["", "/", " / ", "//"] {
        assert_eq!(FolderPath::parse(root).unwrap(), None, "{root:?}");
    }
    assert_eq!(path("a/b/c").name(), "c");
    assert_eq!(path("a").name(), "a");
}

#[test]
fn paths_that_go_elsewhere_or_too_far_are_refused() {
    let (deep, long) = (vec!["a"; 17].join("/"), "ä".repeat(101));
    for text in [
        ".", "..", "a/..", "a/./b", "a\0", "a\nb", "a\u{7f}", "a\u{85}b", &deep, &long,
    ] {
        let refused = FolderPath::parse(text);
        assert!(
            matches!(refused, Err(Error::InvalidFolderPath { .. })),
            "{text:?}"
        );
    }
    assert!(FolderPath::parse(&vec!["a"; 16].join("/")).is_ok());
    assert!(FolderPath::parse(&"ä".repeat(100)).is_ok());
}

#[test]
fn a_folder_is_made_with_those_it_lies_in_and_once() {
    let world = World::new();
    let owner = world.owner();
    let (deepest, new) = world.library.add_folder(&owner, &path("a/b/c")).unwrap();
    assert!(new);
    assert_eq!((&*deepest.name, deepest.path.as_str()), ("c", "a/b/c"));
    assert_eq!(paths(&world, &owner), ["a", "a/b", "a/b/c"]);
    let again = world.library.add_folder(&owner, &path("a/b/c")).unwrap();
    assert_eq!(again, (deepest.clone(), false));
    assert!(!world.library.add_folder(&owner, &path("a/b")).unwrap().1);
    // Another case is another name.
    assert!(world.library.add_folder(&owner, &path("A/b")).unwrap().1);
    let parent = world.library.find_folder(&owner, &deepest.parent.unwrap());
    assert_eq!(parent.unwrap().path.as_str(), "a/b");
}

#[test]
fn each_folder_comes_after_the_one_it_lies_in() {
    let world = World::new();
    let owner = world.owner();
    for text in ["a/z", "a b", "a!/c", "a-b/c", "a/b/c", "ä"] {
        folder(&world, &owner, text);
    }
    let folders = world.library.folders(&owner).unwrap();
    for (at, folder) in folders.iter().enumerate() {
        let earlier = |parent| folders[..at].iter().any(|found| found.id == parent);
        assert!(folder.parent.is_none_or(earlier), "{}", folder.path);
    }
}

#[test]
fn an_upload_makes_its_folder_and_is_counted_in_it_alone() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, 1, "products/shoes");
    put(&world, &owner, 2, "products/shoes");
    let folders = world.library.folders(&owner).unwrap();
    let counts: Vec<_> = folders.iter().map(|folder| folder.images).collect();
    assert_eq!(
        (paths(&world, &owner), counts),
        (vec!["products".into(), "products/shoes".into()], vec![0, 2])
    );
    assert_eq!(image.folder, Some(folders[1].id));
    world.library.delete_image(&owner, &image).unwrap();
    assert_eq!(world.library.folders(&owner).unwrap()[1].images, 1);
}

#[test]
fn an_upload_that_is_refused_makes_no_folder() {
    let world = World::new();
    let owner = world.owner();
    let mut upload = upload(&world.library, b"no picture");
    upload.metadata.destination = Destination::Path(path("a/b"));
    assert!(world.library.add_image(&owner, upload, None).is_err());
    assert!(paths(&world, &owner).is_empty());
}

#[test]
fn expired_images_are_not_counted() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, 1, "a");
    let soon = ImageEdit {
        expires_at: Some(Some(world.library.now().plus(HOUR))),
        ..ImageEdit::default()
    };
    world.library.edit_image(&owner, &image, soon).unwrap();
    let count = || world.library.folders(&owner).unwrap()[0].images;
    assert_eq!(count(), 1);
    world.let_pass(HOUR);
    assert_eq!(count(), 0);
}

#[test]
fn renaming_takes_all_within_along_and_nothing_beside() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, 1, "a/b/c");
    for beside in ["ab/c", "a%/c", "a_/c", "c/a"] {
        folder(&world, &owner, beside);
    }
    let a = folder(&world, &owner, "a");
    let renamed = world.library.rename_folder(&owner, &a.id, "ééé").unwrap();
    assert_eq!((renamed.id, renamed.path.as_str()), (a.id, "ééé"));
    let mut expected = [
        "a%",
        "a%/c",
        "a_",
        "a_/c",
        "ab",
        "ab/c",
        "c",
        "c/a",
        "ééé",
        "ééé/b",
        "ééé/b/c",
    ];
    expected.sort_unstable();
    assert_eq!(paths(&world, &owner), expected);
    assert_eq!(
        world.library.public_names(&image, &[]).unwrap().folder,
        "ééé/b/c"
    );
    assert_eq!(world.library.find_image(&short(&image)).unwrap(), image);

    let b = folder(&world, &owner, "ééé/b");
    world.library.rename_folder(&owner, &b.id, " x ").unwrap();
    assert_eq!(
        world.library.public_names(&image, &[]).unwrap().folder,
        "ééé/x/c"
    );
    // To its own name: nothing to do.
    assert!(world.library.rename_folder(&owner, &b.id, "x").is_ok());
}

#[test]
fn a_siblings_name_is_taken_and_a_cousins_is_not() {
    let world = World::new();
    let owner = world.owner();
    let one = folder(&world, &owner, "a/one");
    folder(&world, &owner, "a/two");
    folder(&world, &owner, "b/three");
    let taken = world.library.rename_folder(&owner, &one.id, "two");
    assert!(matches!(taken, Err(Error::FolderTaken { name }) if name == "two"));
    assert!(
        world
            .library
            .rename_folder(&owner, &one.id, "three")
            .is_ok()
    );
    assert!(world.library.rename_folder(&owner, &one.id, "Two").is_ok());
}

#[test]
fn a_new_name_is_one_name() {
    let world = World::new();
    let owner = world.owner();
    let id = folder(&world, &owner, "a").id;
    for name in [
        "",
        " ",
        "/",
        "b/c",
        "/b",
        "b/",
        ".",
        "..",
        "b\0",
        &"x".repeat(101),
    ] {
        let refused = world.library.rename_folder(&owner, &id, name);
        assert!(
            matches!(refused, Err(Error::InvalidFolderPath { .. })),
            "{name:?}"
        );
    }
    assert_eq!(paths(&world, &owner), ["a"]);
}

#[test]
fn a_folder_moves_with_all_within_but_not_into_itself_or_too_deep() {
    let world = World::new();
    let owner = world.owner();
    let (a, ab) = (folder(&world, &owner, "a"), folder(&world, &owner, "a/b"));
    folder(&world, &owner, "a/b/c");
    let d = folder(&world, &owner, "d");
    let moved = |id, into: Option<&FolderId>| world.library.move_folder(&owner, id, into);
    assert_eq!(moved(&ab.id, Some(&d.id)).unwrap().path.as_str(), "d/b");
    assert_eq!(paths(&world, &owner), ["a", "d", "d/b", "d/b/c"]);
    assert_eq!(moved(&ab.id, None).unwrap().parent, None);
    for into in [&ab.id, &folder(&world, &owner, "b/c").id] {
        assert!(matches!(
            moved(&ab.id, Some(into)),
            Err(Error::InvalidFolderPath { .. })
        ));
    }
    let deep = folder(&world, &owner, &vec!["x"; 15].join("/"));
    assert!(matches!(
        moved(&ab.id, Some(&deep.id)),
        Err(Error::InvalidFolderPath { .. })
    ));
    assert!(moved(&a.id, Some(&deep.id)).is_ok());
}

#[test]
fn a_new_name_in_a_new_place_is_taken_whole_or_not_at_all() {
    let world = World::new();
    let owner = world.owner();
    folder(&world, &owner, "a/b");
    let deep = folder(&world, &owner, "a/b/c");
    let a = folder(&world, &owner, "a");
    let taken = world
        .library
        .edit_folder(&owner, &deep.id, Some("b"), Some(Some(&a.id)));
    assert!(matches!(taken, Err(Error::FolderTaken { .. })));
    assert_eq!(paths(&world, &owner), ["a", "a/b", "a/b/c"]);
    world
        .library
        .edit_folder(&owner, &deep.id, Some("d"), Some(None))
        .unwrap();
    assert_eq!(paths(&world, &owner), ["a", "a/b", "d"]);
}

#[test]
fn deleting_takes_all_within_and_nothing_beside() {
    let world = World::new();
    let owner = world.owner();
    let gone = [put(&world, &owner, 1, "a"), put(&world, &owner, 2, "a/b/c")];
    let stays = [
        put(&world, &owner, 3, "ab"),
        put(&world, &owner, 4, "a%/b"),
        put(&world, &owner, 1, "b/a"),
    ];
    let a = folder(&world, &owner, "a");
    assert_eq!(world.library.delete_folder(&owner, &a.id).unwrap(), 2);
    for image in &gone {
        assert!(matches!(
            world.library.find_image(&short(image)),
            Err(Error::NotFound)
        ));
    }
    for image in &stays {
        assert!(world.library.original(image).is_ok());
    }
    assert_eq!(paths(&world, &owner), ["a%", "a%/b", "ab", "b", "b/a"]);
    assert_eq!(
        world.blobs().len(),
        3,
        "one of the two had bytes that are still needed"
    );
    assert!(matches!(
        world.library.delete_folder(&owner, &a.id),
        Err(Error::FolderNotFound)
    ));
}

#[test]
fn anothers_folder_is_none() {
    let world = World::new();
    let (owner, kitten) = (world.owner(), kitten(&world));
    let id = folder(&world, &owner, "a").id;
    let image = put(&world, &owner, 1, "a");
    let refused = [
        world.library.find_folder(&kitten, &id).map(drop),
        world.library.rename_folder(&kitten, &id, "b").map(drop),
        world.library.move_folder(&kitten, &id, None).map(drop),
        world.library.delete_folder(&kitten, &id).map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(Error::FolderNotFound)));
    }
    assert!(paths(&world, &kitten).is_empty());
    assert!(world.library.find_image(&short(&image)).is_ok());
    // The same path is theirs to have.
    assert!(world.library.add_folder(&kitten, &path("a")).unwrap().1);
}

#[test]
fn deleting_a_folder_needs_the_right_to_delete() {
    let world = World::new();
    let owner = world.owner();
    let image = put(&world, &owner, 1, "a");
    let keeper = actor(
        &world.library,
        NewApiKey {
            scopes: "upload,manage".parse().unwrap(),
            ..NewApiKey::default()
        },
    );
    let refused = world.library.delete_folder(&keeper, &image.folder.unwrap());
    let scope = Scope::Delete;
    assert!(matches!(refused, Err(Error::Forbidden { scope: found }) if found == scope));
    assert!(world.library.find_image(&short(&image)).is_ok());
}
