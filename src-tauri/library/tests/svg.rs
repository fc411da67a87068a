//! SVG pictures: kept as harmless copies only, and looked through again when they are shown.

use super::*;

const SENT: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" onload="x()"><script>x()</script><g/></svg>"#;
const KEPT: &[u8] =
    br#"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><g></g></svg>"#;

fn sanitised(library: &Library, sent: &[u8]) -> Upload {
    let upload = upload(library, sent);
    Upload {
        staged_upload: library.sanitise_svg(upload.staged_upload).unwrap(),
        ..upload
    }
}

#[test]
fn a_drawing_is_refused_as_it_is_and_kept_as_a_harmless_copy() {
    let world = World::new();
    let (library, actor) = (&world.library, world.owner());
    let raw = try_add(library, &actor, SENT);
    assert!(matches!(
        raw,
        Err(Error::Image(imaging::Error::Unsupported(
            imaging::Format::Svg
        )))
    ));
    let AddOutcome::New(StoredImage { image, .. }) = library
        .add_image(&actor, sanitised(library, SENT), None)
        .unwrap()
    else {
        panic!("nothing was to be remembered");
    };
    assert_eq!(
        (image.info.width, image.info.height, &*image.extension),
        (30, 20, "svg")
    );
    assert_eq!(image.bytes, KEPT.len() as u64);
    assert_eq!(read(library.original(&image).unwrap()), KEPT);
}

#[test]
fn bytes_that_are_added_to_a_copy_are_not_vouched_for() {
    let world = World::new();
    let (library, actor) = (&world.library, world.owner());
    let mut upload = sanitised(library, SENT);
    upload.staged_upload.append(b"<script/>").unwrap();
    assert!(library.add_image(&actor, upload, None).is_err());
}

#[test]
fn a_drawing_on_disk_that_is_not_harmless_is_not_shown_as_it_is() {
    let world = World::new();
    let (library, actor) = (&world.library, world.owner());
    for filler in [0, 300_000] {
        let filler = "<g></g>".repeat(filler / 7);
        let harmless = format!(r#"<svg xmlns="http://www.w3.org/2000/svg">{filler}</svg>"#);
        let upload = sanitised(library, harmless.as_bytes());
        let AddOutcome::New(StoredImage { image, .. }) =
            library.add_image(&actor, upload, None).unwrap()
        else {
            panic!("nothing was to be remembered");
        };
        let digest = image.digest.to_string();
        let blobs = world.blobs();
        let blob = blobs.iter().find(|path| path.ends_with(&digest));
        let blob = blob.unwrap_or_else(|| panic!("{digest} is not among {blobs:?}"));
        let harmful = harmless.replace("</svg>", "<script>x()</script></svg>");
        std::fs::write(blob, harmful).unwrap();
        assert_eq!(read(library.original(&image).unwrap()), harmless.as_bytes());
    }
    assert!(world.incoming().is_empty());
}

#[test]
fn bytes_that_are_wanted_once_are_refused_to_the_account_that_has_them() {
    let world = World::new();
    let (library, actor) = (&world.library, world.owner());
    let once = |actor: &Actor| {
        let mut upload = upload(library, &picture(1));
        upload.metadata.reject_duplicates = true;
        library.add_image(actor, upload, None)
    };
    let AddOutcome::New(first) = once(&actor).unwrap() else {
        panic!("nothing was to be remembered");
    };
    let Err(Error::Duplicate(before)) = once(&actor) else {
        panic!("the same bytes were taken twice");
    };
    assert_eq!(before, first.image.id);
    assert!(once(&Actor::Guest).is_ok(), "a guest's are another's");
    assert!(matches!(once(&Actor::Guest), Err(Error::Duplicate(_))));
    assert_eq!(world.blobs().len(), 1);
    library.delete_image(&actor, &first.image).unwrap();
    assert!(once(&actor).is_ok());
}
