//! The manners of the command line: exit codes, streams, lists, and readers that leave early.

use tests::vitrine::{CommandOutput, World};
use tests::{Vitrine, picture, until};

#[test]
fn wrong_calls_end_with_2_and_help_with_0() {
    let world = World::new();
    for wrong in [
        &[][..],
        &["srve"],
        &["serve", "--lisen", "x"],
        &["key"],
        &["key", "revoke"],
        &["account", "add"],
        &["upload"],
        &["completions", "basic"],
    ] {
        let ran = world.run(wrong).ended(2);
        assert_eq!(ran.out, "", "{wrong:?}");
        assert!(!ran.err.is_empty(), "{wrong:?}");
    }
    for help in [
        &["--help"][..],
        &["serve", "--help"],
        &["account", "--help"],
        &["key", "create", "--help"],
        &["upload", "--help"],
        &["completions", "--help"],
    ] {
        let ran = world.run(help).ended(0);
        assert!(
            ran.out.contains("--data") && ran.out.contains("--set"),
            "{help:?}: {}",
            ran.out
        );
        assert_eq!(ran.err, "", "{help:?}");
    }
    assert!(
        world
            .run(&["--version"])
            .ended(0)
            .out
            .starts_with("vitrine ")
    );
    assert_eq!(world.files(""), [""; 0], "nothing was made");
}

#[test]
fn a_secret_is_alone_on_stdout_and_never_seen_again() {
    let world = World::new();
    let made = world.run(&["key", "create", "--name", "phone"]).ended(0);
    let secret = made.out.strip_suffix('\n').expect("one line");
    let letters = secret.strip_prefix("sk_").expect("sk_ in front");
    assert!(
        letters.len() == 40 && letters.bytes().all(|letter| letter.is_ascii_alphanumeric()),
        "{secret}"
    );
    assert!(!made.err.contains(secret));
    let listed = world.run(&["key", "list"]).ended(0);
    assert!(!listed.out.contains(letters) && listed.out.contains("phone"));
    for file in world.files("") {
        let bytes = std::fs::read(world.data().join(&file)).expect("a file");
        assert!(
            !bytes
                .windows(letters.len())
                .any(|window| window == letters.as_bytes()),
            "it is in {file}"
        );
    }
}

#[test]
fn keys_are_listed_one_a_line_with_seven_fields() {
    let vitrine = Vitrine::start();
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let options = [
        "--account",
        "kitten",
        "--name",
        "phone",
        "--scopes",
        "delete,upload",
        "--expires",
        "30d",
    ];
    let secret = vitrine.world().new_key(&options);

    let row = || {
        let listed = vitrine
            .run(&["key", "list", "--account", "kitten"])
            .ended(0);
        let lines = listed.lines();
        assert_eq!(lines.len(), 1, "{}", listed.out);
        lines[0].split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let fields = row();
    assert_eq!(fields.len(), 7, "{fields:?}");
    assert_eq!(fields[1..4], ["phone", "kitten", "upload,delete"]);
    assert!(
        fields[4].ends_with('Z') && fields[5].ends_with('Z') && fields[4] < fields[5],
        "{fields:?}"
    );
    assert_eq!(fields[6], "-", "it was not used yet");

    vitrine
        .send(
            &tests::Form::file("a.png", &picture::png(5, 5))
                .post("/upload")
                .bearer(&secret),
        )
        .is(200);
    until("its use is seen", || row()[6].ends_with('Z').then_some(()));
    assert_eq!(vitrine.run(&["key", "list"]).ended(0).lines().len(), 2);
    vitrine
        .run(&["key", "list", "--account", "nobody"])
        .ended(1);
}

#[test]
fn what_cannot_be_a_key_is_refused() {
    let world = World::new();
    world
        .run(&["key", "create", "--scopes", "upload,fly"])
        .ended(2);
    world.run(&["key", "create", "--scopes", ""]).ended(2);
    world.run(&["key", "create", "--expires", "soon"]).ended(2);
    world.run(&["key", "create", "--expires", "0d"]).ended(2);
    world
        .run(&["key", "create", "--account", "nobody"])
        .ended(1);
    world.run(&["key", "revoke", "nothing"]).ended(1);
    assert_eq!(world.run(&["key", "list"]).ended(0).out, "");
}

#[test]
fn every_shell_gets_completions() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            world
                .run(&["completions", shell])
                .ended(0)
                .out
                .contains("vitrine"),
            "{shell}"
        );
    }
    assert_eq!(world.files(""), [""; 0], "nothing was made");
}

#[test]
fn a_reader_that_leaves_early_is_no_reason_to_panic() {
    let world = World::new();
    world.run(&["key", "create"]).ended(0);
    let closed = |arguments: &[&str]| {
        let vitrine = world.vitrine(arguments);
        let mut command = world.command("bash");
        command.env("VITRINE_DATA", world.data());
        // The reader is gone before the first word: `true` ends, and only then does the program run.
        command.args([
            "-c",
            "exec 3> >(true); wait $!; \"$@\" >&3; echo \"ended with $?\"",
            "bash",
        ]);
        command.arg(vitrine.get_program()).args(vitrine.get_args());
        let ran = CommandOutput::run(command, b"").ended(0);
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
        ran
    };
    for quiet in [
        &["key", "list"][..],
        &["account", "list"],
        &["completions", "bash"],
        &["--help"],
    ] {
        assert_eq!(closed(quiet).out, "ended with 0\n", "{quiet:?}");
    }
    // A key whose secret was not printed is not created.
    let listed = world.run(&["key", "list"]).ended(0).out;
    assert_eq!(closed(&["key", "create"]).out, "ended with 1\n");
    assert_eq!(world.run(&["key", "list"]).ended(0).out, listed);
}
