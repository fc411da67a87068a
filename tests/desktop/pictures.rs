//! Pictures to send, and what a link gives back.

use std::path::PathBuf;

use crate::session::Session;
use crate::webdriver::http;

/// The bytes behind a link that must work.
pub async fn fetch(link: &str) -> Vec<u8> {
    let answer = http().get(link).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{link}");
    answer.bytes().await.expect("its bytes").to_vec()
}

/// A picture with something to see in it, as JPEG or PNG by its name's ending.
pub fn draw(desktop: &Session, name: &str, width: u32, height: u32) -> PathBuf {
    let file = desktop.home.path().join(name);
    image::RgbImage::from_fn(width, height, |x, y| {
        let wave = ((x as f32 / 37.0).sin() * (y as f32 / 23.0).cos() * 60.0) as i32;
        let tone = |base: u32| (base as i32 + wave).clamp(0, 255) as u8;
        image::Rgb([
            tone(x * 200 / width + 30),
            tone(y * 160 / height + 60),
            tone(150),
        ])
    })
    .save(&file)
    .expect("a drawn picture");
    file
}
