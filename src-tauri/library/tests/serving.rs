//! The serving lock: one server a folder.

use super::*;

#[test]
fn nobody_serves_a_folder_until_somebody_does() {
    let world = World::new();
    assert_eq!(current_server(world.folder.path()).unwrap(), None);
    assert_eq!(
        current_server(&world.folder.path().join("nowhere")).unwrap(),
        None
    );

    let mut lock = world.library.take_server_lock("vitrine").unwrap();
    let serving = current_server(world.folder.path()).unwrap().unwrap();
    assert_eq!(
        serving,
        ServerInfo {
            program: "vitrine".to_owned(),
            pid: std::process::id(),
            address: None
        }
    );

    lock.publish_address("127.0.0.1:4870".parse().unwrap())
        .unwrap();
    let serving = current_server(world.folder.path()).unwrap().unwrap();
    assert_eq!(serving.address, Some("127.0.0.1:4870".parse().unwrap()));

    drop(lock);
    assert_eq!(current_server(world.folder.path()).unwrap(), None);
}

#[test]
fn the_second_server_is_told_who_serves_and_where() {
    let world = World::new();
    let mut lock = world.library.take_server_lock("vitrine-desktop").unwrap();
    lock.publish_address("127.0.0.1:4870".parse().unwrap())
        .unwrap();
    let refused = world
        .another_handle()
        .take_server_lock("vitrine")
        .unwrap_err();
    assert!(
        matches!(&refused, Error::AlreadyServed(serving) if serving.program == "vitrine-desktop")
    );
    assert!(
        refused.to_string().contains("http://127.0.0.1:4870"),
        "{refused}"
    );
}

#[test]
fn a_server_on_every_address_is_reached_on_loopback() {
    let reached = |address: &str| {
        let serving = ServerInfo {
            program: "vitrine".to_owned(),
            pid: 1,
            address: Some(address.parse().unwrap()),
        };
        serving.local_address().unwrap().to_string()
    };
    assert_eq!(reached("0.0.0.0:4870"), "127.0.0.1:4870");
    assert_eq!(reached("[::]:4870"), "[::1]:4870");
    assert_eq!(reached("192.168.1.4:4870"), "192.168.1.4:4870");
}

#[test]
fn a_note_without_its_lock_means_nothing() {
    let world = World::new();
    let note = r#"{"program":"vitrine","pid":1,"address":"127.0.0.1:1"}"#;
    std::fs::write(world.folder.path().join("serving.json"), note).unwrap();
    std::fs::write(world.folder.path().join("serving.lock"), "").unwrap();
    assert_eq!(current_server(world.folder.path()).unwrap(), None);
    world.library.take_server_lock("vitrine").unwrap();
}

#[test]
fn asking_who_serves_does_not_keep_a_server_from_starting() {
    let world = World::new();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                current_server(world.folder.path()).unwrap();
            }
        });
        for _ in 0..50 {
            drop(world.library.take_server_lock("vitrine").unwrap());
        }
        done.store(true, Ordering::SeqCst);
    });
}
