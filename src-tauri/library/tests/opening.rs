//! Opening a folder: new, shared, newer than we are.

use super::*;

#[test]
fn many_processes_may_open_a_new_folder_at_the_same_moment() {
    for _ in 0..5 {
        let folder = TempDir::new().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| Library::open(folder.path(), Settings::default()).unwrap());
            }
        });
        let library = Library::open(folder.path(), Settings::default()).unwrap();
        assert_eq!(library.accounts().unwrap().len(), 1);
    }
}

#[test]
fn a_folder_of_a_newer_version_is_refused_with_a_clear_sentence() {
    let world = World::new();
    let raise = |version: u32| {
        let sql = format!("PRAGMA user_version = {version}");
        world
            .library
            .database()
            .write(|write| write.execute(&sql, []))
            .unwrap();
    };
    raise(99);
    let refused = Library::open(world.folder.path(), Settings::default())
        .err()
        .unwrap();
    assert!(matches!(refused, Error::NewerDatabase { found: 99, .. }));
    assert!(refused.to_string().contains("newer version"), "{refused}");
    raise(6);
    assert!(Library::open(world.folder.path(), Settings::default()).is_ok());
}

#[test]
fn a_folder_of_the_first_version_is_brought_up_to_date_and_keeps_its_images() {
    let folder = TempDir::new().unwrap();
    let first = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    first
        .execute_batch(include_str!("../storage/db/001_images_accounts_keys.sql"))
        .unwrap();
    first
        .execute_batch(
            "INSERT INTO accounts VALUES (zeroblob(16), 'owner', NULL, 1, NULL, 1);
             INSERT INTO images VALUES (x'00112233445546678899aabbccddeeff', 'abcdefghij', 'ÉTÉ.JPG', zeroblob(32),
                7, 'jpeg', 300, 20, 1, 0, 1, zeroblob(16), 'test', 5, NULL);
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(first);
    let library = Library::open(folder.path(), Settings::default()).unwrap();
    let image = library
        .find_image(&ImageName::ShortName("abcdefghij".into()))
        .unwrap();
    assert_eq!(
        (image.name.as_str(), image.extension.as_str()),
        ("ÉTÉ.JPG", "jpg")
    );
    assert_eq!(
        (image.public, image.views, image.expires_at),
        (false, 0, None)
    );
    let owner = actor(&library, NewApiKey::default());
    let listing = Listing {
        owner: OwnerFilter::Own,
        folder: FolderFilter::Root,
        search: Some(Search::Name("été".into())),
        order: Order::CreatedAt,
        descending: true,
        start: PageStart::Skip(0),
        limit: 10,
        count_total: true,
    };
    assert_eq!(
        library.list_images(&owner, &listing).unwrap().images,
        std::slice::from_ref(&image)
    );
    let anything = Listing {
        search: Some(Search::Anything("été.jp".into(), Zone::UTC)),
        ..listing
    };
    assert_eq!(library.list_images(&owner, &anything).unwrap().total, 1);
    assert_eq!(
        library.public_names(&image, &[&AccountKey("a")]).unwrap(),
        library.public_names(&image, &[&AccountKey("a")]).unwrap()
    );
    assert!(matches!(
        library.next_render_task().unwrap(),
        NextTask::Empty
    ));
    add(&library, &owner, &sized_picture(1, 300, 20));
    assert!(matches!(
        library.next_render_task().unwrap(),
        NextTask::Ready(_)
    ));
}

#[test]
fn the_database_is_opened_as_it_should_be() {
    let world = World::new();
    let pragma = |name: &str| {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        world
            .library
            .database()
            .write(|write| write.query_one(&sql, [], |row| row.get::<_, String>(0)))
    };
    assert_eq!(pragma("journal_mode").unwrap().unwrap(), "wal");
    assert_eq!(pragma("synchronous").unwrap().unwrap(), "2", "FULL");
    assert_eq!(pragma("foreign_keys").unwrap().unwrap(), "1");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_look_into_a_new_folder() {
    use std::os::unix::fs::PermissionsExt;
    let outer = TempDir::new().unwrap();
    let folder = outer.path().join("share/vitrine");
    let library = Library::open(&folder, Settings::default()).unwrap();
    let mode = |path: PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    assert_eq!(mode(folder.join("library.db")), 0o600);
    assert_eq!(mode(folder.join("library.db-wal")), 0o600);
    let image = add(
        &library,
        &actor(&library, NewApiKey::default()),
        &picture(1),
    );
    assert_eq!(library.find_image(&short(&image)).unwrap(), image);
}

#[test]
fn a_local_folder_gives_no_warning() {
    assert_eq!(World::new().library.startup_warnings(), []);
}

#[test]
fn times_are_written_as_rfc_3339() {
    assert_eq!(
        Timestamp::from_micros(1_795_305_600_250_000).to_string(),
        "2026-11-22T00:00:00.25Z"
    );
    assert_eq!(
        Timestamp::from_micros(i64::MAX).to_string(),
        "9223372036854 s"
    );
    let moment = Timestamp::from_micros(-1_500_000);
    assert_eq!(
        (moment.seconds(), Timestamp::from(SystemTime::from(moment))),
        (-2, moment)
    );
}
