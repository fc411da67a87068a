//! Animations stay animations: frames, delays, loops and what disposal makes of them.

#![expect(unsafe_code, reason = "calls libwebp's decoder")]

use std::borrow::Cow;

use gif::{DisposalMethod, Frame, Repeat};
use image::RgbaImage;
use imaging::{Format, Limits, NeverCancelled, OutputFormat, Transform};

use crate::fixtures::*;

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

/// The same in PNG: the first frame is no picture of its own, the second lies half transparent over it.
pub fn moving_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 24, 16);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(3, 4).unwrap();
    encoder.set_frame_delay(7, 100).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&RED.repeat(24 * 16)).unwrap();
    writer.set_frame_delay(1, 2).unwrap();
    writer.set_frame_dimension(12, 16).unwrap();
    writer.set_frame_position(12, 0).unwrap();
    writer.set_blend_op(png::BlendOp::Over).unwrap();
    writer.set_dispose_op(png::DisposeOp::Previous).unwrap();
    writer
        .write_image_data(&[0, 255, 0, 128].repeat(12 * 16))
        .unwrap();
    writer.set_frame_delay(1, 1).unwrap();
    writer.set_frame_position(0, 0).unwrap();
    writer.set_frame_dimension(24, 8).unwrap();
    writer.set_blend_op(png::BlendOp::Source).unwrap();
    writer.set_dispose_op(png::DisposeOp::None).unwrap();
    writer
        .write_image_data(&[0, 0, 255, 0].repeat(24 * 8))
        .unwrap();
    writer.finish().unwrap();
    bytes
}

pub fn moving_webp() -> Vec<u8> {
    let transform = Transform {
        format: OutputFormat::Fixed(Format::WebP),
        quality: Some(100),
        ..Transform::to_width(24)
    };
    render(&three_frames(), &transform).unwrap().bytes
}

/// Every frame of a WebP as seen, with its delay in milliseconds, and how often it is played; by libwebp.
fn played_webp(bytes: &[u8]) -> (Vec<(u32, image::RgbaImage)>, u32) {
    use libwebp_sys::*;
    let data = WebPData {
        bytes: bytes.as_ptr(),
        size: bytes.len(),
    };
    let mut frames = Vec::new();
    // SAFETY: `data` outlives the decoder, whose canvas is read before the next call and is of its own size.
    unsafe {
        let abi = WebPGetDemuxABIVersion();
        let decoder = WebPAnimDecoderNewInternal(&data, std::ptr::null(), abi);
        assert!(!decoder.is_null());
        let mut info = std::mem::zeroed::<WebPAnimInfo>();
        assert_eq!(WebPAnimDecoderGetInfo(decoder, &mut info), 1);
        let (width, height) = (info.canvas_width, info.canvas_height);
        let mut ended = 0;
        while WebPAnimDecoderHasMoreFrames(decoder) == 1 {
            let (mut canvas, mut end) = (std::ptr::null_mut(), 0);
            assert_eq!(WebPAnimDecoderGetNext(decoder, &mut canvas, &mut end), 1);
            let pixels = std::slice::from_raw_parts(canvas, (width * height * 4) as usize);
            let picture = image::RgbaImage::from_raw(width, height, pixels.to_vec()).unwrap();
            frames.push(((end - ended) as u32, picture));
            ended = end;
        }
        WebPAnimDecoderDelete(decoder);
        (frames, info.loop_count)
    }
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
        assert!(!rendered.first_frame_only && inspect(&rendered.bytes).unwrap().animated);
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
        format: OutputFormat::Fixed(Format::Gif),
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
        let rendered =
            imaging::render(&source, &Transform::to_width(12), &limits, &NeverCancelled).unwrap();
        assert!(rendered.first_frame_only);
        assert!(!inspect(&rendered.bytes).unwrap().animated);
        imaging::verify(&source, &limits, &NeverCancelled).unwrap();
    }
    let jpeg = Transform {
        format: OutputFormat::Fixed(Format::Jpeg),
        ..Transform::to_width(12)
    };
    assert!(render(&source, &jpeg).unwrap().first_frame_only);
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

/// A drawing in which a little moves, and a view that moves all over: as small as their format makes them.
fn moving_views() -> Vec<(&'static str, Vec<u8>)> {
    let ball = |at: u32| {
        RgbaImage::from_fn(160, 120, |x, y| {
            let (dx, dy) = (x.abs_diff(20 + at * 9), y.abs_diff(60));
            image::Rgba(match (dx * dx + dy * dy, y / 30 % 2) {
                (0..=225, _) => [220, 40, 30, 255],
                (_, 0) => [240, 240, 235, 255],
                _ => [40, 90, 160, 255],
            })
        })
    };
    let wide = crate::planes::scene(240, 120);
    let view = |at: u32| image::imageops::crop_imm(&wide, at * 6, 0, 160, 120).to_image();
    let spark = |at: u32| {
        RgbaImage::from_fn(8, 8, |x, y| {
            let lit = (x + y + at).is_multiple_of(3);
            image::Rgba(if lit {
                [255, 255, 255, 255]
            } else {
                [0, 0, 0, 255]
            })
        })
    };
    let draw = |frame: &dyn Fn(u32) -> RgbaImage, count: u32| {
        let frames: Vec<Frame> = (0..count)
            .map(|at| {
                let picture = frame(at);
                let (width, height) = (picture.width() as u16, picture.height() as u16);
                Frame {
                    delay: 10,
                    ..Frame::from_rgba(width, height, &mut picture.into_raw())
                }
            })
            .collect();
        let (width, height) = (frames[0].width, frames[0].height);
        gif_of(width, height, Repeat::Infinite, &frames)
    };
    let gifs = [
        ("ball", draw(&ball, 8)),
        ("view", draw(&view, 8)),
        ("spark", draw(&spark, 4)),
    ];
    let mut all = Vec::new();
    for (name, gif) in gifs {
        let size = |format, quality| Transform {
            format: OutputFormat::Fixed(format),
            quality: Some(quality),
            ..Transform::to_width(160)
        };
        all.push((name, render(&gif, &size(Format::Gif, 82)).unwrap().bytes));
        // Of a few hundred bytes most are the container's.
        let qualities: &[u8] = if name == "spark" { &[95] } else { &[95, 40] };
        for &quality in qualities {
            let webp = render(&gif, &size(Format::WebP, quality)).unwrap();
            all.push((name, webp.bytes));
        }
    }
    all
}

#[test]
fn a_resized_animation_is_never_larger_than_it_was() {
    let mut larger = Vec::new();
    for (name, source) in moving_views() {
        let info = inspect(&source).unwrap();
        for width in [
            info.width,
            info.width * 9 / 10,
            info.width / 2,
            info.width / 5,
        ] {
            let rendered = render(&source, &Transform::to_width(width)).unwrap();
            let (was, is) = (source.len(), rendered.bytes.len());
            if is > was {
                larger.push(format!(
                    "{name} {:?} at {width}: {was} to {is}",
                    info.format
                ));
            }
            println!("{name} {:?} at {width}: {was} to {is}", info.format);
            // A single pixel of it may be the same in every frame.
            let moves = inspect(&rendered.bytes).unwrap().animated;
            assert!(!rendered.first_frame_only && (moves || width == 1));
            verify(&rendered.bytes).unwrap();
        }
    }
    assert!(larger.is_empty(), "{larger:#?}");
}

#[test]
fn an_animation_that_was_larger_than_its_original_still_shows_it() {
    for (name, source) in moving_views() {
        if name != "ball" {
            continue;
        }
        let rendered = render(&source, &Transform::to_width(144)).unwrap();
        let frames: Vec<RgbaImage> = match rendered.format {
            Format::Gif => played(&rendered.bytes)
                .0
                .into_iter()
                .map(|it| it.1)
                .collect(),
            _ => played_webp(&rendered.bytes)
                .0
                .into_iter()
                .map(|it| it.1)
                .collect(),
        };
        assert_eq!(frames.len(), 8);
        for (at, frame) in frames.iter().enumerate() {
            let ball = 18 + at as u32 * 81 / 10;
            assert_near(frame.get_pixel(ball.min(143), 54).0, [220, 40, 30, 255], 48);
            assert_near(frame.get_pixel(2, 10).0, [240, 240, 235, 255], 32);
        }
    }
}

fn to(format: Format, width: u32) -> Transform {
    Transform {
        format: OutputFormat::Fixed(format),
        quality: Some(100),
        ..Transform::to_width(width)
    }
}

#[test]
fn a_gif_moves_on_as_webp() {
    let rendered = render(&three_frames(), &to(Format::WebP, 24)).unwrap();
    assert!(!rendered.first_frame_only && inspect(&rendered.bytes).unwrap().animated);
    verify(&rendered.bytes).unwrap();
    let (frames, loops) = played_webp(&rendered.bytes);
    // Three times more is four times.
    assert_eq!(loops, 4);
    let shown: Vec<u32> = frames.iter().map(|frame| frame.0).collect();
    assert_eq!(shown, [70, 500, 1000]);
    let at = |frame: usize, x: u32, y: u32| frames[frame].1.get_pixel(x, y).0;
    assert_near(at(0, 2, 2), RED, 12);
    assert_near(at(1, 2, 8), RED, 12);
    assert_near(at(1, 20, 8), GREEN, 12);
    assert_near(at(2, 20, 2), BLUE, 12);
    assert_near(at(2, 20, 14), RED, 12);
}

#[test]
fn a_webp_moves_on_as_webp_and_as_gif() {
    let source = moving_webp();
    let rendered = render(&source, &Transform::to_width(12)).unwrap();
    assert_eq!(
        (rendered.format, rendered.first_frame_only),
        (Format::WebP, false)
    );
    let (frames, loops) = played_webp(&rendered.bytes);
    assert_eq!(frames.len(), 3);
    assert_eq!(loops, 4);
    assert_near(frames[1].1.get_pixel(10, 4).0, GREEN, 20);

    let rendered = render(&source, &to(Format::Gif, 12)).unwrap();
    let (frames, repeat) = played(&rendered.bytes);
    assert_eq!(repeat, Repeat::Finite(3));
    let shown: Vec<u16> = frames.iter().map(|frame| frame.0).collect();
    assert_eq!(shown, [7, 50, 100]);
    assert_near(frames[2].1.get_pixel(10, 1).0, BLUE, 20);
}

#[test]
fn transparent_frames_stay_transparent_in_webp() {
    let mut red = frame(RED, (0, 0, 16, 16));
    red.dispose = DisposalMethod::Background;
    let mut green = frame(GREEN, (0, 0, 8, 8));
    (red.delay, green.delay) = (10, 10);
    let source = gif_of(16, 16, Repeat::Infinite, &[red, green]);
    let rendered = render(&source, &to(Format::WebP, 16)).unwrap();
    let (frames, loops) = played_webp(&rendered.bytes);
    assert_eq!((frames.len(), loops), (2, 0));
    assert_near(frames[1].1.get_pixel(3, 3).0, GREEN, 12);
    assert_eq!(frames[1].1.get_pixel(12, 12).0[3], 0);

    let again = render(&rendered.bytes, &to(Format::Gif, 16)).unwrap();
    let (frames, _) = played(&again.bytes);
    assert_near(frames[1].1.get_pixel(3, 3).0, GREEN, 12);
    assert_eq!(frames[1].1.get_pixel(12, 12).0[3], 0);
}

#[test]
fn a_png_moves_on_as_webp_and_as_gif_and_is_a_still_png() {
    let source = moving_png();
    assert!(inspect(&source).unwrap().animated);
    let rendered = render(&source, &to(Format::WebP, 24)).unwrap();
    assert!(!rendered.first_frame_only);
    let (frames, loops) = played_webp(&rendered.bytes);
    assert_eq!(loops, 4);
    let shown: Vec<u32> = frames.iter().map(|frame| frame.0).collect();
    assert_eq!(shown, [70, 500, 1000]);
    let at = |frame: usize, x: u32, y: u32| frames[frame].1.get_pixel(x, y).0;
    assert_near(at(0, 20, 8), RED, 12);
    assert_near(at(1, 20, 8), [127, 128, 0, 255], 16);
    assert_near(at(1, 3, 8), RED, 12);
    assert_eq!(at(2, 20, 2)[3], 0, "a frame may take away what was there");
    assert_near(at(2, 20, 14), RED, 12);

    assert!(
        !render(&source, &to(Format::Gif, 12))
            .unwrap()
            .first_frame_only
    );
    let rendered = render(&source, &Transform::to_width(12)).unwrap();
    assert_eq!(
        (rendered.format, rendered.first_frame_only),
        (Format::Png, true)
    );
    assert_near(
        seen(&source, &Transform::to_width(12)).get_pixel(9, 4).0,
        RED,
        0,
    );
}

#[test]
fn an_animation_is_turned_and_coloured_frame_by_frame() {
    let turned = with_chunk(&moving_png(), b"eXIf", &exif(6));
    let rendered = render(&turned, &to(Format::WebP, 16)).unwrap();
    assert_eq!((rendered.width, rendered.height), (16, 24));
    let (frames, _) = played_webp(&rendered.bytes);
    // The right half is now the lower one.
    assert_near(frames[1].1.get_pixel(8, 20).0, [127, 128, 0, 255], 24);
    assert_near(frames[1].1.get_pixel(8, 4).0, RED, 24);
}

#[test]
fn an_animated_avif_is_its_first_picture() {
    let bytes = crate::avif::avif(&quarters(32, 32));
    let at = bytes.windows(4).position(|four| four == b"avif").unwrap();
    let mut moving = bytes.clone();
    moving[at..at + 4].copy_from_slice(b"avis");
    assert!(inspect(&moving).unwrap().animated);
    let rendered = render(&moving, &to(Format::WebP, 32)).unwrap();
    assert!(rendered.first_frame_only);
    verify(&moving).unwrap();
}
