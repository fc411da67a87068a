//! Large uploads stream to disk: they are never whole in memory, nor are their sizes made before
//! anybody asks.
#![cfg(target_os = "linux")]

use tests::{Form, Vitrine, picture};

/// The most memory that a process has held so far, in bytes.
pub fn peak(pid: u32) -> u64 {
    status(pid, "VmHWM:")
}

/// The memory that a process holds now, in bytes.
pub fn held(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

fn status(pid: u32, word: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(word))
        .expect("Linux says it");
    line.trim()
        .trim_end_matches(" kB")
        .parse::<u64>()
        .expect("a number")
        * 1024
}

#[test]
fn an_upload_of_50_megabytes_takes_less_than_20_of_memory() {
    let vitrine = Vitrine::start();
    let bytes = picture::noise(4160, 4000, 1);
    assert!(
        (49_000_000..52_428_800).contains(&bytes.len()),
        "{}",
        bytes.len()
    );
    // Whatever the first request of any size allocates once is not this test's matter.
    vitrine.upload("small.png", &picture::png(20, 20));
    let before = peak(vitrine.pid());
    let id = vitrine.upload("large.png", &bytes);
    vitrine
        .send(
            &Form::file("large.png", &bytes)
                .post("/upload")
                .bearer(vitrine.key())
                .chunked(),
        )
        .is(200);
    let uploaded = peak(vitrine.pid()) - before;
    assert!(
        uploaded < 20_000_000,
        "the uploads raised memory by {uploaded} bytes"
    );

    // Neither is a large original whole in memory when it is served.
    assert!(vitrine.get(&format!("/{id}/original")).is(200).body == bytes);
    let served = peak(vitrine.pid()) - before;
    assert!(
        served < 20_000_000,
        "serving it raised memory by {served} bytes"
    );
}
