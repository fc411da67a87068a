//! Gathering: the same as an upload once it is done, and what may be asked of whom before.

use std::net::TcpListener;

use serde_json::json;
use tests::{Request, Vitrine, picture};

use super::fake_remote_host::{FakeRemoteHost, ok, redirect, with_status};
use super::*;

/// A server that may ask the hosts of this computer.
fn neighbour(remote_host: &FakeRemoteHost) -> Vitrine {
    Vitrine::with(&[("fetch_allow_hosts", &remote_host.address.to_string())])
}

fn gather(vitrine: &Vitrine, url: &str, said: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("token", vitrine.key()), ("url", url)];
    fields.extend(said);
    vitrine.send(&call(GATHER, &fields))
}

#[test]
fn what_is_gathered_is_as_if_it_had_been_uploaded() {
    let png = picture::png(900, 600);
    let body = png.clone();
    let remote_host = FakeRemoteHost::answering(move |_| ok(&body));
    let vitrine = neighbour(&remote_host);
    let said = [("preserve_filename", "1")];
    let gathered = gather(
        &vitrine,
        &remote_host.url("/a/fountain%20b.jpeg?c=d#e"),
        &said,
    )
    .is(200)
    .json();
    let uploaded = upload(&vitrine, "fountain b.jpeg", &png, &said)
        .is(200)
        .json();
    assert!(
        gathered["filename"]
            .as_str()
            .unwrap()
            .ends_with("_fountain_b.png")
    );
    assert!(
        uploaded["filename"]
            .as_str()
            .unwrap()
            .ends_with("_fountain_b_2.png")
    );
    for key in ["mime", "size", "width", "height", "permanent", "expires"] {
        assert_eq!(gathered[key], uploaded[key], "{key}");
    }
    assert_eq!(
        vitrine
            .get(&path(&vitrine, &gathered, "native"))
            .is(200)
            .body,
        png
    );
    for size in ["xga", "vga", "qvga"] {
        reduced(&vitrine, &path(&vitrine, &gathered, size));
    }
}

#[test]
fn it_takes_what_an_upload_takes_beside_the_picture() {
    let remote_host = FakeRemoteHost::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&remote_host);
    let url = remote_host.url("/fountain.png");
    for alias in ["url", "link", "image_url", "source"] {
        let request = call(GATHER, &[(alias, &url), ("token", vitrine.key())]);
        vitrine.send(&request).is(200);
        let multipart = with_token(&vitrine).with_text(alias, &url);
        vitrine.send(&multipart.post(GATHER)).is(200);
    }
    let random = gather(&vitrine, &url, &[]).is(200).json();
    assert!(!random["filename"].as_str().unwrap().contains("fountain"));
    let said = [
        ("preserve_filename", "1"),
        ("filename", "basin.jpg"),
        ("expire", "24"),
        ("output", "plain"),
    ];
    let plain = gather(&vitrine, &url, &said).is(200);
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(plain.body).unwrap();
    assert!(
        text.contains("_basin.png\n") && text.contains("\npermanent=0\n"),
        "{text}"
    );
    // Without a name in the address it is random.
    let nameless = gather(
        &vitrine,
        &remote_host.url("/"),
        &[("preserve_filename", "1")],
    );
    assert_eq!(nameless.is(200).json()["width"], json!(30));
}

#[test]
fn the_user_agent_names_the_program_the_account_and_a_contact() {
    let remote_host = FakeRemoteHost::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&remote_host);
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let token = vitrine.world().new_key(&["--account", "kitten"]);
    vitrine
        .send(&call(
            GATHER,
            &[("token", &token), ("url", &remote_host.url("/a.png"))],
        ))
        .is(200);
    let user_agent = &remote_host.requests()[0].user_agent;
    for part in ["vitrine/", "kitten", &vitrine.base()] {
        assert!(user_agent.contains(part), "{part} in {user_agent}");
    }
    assert!(!user_agent.contains(&token));

    let remote_host = FakeRemoteHost::answering(|_| ok(&picture::png(30, 20)));
    let allowed = remote_host.address.to_string();
    let set = [
        ("fetch_allow_hosts", &*allowed),
        ("contact", "abuse@pictures.example"),
    ];
    let vitrine = Vitrine::with(&set);
    gather(&vitrine, &remote_host.url("/a.png"), &[]).is(200);
    let user_agent = &remote_host.requests()[0].user_agent;
    assert!(
        user_agent.contains("owner") && user_agent.contains("abuse@pictures.example"),
        "{user_agent}"
    );
}

#[test]
fn token_and_address_are_asked_for() {
    let remote_host = FakeRemoteHost::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&remote_host);
    let url = &*remote_host.url("/a.png");
    refused(vitrine.send(&call(GATHER, &[("url", url)])), 401);
    refused(
        vitrine.send(&call(GATHER, &[("token", "a9b8c7d6e5f4"), ("url", url)])),
        403,
    );
    let deleter = vitrine.world().new_key(&["--scopes", "delete"]);
    refused(
        vitrine.send(&call(GATHER, &[("token", &deleter), ("url", url)])),
        403,
    );
    refused(
        vitrine.send(&call(GATHER, &[("token", vitrine.key())])),
        400,
    );
    refused(gather(&vitrine, "", &[]), 400);
    refused(gather(&vitrine, "not an address", &[]), 400);
    refused(gather(&vitrine, "/img/owner/a.png", &[]), 400);
    refused(
        vitrine.send(&Request::get(&format!("{GATHER}?url={url}"))),
        405,
    );
    assert!(remote_host.requests().is_empty());
    nothing_is_kept(&vitrine);
}

#[test]
fn addresses_inside_schemes_and_ports_are_refused_unasked() {
    let remote_host = FakeRemoteHost::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = Vitrine::start();
    let port = remote_host.address.port();
    for url in [
        remote_host.url("/a.png"),
        format!("http://localhost:{port}/a.png"),
        format!("http://[::1]:{port}/a.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/a.png"),
        format!("http://2130706433:{port}/a.png"),
        format!("http://0.0.0.0:{port}/a.png"),
        "http://10.0.0.1/a.png".to_owned(),
        "http://172.16.0.1/a.png".to_owned(),
        "http://192.168.1.1/a.png".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://100.64.0.1/a.png".to_owned(),
        "http://198.18.0.1/a.png".to_owned(),
        "http://224.0.0.1/a.png".to_owned(),
        "http://240.0.0.1/a.png".to_owned(),
        "http://255.255.255.255/a.png".to_owned(),
        "http://[fc00::1]/a.png".to_owned(),
        "http://[fe80::1]/a.png".to_owned(),
        "http://[64:ff9b::7f00:1]/a.png".to_owned(),
        "http://[2002:7f00:1::]/a.png".to_owned(),
        "ftp://pictures.example/a.png".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://192.0.2.1:22/a.png".to_owned(),
        "http://192.0.2.1:25/a.png".to_owned(),
    ] {
        refused(gather(&vitrine, &url, &[]), 422);
    }
    assert!(
        remote_host.requests().is_empty(),
        "{:?}",
        remote_host.requests()
    );
    nothing_is_kept(&vitrine);
}

#[test]
fn five_redirects_are_followed_the_sixth_is_422_and_none_leads_inside() {
    let inside = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let target = format!("http://{}/a.png", inside.local_addr().unwrap());
    inside.set_nonblocking(true).unwrap();
    let remote_host = FakeRemoteHost::answering(move |path| match path {
        "/0" => ok(&picture::png(30, 20)),
        "/inside" => redirect(&target),
        path => {
            let left: u32 = path[1..].parse().unwrap();
            redirect(&format!("/{}", left - 1))
        }
    });
    let vitrine = neighbour(&remote_host);
    gather(&vitrine, &remote_host.url("/5"), &[]).is(200);
    refused(gather(&vitrine, &remote_host.url("/6"), &[]), 422);
    refused(gather(&vitrine, &remote_host.url("/inside"), &[]), 422);
    assert!(inside.accept().is_err(), "no connection was made");
}

#[test]
fn what_is_wrong_elsewhere_is_502_and_not_asked_again_for_a_while() {
    let remote_host = FakeRemoteHost::answering(|path| match path {
        "/gone" => with_status("404 Not Found", b"no"),
        "/made" => with_status("201 Created", &picture::png(30, 20)),
        "/cut" => ok(&picture::png(300, 200))[..200].to_vec(),
        "/mute" => Vec::new(),
        _ => b"SSH-2.0-OpenSSH\r\n".to_vec(),
    });
    let vitrine = neighbour(&remote_host);
    for path in ["/gone", "/made", "/cut", "/mute", "/ssh"] {
        let words = refused(gather(&vitrine, &remote_host.url(path), &[]), 502);
        let before = remote_host.requests().len();
        assert_eq!(
            refused(gather(&vitrine, &remote_host.url(path), &[]), 502),
            words
        );
        assert_eq!(remote_host.requests().len(), before, "{path}");
    }
    refused(gather(&vitrine, "http://pictures.invalid/a.png", &[]), 502);
    nothing_is_kept(&vitrine);

    let closed = TcpListener::bind("127.0.0.1:0")
        .expect("a free port")
        .local_addr()
        .unwrap();
    let vitrine = Vitrine::with(&[("fetch_allow_hosts", &closed.to_string())]);
    refused(
        gather(&vitrine, &format!("http://{closed}/a.png"), &[]),
        502,
    );
}

#[test]
fn thirty_two_mebibytes_are_fetched_and_not_one_byte_more() {
    let remote_host = FakeRemoteHost::answering(|path| {
        let mut body = picture::jpeg(30, 20);
        body.resize(path[1..].parse().unwrap(), 0);
        ok(&body)
    });
    let set = [
        ("fetch_allow_hosts", &*remote_host.address.to_string()),
        ("max_upload_bytes", "104857600"),
    ];
    let vitrine = Vitrine::with(&set);
    let answer = gather(&vitrine, &remote_host.url("/33554432"), &[]).is(200);
    assert_eq!(answer.json()["size"], 33_554_432);
    refused(gather(&vitrine, &remote_host.url("/33554433"), &[]), 413);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    nothing_is_on_its_way(&vitrine);
}

#[test]
fn only_the_four_formats_are_kept_and_whole_ones() {
    let remote_host = FakeRemoteHost::answering(|path| match path {
        "/page.png" => ok(b"<html>no picture</html>"),
        "/a.gif" => ok(&picture::gif(30, 20)),
        _ => ok(&picture::cut_off(&picture::png(300, 200), 5)),
    });
    let vitrine = neighbour(&remote_host);
    refused(gather(&vitrine, &remote_host.url("/page.png"), &[]), 415);
    refused(gather(&vitrine, &remote_host.url("/a.gif"), &[]), 415);
    refused(gather(&vitrine, &remote_host.url("/cut.png"), &[]), 400);
    nothing_is_kept(&vitrine);
}

#[test]
fn an_idempotency_key_counts_here_too() {
    let remote_host = FakeRemoteHost::answering(|path| {
        ok(&picture::png(
            30,
            if path == "/other.png" { 21 } else { 20 },
        ))
    });
    let vitrine = neighbour(&remote_host);
    let send = |path: &str| {
        let url = remote_host.url(path);
        let request = call(GATHER, &[("token", vitrine.key()), ("url", &url)]);
        vitrine.send(&request.header("Idempotency-Key", "one"))
    };
    let first = send("/a.png").is(200);
    assert_eq!(send("/a.png").is(200).body, first.body);
    refused(send("/other.png"), 422);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
}
