//! An image's end, in every door: copies do not outlive it, and a second later nobody finds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::http::header;
use library::{AliasMaker, Clock, ImageEdit, ImageName, SystemClock, Timestamp};

use super::harness::{World, png, request};
use crate::aliases::chevereto::{CheveretoAlias, CheveretoAliases};
use crate::aliases::imgshare::{ImgshareAlias, ImgshareAliases};
use crate::config::Config;
use crate::links;

/// Stands still until it is told to move on.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// An image that lasts an hour, by all its addresses, and the clock that it lasts by.
async fn ephemeral() -> (World, Arc<TestClock>, Vec<String>) {
    let clock = Arc::new(TestClock(AtomicI64::new(SystemClock.now().micros())));
    let world = World::at(Config::default(), clock.clone());
    let path = world.put(&png(300, 200)).await;
    let name = ImageName::ShortName(path[1..].to_owned());
    let image = world.library.find_image(&name).unwrap();
    let owner = world
        .library
        .actor_for_secret(&world.secret)
        .unwrap()
        .unwrap();
    let edit = ImageEdit {
        expires_at: Some(Some(Timestamp::from_micros(
            clock.now().micros() + 3_600_000_000,
        ))),
        ..ImageEdit::default()
    };
    let image = world.library.edit_image(&owner, &image, edit).unwrap();
    let makers: [&dyn AliasMaker; 2] = [&ImgshareAliases::default(), &CheveretoAliases::default()];
    let names = world.library.public_names(&image, &makers).unwrap();
    let stem = ImgshareAlias::from_names(&names).unwrap().stem;
    let there = CheveretoAlias::from_names(&names).unwrap();
    let signed = links::signed_url(
        "",
        &names.signer.unwrap(),
        &image,
        "w_240,f_webp,q_75",
        "webp",
    );
    let paths = vec![
        path.clone(),
        format!("{path}/100"),
        format!("{path}/original"),
        format!("/img/owner/{stem}.png"),
        format!("/img/owner/xga/{stem}.jpg"),
        format!("/img/owner/qvga/{stem}.jpg"),
        signed,
        links::slink_url("", &image),
        links::slink_thumbnail_url("", &image),
        format!("/images/{}/{}.{}", there.day, there.name, there.extension),
    ];
    (world, clock, paths)
}

#[tokio::test]
async fn no_copy_may_be_kept_beyond_an_image_s_end() {
    let (world, clock, paths) = ephemeral().await;
    for seconds in [3600, 1] {
        for path in &paths {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            let expected = format!("public, max-age={seconds}");
            assert_eq!(answer.header("cache-control"), expected, "{path}");
            let tag = answer.header("etag").to_owned();
            let known = world.get_with(path, &[("if-none-match", &tag)]).await;
            assert_eq!(known.status, 304, "{path}");
            assert_eq!(known.header("cache-control"), expected, "{path}");
        }
        clock.0.fetch_add(3_599_000_000 - 400_000, Ordering::SeqCst);
        // Less than two seconds are left, so one is what may be kept.
    }
}

#[tokio::test]
async fn a_second_after_its_end_an_image_is_404_in_every_door_swept_or_not() {
    let (world, clock, paths) = ephemeral().await;
    let mut tags = Vec::new();
    for path in &paths {
        tags.push(world.get(path).await.header("etag").to_owned());
    }
    clock.0.fetch_add(3_601_000_000, Ordering::SeqCst);
    for (path, tag) in paths.iter().zip(&tags) {
        let gone = world.get(path).await;
        assert_eq!(gone.status, 404, "{path}");
        assert_eq!(gone.header("cache-control"), "no-store", "{path}");
        let known = world.get_with(path, &[("if-none-match", tag)]).await;
        assert_eq!(known.status, 404, "{path}");
    }
    let delete = request("DELETE", &paths[0])
        .header(header::AUTHORIZATION, format!("Bearer {}", world.secret));
    let answer = world.send(delete.body(Body::empty()).unwrap()).await;
    answer.refuses(404, "Image not found");
    assert_eq!(world.library.delete_expired().unwrap().images, 1);
    for folder in ["blobs", "variants"] {
        let left = crate::tests::files(&world.folder.path().join(folder));
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test]
async fn a_replaced_image_is_asked_for_each_time() {
    let world = World::new();
    let path = world.put(&png(300, 200)).await;
    let owner = world
        .library
        .actor_for_secret(&world.secret)
        .unwrap()
        .unwrap();
    let name = ImageName::ShortName(path[1..].to_owned());
    let image = world.library.find_image(&name).unwrap();
    let mut incoming = world.library.stage_upload().unwrap();
    incoming.append(&png(30, 20)).unwrap();
    let upload = library::Upload {
        staged_upload: incoming,
        name: "b.png".into(),
        origin: "media",
        metadata: library::UploadMetadata::default(),
    };
    world
        .library
        .replace_image(&owner, &image, upload, None)
        .unwrap();
    let makers: [&dyn AliasMaker; 1] = [&ImgshareAliases::default()];
    let names = world.library.public_names(&image, &makers).unwrap();
    let stem = ImgshareAlias::from_names(&names).unwrap().stem;
    for path in [path, format!("/img/owner/{stem}.png")] {
        let answer = world.get(&path).await;
        assert_eq!(answer.picture().0, 30);
        let cache = answer.header("cache-control");
        assert_eq!(cache, "public, max-age=0, must-revalidate");
    }
}
