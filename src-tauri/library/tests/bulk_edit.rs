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
    world.library.delete_image(&owner, &gone).unwrap();
    let edit = ImageEdit {
        public: Some(true),
        ..ImageEdit::default()
    };
    // Named twice, changed once.
    let all = ids(&[&one, &two, &gone, &anothers, &one]);
    let selected = world.library.edit_images(&owner, &all, &edit).unwrap();
    assert_eq!(selected.changed, 2);
    let mut missing = ids(&[&gone, &anothers]);
    missing.sort();
    assert_eq!(selected.missing, missing);
    let public = |image: &Image| world.library.find_image(&short(image)).unwrap().public;
    assert!(public(&one) && public(&two) && !public(&anothers));
}

#[test]
fn what_cannot_be_done_with_one_is_done_with_none() {
    let world = World::new();
    let (owner, other) = (world.owner(), kitten(&world));
    let one = put(&world, &owner, "one.png", "");
    let path = FolderPath::parse("theirs").unwrap().unwrap();
    let (folder, _) = world.library.add_folder(&other, &path).unwrap();
    let edit = ImageEdit {
        folder: Some(Some(folder.id)),
        ..ImageEdit::default()
    };
    let refused = world.library.edit_images(&owner, &ids(&[&one]), &edit);
    assert!(matches!(refused, Err(Error::FolderNotFound)), "{refused:?}");
    assert_eq!(world.library.find_image(&short(&one)).unwrap().folder, None);
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
        .delete_images(&owner, &ids(&[&one, &two]))
        .unwrap();
    assert_eq!((selected.changed, selected.missing.len()), (2, 0));
    assert_eq!(world.blobs().len(), 1);
    world.library.find_image(&short(&same)).unwrap();

    let may_not = NewApiKey {
        scopes: Scopes::NONE.with(Scope::Upload),
        ..NewApiKey::default()
    };
    let may_not = actor(&world.library, may_not);
    let refused = world.library.delete_images(&may_not, &ids(&[&same]));
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
}
