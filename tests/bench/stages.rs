//! The stages alone: looking at a picture, decoding it at each scale, resizing, and each way out.
//!
//! Through the public API: which stage a row measures follows from what it asks for.

#[allow(dead_code)]
mod pictures;

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, criterion_group, criterion_main};
use imaging::{Format, Limits, NeverCancelled, OutputFormat, Transform};

fn stages(criterion: &mut Criterion) {
    let photograph = pictures::photograph(2400, 1600);
    let small = pictures::photograph(800, 600);
    let limits = Limits::default();
    let (jpeg, png) = (pictures::jpeg(&photograph, 90), pictures::png(&photograph));
    let small = pictures::jpeg(&small, 90);
    for (name, bytes) in [("jpeg", &jpeg), ("png", &png)] {
        criterion.bench_function(&format!("inspect {name}"), |bench| {
            bench.iter(|| imaging::inspect(Cursor::new(black_box(bytes)), &limits));
        });
        criterion.bench_function(&format!("verify {name}"), |bench| {
            bench.iter(|| imaging::verify(black_box(bytes), &limits, &NeverCancelled));
        });
        // A result of next to nothing: what is left is decoding.
        for width in [16, 800, 1600] {
            criterion.bench_function(&format!("decode {name} and resize to {width}"), |bench| {
                let transform = Transform {
                    height: Some(16),
                    fit: imaging::Fit::Fill,
                    ..Transform::to_width(width)
                };
                bench.iter(|| {
                    imaging::render(black_box(bytes), &transform, &limits, &NeverCancelled)
                });
            });
        }
    }
    for format in [Format::Jpeg, Format::Png, Format::WebP, Format::Gif] {
        criterion.bench_function(&format!("write {} of 800 × 600", format.name()), |bench| {
            let transform = Transform {
                format: OutputFormat::Fixed(format),
                ..Transform::to_width(800)
            };
            bench.iter(|| imaging::render(black_box(&small), &transform, &limits, &NeverCancelled));
        });
    }
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(20);
    targets = stages
}
criterion_main!(all);
