//! Many images at one time.

use super::listing::put;
use super::*;

fn ids(images: &[&Image]) -> Vec<ImageId> {
    images.iter().map(|image| image.id).collect()
}

#[test]
fn a_selection_is_changed_and_what_is_gone_or_anothers_is_named() {
    let world = World::new();
    let (owner, other) = (world.owner(), kitten(&world));
    let one = put(&world, &owner, "one.png", "");
    let two = put(&world, &owner, "two.png", "");
    let gone = put(&world, &owner, "gone.png", "");
    let anothers = put(&world, &other, "theirs.png", "");
    world.library.delete(&owner, &gone).unwrap();
    let edit = Edit {
        public: Some(true),
        ..Edit::default()
    };
    // Named twice, changed once.
    let all = ids(&[&one, &two, &gone, &anothers, &one]);
    let selected = world.library.edit_each(&owner, &all, &edit).unwrap();
    assert_eq!(selected.done, 2);
    let mut missing = ids(&[&gone, &anothers]);
    missing.sort();
    assert_eq!(selected.gone, missing);
    let public = |image: &Image| world.library.find(&short(image)).unwrap().public;
    assert!(public(&one) && public(&two) && !public(&anothers));
}

#[test]
fn what_cannot_be_done_with_one_is_done_with_none() {
    let world = World::new();
    let (owner, other) = (world.owner(), kitten(&world));
    let one = put(&world, &owner, "one.png", "");
    let path = FolderPath::parse("theirs").unwrap().unwrap();
    let (folder, _) = world.library.add_folder(&other, &path).unwrap();
    let edit = Edit {
        folder: Some(Some(folder.id)),
        ..Edit::default()
    };
    let refused = world.library.edit_each(&owner, &ids(&[&one]), &edit);
    assert!(matches!(refused, Err(Error::NoFolder)), "{refused:?}");
    assert_eq!(world.library.find(&short(&one)).unwrap().folder, None);
}

#[test]
fn deleting_a_selection_frees_the_bytes_that_no_image_has_any_more() {
    let world = World::new();
    let owner = world.owner();
    let one = add(&world.library, &owner, &picture(1));
    let same = add(&world.library, &owner, &picture(1));
    let two = add(&world.library, &owner, &picture(2));
    assert_eq!(world.blobs().len(), 2);
    let selected = world
        .library
        .delete_each(&owner, &ids(&[&one, &two]))
        .unwrap();
    assert_eq!((selected.done, selected.gone.len()), (2, 0));
    assert_eq!(world.blobs().len(), 1);
    world.library.find(&short(&same)).unwrap();

    let may_not = NewKey {
        scopes: Scopes::NONE.with(Scope::Upload),
        ..NewKey::default()
    };
    let may_not = actor(&world.library, may_not);
    let refused = world.library.delete_each(&may_not, &ids(&[&same]));
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
}
