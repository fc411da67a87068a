//! `vitrine serve` as a process: what it prints, who may serve, how it ends.

use std::io::{Read, Write};

use tests::http::{connect, read_answer};
use tests::vitrine::{CommandOutput, World, signal};
use tests::{Form, Request, Vitrine, picture, until};

#[test]
fn a_second_server_on_the_folder_reports_the_first_and_its_address() {
    let vitrine = Vitrine::start();
    let second = vitrine.run(&["serve", "--listen", "127.0.0.1:0"]).ended(1);
    assert_eq!(second.out, "");
    let last = second.err.lines().last().unwrap_or_default();
    assert!(last.contains("vitrine serve"), "{last}");
    assert!(last.contains(&vitrine.base()), "{last}");
    assert!(last.contains(&vitrine.pid().to_string()), "{last}");
    vitrine.get("/aaaaaaaaaa").is(404);
}

#[test]
fn a_server_that_was_killed_does_not_keep_its_folder() {
    let mut vitrine = Vitrine::start();
    vitrine.kill();
    vitrine.start_again();
    vitrine.get("/aaaaaaaaaa").is(404);
}

#[test]
fn an_address_that_is_taken_is_named() {
    let vitrine = Vitrine::start();
    let world = World::new();
    let taken = world
        .run(&["serve", "--listen", &vitrine.address().to_string()])
        .ended(1);
    assert!(
        taken.err.contains(&vitrine.address().to_string()),
        "{}",
        taken.err
    );
    assert_eq!(taken.out, "");
}

#[test]
fn the_commands_work_beside_a_server_and_without_one() {
    let mut vitrine = Vitrine::start();
    let beside = vitrine.run(&["key", "list"]).ended(0).out;
    vitrine.terminate();
    assert_eq!(vitrine.run(&["key", "list"]).ended(0).out, beside);
}

#[test]
fn both_signals_end_it_with_success_and_one_line_on_stdout() {
    for name in ["TERM", "INT"] {
        let world = World::new();
        let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
        command
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut server = command.spawn().expect("the program starts");
        let mut stdout = server.stdout.take().expect("a pipe");
        let mut heard = Vec::new();
        while !heard.ends_with(b"\n") {
            let mut byte = [0];
            stdout.read_exact(&mut byte).expect("a line");
            heard.push(byte[0]);
        }
        signal(server.id(), name);
        stdout.read_to_end(&mut heard).expect("the rest");
        assert_eq!(server.wait().expect("it ends").code(), Some(0), "SIG{name}");
        let said = String::from_utf8(heard).expect("UTF-8");
        let port = said
            .strip_prefix("listening on http://127.0.0.1:")
            .and_then(|rest| rest.strip_suffix('\n'));
        assert!(
            port.is_some_and(|port| port.parse::<u16>().is_ok()),
            "{said:?}"
        );
    }
}

#[test]
fn a_signal_lets_the_upload_in_flight_end_and_takes_no_new_one() {
    let mut vitrine = Vitrine::start();
    let bytes = picture::noise(300, 300, 1);
    let body = Form::file("a.png", &bytes).finish();
    let mut stream = vitrine.begin_upload(&body);
    until("the upload has begun", || {
        (!vitrine.world().files("incoming").is_empty()).then_some(())
    });

    signal(vitrine.pid(), "TERM");
    until("new connections are refused", || {
        connect(vitrine.address()).is_err().then_some(())
    });
    stream
        .write_all(&body[body.len() / 2..])
        .expect("the other half is taken");
    let answer = read_answer(&stream, false)
        .expect("the answer comes")
        .is(200);
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(vitrine.ended().code(), Some(0));

    vitrine.start_again();
    assert!(vitrine.get(&format!("/{id}")).is(200).body == bytes);
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let mut vitrine = Vitrine::start();
    let idle = connect(vitrine.address()).expect("a connection");
    let mut kept_alive = connect(vitrine.address()).expect("a connection");
    kept_alive
        .write_all(b"GET /aaaaaaaaaa HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("sent");
    read_answer(&kept_alive, false).expect("an answer").is(404);
    let asked = std::time::Instant::now();
    assert_eq!(vitrine.terminate().code(), Some(0));
    assert!(
        asked.elapsed().as_secs() < 5,
        "it took {:?}",
        asked.elapsed()
    );
    drop((idle, kept_alive));
}

#[test]
fn a_client_that_never_ends_is_waited_for_ten_seconds_at_most() {
    let mut vitrine = Vitrine::start();
    let mut endless = connect(vitrine.address()).expect("a connection");
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\nContent-Length: 50000000\r\n\r\n",
        vitrine.key(),
        Form::content_type(),
    );
    endless
        .write_all(head.as_bytes())
        .expect("the head is taken");
    let begun = Form::file("a.png", &picture::noise(100, 100, 1)).finish();
    endless.write_all(&begun[..20_000]).expect("a beginning");
    until("the upload has begun", || {
        (!vitrine.world().files("incoming").is_empty()).then_some(())
    });
    let asked = std::time::Instant::now();
    assert_eq!(vitrine.terminate().code(), Some(0));
    let waited = asked.elapsed().as_secs_f32();
    assert!((9.0..15.0).contains(&waited), "it took {waited} s");
    assert_eq!(vitrine.world().files("incoming"), [""; 0]);
    assert_eq!(vitrine.world().files("blobs"), [""; 0]);
}

#[test]
fn a_data_folder_that_is_none_is_named() {
    let world = World::new();
    let file = world.file("a-file", b"x");
    let file = file.to_str().expect("UTF-8");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["key", "list"]] {
        let ran = world.run(&[command, &["--data", file]].concat());
        assert!(ran.code == Some(1) || ran.code == Some(2), "{ran:?}");
        assert!(
            !ran.err.contains("panicked") && !ran.err.is_empty(),
            "{ran:?}"
        );
        assert_eq!(ran.out, "");
    }
}

#[test]
fn a_new_folder_gets_its_owner_and_an_explained_configuration() {
    let vitrine = Vitrine::start();
    let accounts = vitrine.run(&["account", "list"]).ended(0);
    assert_eq!(accounts.lines().len(), 1);
    assert!(
        accounts.out.starts_with("owner\tadmin\t"),
        "{}",
        accounts.out
    );
    let toml = std::fs::read_to_string(vitrine.world().data().join("vitrine.toml"))
        .expect("the file is there");
    for key in [
        "public_url",
        "max_upload_bytes",
        "queue",
        "rate_limit_uploads_per_minute",
    ] {
        assert!(
            toml.lines()
                .any(|line| line.starts_with(&format!("# {key} = "))
                    || line.starts_with(&format!("#{key} = "))),
            "{key}\n{toml}"
        );
    }
}

#[test]
fn secrets_do_not_reach_the_log() {
    let world = World::new();
    let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("VITRINE_LOG", "trace");
    let vitrine = Vitrine::launched_by(world, command);
    vitrine.upload("a.png", &picture::png(9, 9));
    vitrine
        .send(&Request::get(&format!(
            "/aaaaaaaaaa?token={0}&key={0}",
            vitrine.key()
        )))
        .is(404);
    vitrine
        .send(&Request::post(&format!("/upload?key={}", vitrine.key())))
        .is(401);
    let log = vitrine.log();
    assert!(!log.is_empty());
    assert!(!log.contains(vitrine.key()), "{log}");
}

#[test]
fn a_log_filter_that_is_none_is_a_wrong_call() {
    let world = World::new();
    let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("VITRINE_LOG", "server=loudly");
    let ran = CommandOutput::run(command, b"").ended(2);
    assert!(ran.err.contains("VITRINE_LOG"), "{}", ran.err);
}
