//! Test fixtures of the targets: a picture, a target, a reply.

use std::io::Cursor;

use super::Reply;
use crate::{Dialect, Picture, Target};

/// A picture of this size, without its pixels: nothing here reads the file.
pub fn picture(width: u32, height: u32) -> Picture {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::new(1, 1)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let mut picture = Picture::from_reader("cat.png", bytes.get_ref().as_slice()).unwrap();
    (picture.info.width, picture.info.height) = (width, height);
    picture
}

pub fn target(kind: Dialect, here: bool) -> Target {
    Target {
        id: "t".into(),
        name: "T".into(),
        kind,
        base: BASE.into(),
        here,
        prepare: Default::default(),
    }
}

pub const BASE: &str = "http://127.0.0.1:4870";

pub fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

pub fn with_header(mut reply: Reply, name: &str, value: &str) -> Reply {
    reply.headers.push((name.into(), value.into()));
    reply
}

/// Answers that no server of any kind gives to an upload, with any status that means success.
pub fn hostile_bodies() -> Vec<String> {
    vec![
        String::new(),
        "<!doctype html><title>Sign in</title>".into(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        "7".into(),
        "\"https://h/a.png\"".into(),
        // What is left of an answer that was longer than anything that is read.
        format!(r#"{{"id":"{}"#, "a".repeat(1024 * 1024)),
        "[".repeat(100_000),
    ]
}
