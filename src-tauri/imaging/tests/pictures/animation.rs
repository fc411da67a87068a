//! Animations stay animations: frames, delays, loops and what disposal makes of them.

use std::borrow::Cow;

use gif::{DisposalMethod, Frame, Repeat};
use imaging::{Format, Limits, Never, Output, Transform};

use crate::draw::*;

fn frame(colour: [u8; 4], (left, top, width, height): (u16, u16, u16, u16)) -> Frame<'static> {
    let pixels = colour.repeat(usize::from(width) * usize::from(height));
    let mut frame = Frame::from_rgba(width, height, &mut pixels.clone());
    (frame.left, frame.top) = (left, top);
    frame
}

/// Red all over; then green in the right half, which goes back to red; then blue in the top half, the whole cleared.
pub fn three_frames() -> Vec<u8> {
    let mut red = frame(RED, (0, 0, 24, 16));
    red.delay = 7;
    let mut green = frame(GREEN, (12, 0, 12, 16));
    (green.delay, green.dispose) = (50, DisposalMethod::Previous);
    let mut blue = frame(BLUE, (0, 0, 24, 8));
    (blue.delay, blue.dispose) = (100, DisposalMethod::Background);
    gif_of(24, 16, Repeat::Finite(3), &[red, green, blue])
}

/// Every frame as seen, with its delay, and the loop count.
fn played(bytes: &[u8]) -> (Vec<(u16, image::RgbaImage)>, Repeat) {
    use image::AnimationDecoder;
    let decoder = gif::Decoder::new(bytes).unwrap();
    let repeat = decoder.repeat();
    let frames = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(bytes))
        .unwrap()
        .into_frames();
    let frames = frames.map(|frame| {
        let frame = frame.unwrap();
        (
            (frame.delay().numer_denom_ms().0 / 10) as u16,
            frame.into_buffer(),
        )
    });
    (frames.collect(), repeat)
}

#[test]
fn frames_delays_loops_and_disposal_are_kept() {
    let source = three_frames();
    assert!(inspect(&source).unwrap().animated);
    for width in [24, 12] {
        let rendered = render(&source, &Transform::to_width(width)).unwrap();
        assert!(!rendered.stilled && inspect(&rendered.bytes).unwrap().animated);
        let (frames, repeat) = played(&rendered.bytes);
        assert_eq!(repeat, Repeat::Finite(3));
        assert_eq!(
            frames.iter().map(|frame| frame.0).collect::<Vec<_>>(),
            [7, 50, 100]
        );
        let height = width * 2 / 3;
        let at = |frame: usize, x: u32, y: u32| frames[frame].1.get_pixel(x, y).0;
        // Resampling may leave a colour one step off.
        assert_near(at(0, 2, 2), RED, 2);
        assert_near(at(1, 2, 2), RED, 2);
        assert_near(at(1, width - 2, 2), GREEN, 2);
        assert_near(at(2, width - 2, 1), BLUE, 2);
        assert_near(at(2, width - 2, height - 2), RED, 2);
    }
}

#[test]
fn pixels_that_disappear_disappear() {
    let mut red = frame(RED, (0, 0, 16, 16));
    red.dispose = DisposalMethod::Background;
    let source = gif_of(
        16,
        16,
        Repeat::Infinite,
        &[red, frame(GREEN, (0, 0, 8, 8)), frame(BLUE, (8, 8, 8, 8))],
    );
    let rendered = render(&source, &Transform::to_width(8)).unwrap();
    let (frames, repeat) = played(&rendered.bytes);
    assert_eq!((frames.len(), repeat), (3, Repeat::Infinite));
    assert_eq!(frames[0].1.get_pixel(6, 6).0, RED);
    assert_near(frames[1].1.get_pixel(1, 1).0, GREEN, 2);
    assert_eq!(frames[1].1.get_pixel(6, 6).0[3], 0);
    assert_near(frames[2].1.get_pixel(1, 1).0, GREEN, 2);
    assert_near(frames[2].1.get_pixel(6, 6).0, BLUE, 2);
}

#[test]
fn a_frame_without_change_is_still_a_frame() {
    let mut still = frame(RED, (0, 0, 16, 16));
    still.delay = 33;
    let source = gif_of(
        16,
        16,
        Repeat::Infinite,
        &[still.clone(), still.clone(), still],
    );
    let rendered = render(&source, &Transform::to_width(8)).unwrap();
    let (frames, _) = played(&rendered.bytes);
    assert_eq!(frames.len(), 3);
    assert!(
        frames
            .iter()
            .all(|(delay, picture)| *delay == 33 && picture.get_pixel(3, 3).0 == RED)
    );
}

#[test]
fn many_colours_are_reduced_not_refused() {
    let noisy = noise(64, 64);
    let gif = Transform {
        format: Output::Is(Format::Gif),
        ..Transform::to_width(48)
    };
    let (wanted, got) = (
        seen(&png(&noisy), &Transform::to_width(48)),
        seen(&png(&noisy), &gif),
    );
    let apart: u64 = wanted
        .as_raw()
        .iter()
        .zip(got.as_raw())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    assert!(apart / (48 * 48) < 60, "{}", apart / (48 * 48));
}

#[test]
fn an_animation_over_the_budget_becomes_its_first_frame() {
    let source = three_frames();
    for limits in [
        Limits {
            max_frames: 2,
            ..Limits::default()
        },
        Limits {
            max_animation_pixels: 24 * 16 * 3 - 1,
            ..Limits::default()
        },
    ] {
        let rendered = imaging::render(&source, &Transform::to_width(12), &limits, &Never).unwrap();
        assert!(rendered.stilled);
        assert!(!inspect(&rendered.bytes).unwrap().animated);
        imaging::verify(&source, &limits, &Never).unwrap();
    }
    let jpeg = Transform {
        format: Output::Is(Format::Jpeg),
        ..Transform::to_width(12)
    };
    assert!(render(&source, &jpeg).unwrap().stilled);
}

#[test]
fn a_frame_that_stands_over_the_canvas_is_cut() {
    let mut large = frame(GREEN, (0, 0, 20, 20));
    (large.left, large.top) = (4, 4);
    large.buffer = Cow::Owned(large.buffer.into_owned());
    let source = gif_of(8, 8, Repeat::default(), &[large]);
    let picture = seen(&source, &Transform::to_width(8));
    assert_eq!(
        (picture.get_pixel(2, 2).0[3], picture.get_pixel(6, 6).0),
        (0, GREEN)
    );
}
