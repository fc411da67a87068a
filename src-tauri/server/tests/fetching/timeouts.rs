//! Fetching again, at the same time, too much, and for somebody who leaves.

use super::*;

#[tokio::test]
async fn a_failure_is_remembered_and_nobody_asked_again_for_ten_minutes() {
    let stranger = Stranger::at_each(|number| {
        Does::Says(match number {
            0 => answer("404 Not Found", "", b""),
            _ => answer("200 OK", "", b"here"),
        })
    })
    .await;
    let world = knowing(&stranger);
    let address = stranger.at("/a.png");
    for again in [&address, &address, &format!("{address}#part")] {
        refused(get(&world, again).await, 502, "answered 404 instead");
    }
    assert_eq!(stranger.requests(), 1);
    assert!(get(&world, &stranger.at("/b.png")).await.is_ok());
    assert_eq!(stranger.requests(), 2);

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(600)).await;
    tokio::time::resume();
    assert!(get(&world, &address).await.is_ok());
    assert_eq!(stranger.requests(), 3);
}

#[tokio::test]
async fn a_success_is_not_remembered() {
    let stranger = Stranger::doing(Does::Says(answer("200 OK", "", b"here"))).await;
    let world = knowing(&stranger);
    for _ in 0..2 {
        assert!(get(&world, &stranger.at("/a.png")).await.is_ok());
    }
    assert_eq!(stranger.requests(), 2);
}

#[tokio::test]
async fn the_server_has_a_limit_of_its_own() {
    let stranger = Stranger::doing(Does::Says(answer("200 OK", "", b"12345"))).await;
    let world = World::set(Config {
        max_upload_bytes: 4,
        ..config(&stranger)
    });
    refused(
        get(&world, &stranger.at("/a.png")).await,
        413,
        "larger than 4 bytes",
    );
}

#[tokio::test]
async fn a_disk_that_fails_is_not_the_strangers_fault() {
    let stranger = Stranger::doing(Does::Says(answer("200 OK", "", b"here"))).await;
    let world = knowing(&stranger);
    let folder = world.folder.path().join("incoming");
    fs::remove_dir(&folder).unwrap();
    let error = get(&world, &stranger.at("/a.png")).await.unwrap_err();
    assert!(matches!(error, Error::Internal(_)), "{error:?}");
    fs::create_dir(&folder).unwrap();
    assert!(get(&world, &stranger.at("/a.png")).await.is_ok());
}

#[tokio::test]
async fn when_the_client_leaves_the_fetch_ends_and_its_file_is_gone() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    let mut stranger = Stranger::doing(Does::Stalls(half.into())).await;
    let world = knowing(&stranger);
    let address = stranger.at("/a.png");
    tokio::select! {
        answered = get(&world, &address) => panic!("{answered:?}"),
        () = until(|| world.left_behind() == 1) => {}
    }
    stranger.left.recv().await.unwrap();
    until(|| world.left_behind() == 0).await;
}

#[tokio::test]
async fn eight_are_fetched_at_once_and_beyond_sixty_four_more_it_is_busy() {
    let told = Arc::new(Semaphore::new(0));
    let does = Does::SaysWhen(told.clone(), answer("200 OK", "", b"here"));
    let mut stranger = Stranger::doing(does).await;
    let world = knowing(&stranger);
    let fetching: Vec<_> = (0..8 + 64)
        .map(|_| {
            let (app, address) = (world.app.clone(), stranger.at("/a.png"));
            tokio::spawn(async move { fetch(&app, &address, "us/1", MOST).await.map(drop) })
        })
        .collect();
    for _ in 0..8 {
        stranger.heard.recv().await.unwrap();
    }
    let answered = get(&world, &stranger.at("/a.png")).await;
    assert!(
        matches!(answered, Err(Error::Overloaded { .. })),
        "{answered:?}"
    );
    assert_eq!(stranger.requests(), 8);
    told.add_permits(fetching.len());
    for one in fetching {
        one.await.unwrap().unwrap();
    }
    assert_eq!(stranger.requests(), 8 + 64);
    assert_eq!(world.left_behind(), 0);
}

#[tokio::test]
async fn nobody_waits_for_a_turn_longer_than_a_client_should() {
    let mut stranger = Stranger::doing(Does::Stalls(Vec::new())).await;
    let world = knowing(&stranger);
    for number in 0..8 {
        let (app, address) = (world.app.clone(), stranger.at(&format!("/{number}")));
        tokio::spawn(async move { fetch(&app, &address, "us/1", MOST).await.map(drop) });
    }
    for _ in 0..8 {
        stranger.heard.recv().await.unwrap();
    }
    tokio::time::pause();
    let answered = get(&world, &stranger.at("/a.png")).await;
    assert!(
        matches!(answered, Err(Error::Overloaded { .. })),
        "{answered:?}"
    );
    assert_eq!(stranger.requests(), 8);
}
