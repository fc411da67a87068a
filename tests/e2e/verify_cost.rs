//! Uploads whose end is missing have to be decoded before they are believed: how much that may cost.
#![cfg(target_os = "linux")]

use std::thread;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use tests::{Form, Vitrine};

use crate::memory::peak;

#[test]
fn many_large_pictures_cut_off_at_once_are_never_decoded_at_once() {
    const SIDE: u32 = 9000;
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            &vec![0; (SIDE * SIDE) as usize],
            SIDE,
            SIDE,
            ExtendedColorType::L8,
        )
        .expect("a PNG can be drawn");
    bytes.truncate(bytes.len() - 100);

    let vitrine = Vitrine::start();
    vitrine.upload("small.png", &tests::picture::png(20, 20));
    let before = peak(vitrine.pid());
    let upload = |_| {
        let request = Form::file("cut.png", &bytes).post("/upload");
        vitrine.send(&request.bearer(vitrine.key())).is(400);
    };
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || upload(number));
        }
    });
    let raised = peak(vitrine.pid()) - before;
    let one = u64::from(SIDE) * u64::from(SIDE);
    assert!(
        raised < 3 * one,
        "eight at once raised memory by {raised} bytes"
    );
}
