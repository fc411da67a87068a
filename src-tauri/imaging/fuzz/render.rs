//! Decoding and writing again, under limits that keep one run short.
#![no_main]

use imaging::{Fit, Format, Gravity, Limits, NeverCancelled, OutputFormat, Transform, inspect, render, verify};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        max_pixels: 1 << 20,
        max_dimension: 2048,
        max_frames: 20,
        max_animation_pixels: 1 << 21,
    };
    let Ok(info) = inspect(std::io::Cursor::new(bytes), &limits) else {
        return;
    };
    let whole = verify(bytes, &limits, &NeverCancelled);
    // The last byte, which no format minds, says what is made.
    let format = [
        Format::Gif,
        Format::WebP,
        Format::Jpeg,
        Format::Png,
        Format::Bmp,
        Format::Avif,
        info.format,
        Format::Gif,
    ];
    let kind = format[usize::from(bytes[bytes.len() - 1] & 7)];
    let transform = Transform {
        height: Some(11),
        fit: Fit::Cover,
        gravity: Gravity::SouthEast,
        format: if kind == info.format {
            OutputFormat::Source
        } else {
            OutputFormat::Fixed(kind)
        },
        ..Transform::to_width(16)
    };
    match render(bytes, &transform, &limits, &NeverCancelled) {
        Ok(rendered) => {
            let made = inspect(std::io::Cursor::new(&rendered.bytes), &limits).unwrap();
            assert_eq!((made.width, made.height), (rendered.width, rendered.height));
            assert!(made.is_complete && rendered.width <= 16 && rendered.height <= 11);
        }
        // Whole pictures can be made smaller.
        Err(error) => assert!(whole.is_err(), "{info:?}: {error}"),
    }
});
