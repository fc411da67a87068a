//! Where settings come from: `--set`, then the environment, then `vitrine.toml`.

use tests::vitrine::{CommandOutput, World};
use tests::{Vitrine, picture};

#[test]
fn an_unknown_key_is_refused_by_name_on_every_command() {
    let world = World::new();
    let picture = world.file("a.png", &picture::png(5, 5));
    let picture = picture.to_str().expect("UTF-8");
    let commands: [&[&str]; 8] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["account", "add", "kitten"],
        &["account", "list"],
        &["key", "create"],
        &["key", "list"],
        &["key", "revoke", "x"],
        &["upload", picture, "--key", "x"],
        &["completions", "bash"],
    ];
    for command in commands {
        let ran = world
            .run(&[command, &["--set", "max_uplaod_bytes=5"]].concat())
            .ended(2);
        assert!(
            ran.err.contains("max_uplaod_bytes"),
            "{command:?}: {}",
            ran.err
        );
        assert_eq!(ran.out, "", "{command:?}");
    }
    assert_eq!(world.run(&["account", "list"]).ended(0).lines().len(), 1);
}

#[test]
fn an_unknown_key_in_the_environment_or_the_file_is_refused_too() {
    let world = World::new();
    let mut command = world.vitrine(&["key", "list"]);
    command.env("VITRINE_MAX_PIXLES", "5");
    assert!(
        CommandOutput::run(command, b"")
            .ended(2)
            .err
            .contains("VITRINE_MAX_PIXLES")
    );

    std::fs::write(world.data().join("vitrine.toml"), "max_pixles = 5\n").expect("a file");
    assert!(
        world
            .run(&["key", "list"])
            .ended(2)
            .err
            .contains("max_pixles")
    );
    std::fs::write(world.data().join("vitrine.toml"), "max_pixels = = 5\n").expect("a file");
    assert!(
        world
            .run(&["key", "list"])
            .ended(2)
            .err
            .contains("vitrine.toml")
    );
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_key() {
    let world = World::new();
    let wrong = [
        ("max_upload_bytes", "many"),
        ("max_pixels", "-1"),
        ("queue", "1.5"),
        ("allow_guest_uploads", "perhaps"),
        ("trusted_proxies", "nobody"),
        ("public_url", "pictures"),
        ("listen", "everywhere"),
        ("workers", "0"),
    ];
    for (key, value) in wrong {
        let ran = world
            .run(&["key", "list", "--set", &format!("{key}={value}")])
            .ended(2);
        assert!(ran.err.contains(key), "{key}={value}: {}", ran.err);
    }
    world.run(&["key", "list", "--set", "queue"]).ended(2);
    world.run(&["--set", "queue=5", "key", "list"]).ended(0);
    world
        .run(&["--set", "queue=5", "key", "list", "--set=workers=2"])
        .ended(2);
}

#[test]
fn every_key_of_the_contract_is_known() {
    let world = World::new();
    let keys = [
        "public_url=https://pictures.example",
        "max_upload_bytes=52428800",
        "max_pixels=100000000",
        "max_dimension=16384",
        "allow_guest_uploads=false",
        "allow_unauthenticated_listing=false",
        "fetch_allow_hosts=localhost,127.0.0.1:8080",
        "strip_metadata=true",
        "trusted_proxies=127.0.0.1,10.0.0.0/8",
        "cache_bytes=2147483648",
        "memory_cache_bytes=67108864",
        "workers=2",
        "queue=64",
        "rate_limit_uploads_per_minute=1200",
        "rate_limit_guest_uploads_per_minute=30",
        "rate_limit_auth_failures_per_minute=20",
        "reductions_delay_ms=0",
        "allow_signup=false",
    ];
    let set: Vec<_> = keys.iter().flat_map(|key| ["--set", key]).collect();
    world
        .run(&[&["key", "list"], set.as_slice()].concat())
        .ended(0);
}

#[test]
fn the_command_line_wins_over_the_environment_which_wins_over_the_file() {
    let original = |environment: bool, set: bool, option: bool| {
        let world = World::new();
        std::fs::write(
            world.data().join("vitrine.toml"),
            "public_url = \"http://file.example\"\n",
        )
        .expect("a file");
        let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
        if environment {
            command.env("VITRINE_PUBLIC_URL", "http://environment.example");
        }
        if set {
            command.args(["--set", "public_url=http://set.example"]);
        }
        if option {
            command.args(["--public-url", "http://option.example"]);
        }
        let vitrine = Vitrine::launched_by(world, command);
        let value = vitrine.post("a.png", &picture::png(5, 5)).is(200).json();
        value["original"]
            .as_str()
            .expect("a link")
            .rsplit_once('/')
            .expect("an id at its end")
            .0
            .to_owned()
    };
    assert_eq!(original(false, false, false), "http://file.example");
    assert_eq!(original(true, false, false), "http://environment.example");
    assert_eq!(original(true, true, false), "http://set.example");
    assert_eq!(original(true, true, true), "http://option.example");
}

#[test]
fn the_data_folder_is_named_or_the_platforms_own() {
    let world = World::new();
    let named = world.home().join("named");
    world
        .run(&["key", "create", "--data", named.to_str().expect("UTF-8")])
        .ended(0);
    assert!(named.join("library.db").is_file());
    assert_eq!(world.files(""), [""; 0], "--data wins over VITRINE_DATA");

    if cfg!(target_os = "linux") {
        let mut command = world.vitrine(&["key", "create"]);
        command.env_remove("VITRINE_DATA");
        CommandOutput::run(command, b"").ended(0);
        assert!(
            world
                .home()
                .join(".local/share/vitrine/library.db")
                .is_file()
        );
        let mut command = world.vitrine(&["key", "create"]);
        command
            .env_remove("VITRINE_DATA")
            .env("XDG_DATA_HOME", world.home().join("xdg"));
        CommandOutput::run(command, b"").ended(0);
        assert!(world.home().join("xdg/vitrine/library.db").is_file());
    }
}
