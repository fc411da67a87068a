//! Gathering: the same as an upload once it is done, and what may be asked of whom before.

use std::net::TcpListener;

use serde_json::json;
use tests::{Request, Vitrine, picture};

use super::fake_remote_host::{Elsewhere, ok, redirect, with_status};
use super::*;

/// A server that may ask the hosts of this computer.
fn neighbour(elsewhere: &Elsewhere) -> Vitrine {
    Vitrine::with(&[("fetch_allow_hosts", &elsewhere.address.to_string())])
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
    let elsewhere = Elsewhere::answering(move |_| ok(&body));
    let vitrine = neighbour(&elsewhere);
    let said = [("preserve_filename", "1")];
    let gathered = gather(
        &vitrine,
        &elsewhere.url("/a/fountain%20b.jpeg?c=d#e"),
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
    let elsewhere = Elsewhere::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&elsewhere);
    let url = elsewhere.url("/fountain.png");
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
    let nameless = gather(&vitrine, &elsewhere.url("/"), &[("preserve_filename", "1")]);
    assert_eq!(nameless.is(200).json()["width"], json!(30));
}

#[test]
fn the_host_is_told_what_asks_for_whom_and_whom_to_turn_to() {
    let elsewhere = Elsewhere::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&elsewhere);
    vitrine.run(&["account", "add", "kitten"]).ended(0);
    let token = vitrine.world().new_key(&["--account", "kitten"]);
    vitrine
        .send(&call(
            GATHER,
            &[("token", &token), ("url", &elsewhere.url("/a.png"))],
        ))
        .is(200);
    let told = &elsewhere.asked()[0].user_agent;
    for part in ["vitrine/", "kitten", &vitrine.base()] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(!told.contains(&token));

    let elsewhere = Elsewhere::answering(|_| ok(&picture::png(30, 20)));
    let allowed = elsewhere.address.to_string();
    let set = [
        ("fetch_allow_hosts", &*allowed),
        ("contact", "abuse@pictures.example"),
    ];
    let vitrine = Vitrine::with(&set);
    gather(&vitrine, &elsewhere.url("/a.png"), &[]).is(200);
    let told = &elsewhere.asked()[0].user_agent;
    assert!(
        told.contains("owner") && told.contains("abuse@pictures.example"),
        "{told}"
    );
}

#[test]
fn token_and_address_are_asked_for() {
    let elsewhere = Elsewhere::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = neighbour(&elsewhere);
    let url = &*elsewhere.url("/a.png");
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
    assert!(elsewhere.asked().is_empty());
    nothing_is_kept(&vitrine);
}

#[test]
fn addresses_inside_schemes_and_ports_are_refused_unasked() {
    let elsewhere = Elsewhere::answering(|_| ok(&picture::png(30, 20)));
    let vitrine = Vitrine::start();
    let port = elsewhere.address.port();
    for url in [
        elsewhere.url("/a.png"),
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
    assert!(elsewhere.asked().is_empty(), "{:?}", elsewhere.asked());
    nothing_is_kept(&vitrine);
}

#[test]
fn five_redirects_are_followed_the_sixth_is_422_and_none_leads_inside() {
    let inside = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let target = format!("http://{}/a.png", inside.local_addr().unwrap());
    inside.set_nonblocking(true).unwrap();
    let elsewhere = Elsewhere::answering(move |path| match path {
        "/0" => ok(&picture::png(30, 20)),
        "/inside" => redirect(&target),
        path => {
            let left: u32 = path[1..].parse().unwrap();
            redirect(&format!("/{}", left - 1))
        }
    });
    let vitrine = neighbour(&elsewhere);
    gather(&vitrine, &elsewhere.url("/5"), &[]).is(200);
    refused(gather(&vitrine, &elsewhere.url("/6"), &[]), 422);
    refused(gather(&vitrine, &elsewhere.url("/inside"), &[]), 422);
    assert!(inside.accept().is_err(), "nobody was asked");
}

#[test]
fn what_is_wrong_elsewhere_is_502_and_not_asked_again_for_a_while() {
    let elsewhere = Elsewhere::answering(|path| match path {
        "/gone" => with_status("404 Not Found", b"no"),
        "/made" => with_status("201 Created", &picture::png(30, 20)),
        "/cut" => ok(&picture::png(300, 200))[..200].to_vec(),
        "/mute" => Vec::new(),
        _ => b"SSH-2.0-OpenSSH\r\n".to_vec(),
    });
    let vitrine = neighbour(&elsewhere);
    for path in ["/gone", "/made", "/cut", "/mute", "/ssh"] {
        let words = refused(gather(&vitrine, &elsewhere.url(path), &[]), 502);
        let before = elsewhere.asked().len();
        assert_eq!(
            refused(gather(&vitrine, &elsewhere.url(path), &[]), 502),
            words
        );
        assert_eq!(elsewhere.asked().len(), before, "{path}");
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
    let elsewhere = Elsewhere::answering(|path| {
        let mut body = picture::jpeg(30, 20);
        body.resize(path[1..].parse().unwrap(), 0);
        ok(&body)
    });
    let set = [
        ("fetch_allow_hosts", &*elsewhere.address.to_string()),
        ("max_upload_bytes", "104857600"),
    ];
    let vitrine = Vitrine::with(&set);
    let answer = gather(&vitrine, &elsewhere.url("/33554432"), &[]).is(200);
    assert_eq!(answer.json()["size"], 33_554_432);
    refused(gather(&vitrine, &elsewhere.url("/33554433"), &[]), 413);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
    nothing_is_on_its_way(&vitrine);
}

#[test]
fn only_the_four_formats_are_kept_and_whole_ones() {
    let elsewhere = Elsewhere::answering(|path| match path {
        "/page.png" => ok(b"<html>no picture</html>"),
        "/a.gif" => ok(&picture::gif(30, 20)),
        _ => ok(&picture::cut_off(&picture::png(300, 200), 5)),
    });
    let vitrine = neighbour(&elsewhere);
    refused(gather(&vitrine, &elsewhere.url("/page.png"), &[]), 415);
    refused(gather(&vitrine, &elsewhere.url("/a.gif"), &[]), 415);
    refused(gather(&vitrine, &elsewhere.url("/cut.png"), &[]), 400);
    nothing_is_kept(&vitrine);
}

#[test]
fn an_idempotency_key_counts_here_too() {
    let elsewhere = Elsewhere::answering(|path| {
        ok(&picture::png(
            30,
            if path == "/other.png" { 21 } else { 20 },
        ))
    });
    let vitrine = neighbour(&elsewhere);
    let send = |path: &str| {
        let url = elsewhere.url(path);
        let request = call(GATHER, &[("token", vitrine.key()), ("url", &url)]);
        vitrine.send(&request.header("Idempotency-Key", "one"))
    };
    let first = send("/a.png").is(200);
    assert_eq!(send("/a.png").is(200).body, first.body);
    refused(send("/other.png"), 422);
    assert_eq!(vitrine.world().files("blobs").len(), 1);
}
