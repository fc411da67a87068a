//! The pictures that both sides are given: drawn here, so that the repository needs no photographs.
//!
//! The photographs are "dead leaves": discs of all sizes, each with a colour and a texture, lying over one
//! another. That has the edges and the spectrum of natural scenes; with a lens's softness and a sensor's noise a
//! JPEG of it has as many bits a pixel as a camera's, and so costs a decoder as much.

use image::{Rgb, RgbImage};

/// xorshift64*: the same pictures on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.next()
    }
}

pub fn photograph(width: u32, height: u32) -> RgbImage {
    let mut chance = Random(0x9E37_79B9_7F4A_7C15 ^ u64::from(width));
    let texture = Texture::new(&mut chance);
    let mut scene = vec![[0.0f32; 3]; (width * height) as usize];
    backdrop(&mut scene, width, height, &texture);
    leaves(&mut scene, width, height, &texture, &mut chance);
    let soft = soften(&scene, width as usize, height as usize);
    drop(scene);
    let mut grain = Random(77);
    let mut last = 0.0;
    RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b] = soft[(y * width + x) as usize];
        // A sensor's noise, spread over neighbours by demosaicing, and a little colour of it.
        let noise = (grain.next() + grain.next() + grain.next() - 1.5) * 13.0;
        let luma = (noise + last) * 0.7;
        last = noise;
        let colour = (grain.next() - 0.5) * 6.0;
        let value = |channel: f32, tint: f32| (channel + luma + tint).clamp(0.0, 255.0) as u8;
        Rgb([value(r, colour), value(g, 0.0), value(b, -colour)])
    })
}

fn backdrop(scene: &mut [[f32; 3]], width: u32, height: u32, texture: &Texture) {
    for (at, pixel) in scene.iter_mut().enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        let down = y as f32 / height as f32;
        let cloud = texture.at(x as f32 / 9.0, y as f32 / 9.0) * 30.0;
        *pixel = [
            150.0 - 60.0 * down + cloud,
            170.0 - 70.0 * down + cloud,
            205.0 - 120.0 * down + cloud * 0.6,
        ];
    }
}

fn leaves(scene: &mut [[f32; 3]], width: u32, height: u32, texture: &Texture, chance: &mut Random) {
    let (wide, tall) = (width as f32, height as f32);
    let largest = wide.max(tall) / 6.0;
    let count = (wide * tall / 2400.0) as u32;
    for number in 0..count {
        // Large ones lie mostly below, so that a part of the picture stays calm as in photographs.
        let share = 1.0 - number as f32 / count as f32;
        let radius = (2.5 / chance.next().max(1e-6).sqrt()).min(largest * share + 4.0) * 1.6;
        let (cx, cy) = (
            chance.between(0.0, wide),
            tall * (0.15 + 0.85 * chance.next().sqrt()),
        );
        let light = chance.between(25.0, 215.0);
        let tint = [
            chance.between(-35.0, 45.0),
            chance.between(-25.0, 30.0),
            chance.between(-55.0, 35.0),
        ];
        let (rough, grain) = (chance.between(0.0, 34.0), chance.between(1.2, 9.0));
        let (shade_x, shade_y) = (chance.between(-0.3, 0.3), chance.between(-0.3, 0.3));
        let squash = chance.between(0.5, 1.0);
        let top = (cy - radius * squash).max(0.0) as u32;
        let bottom = ((cy + radius * squash) as u32).min(height - 1);
        for y in top..=bottom {
            let dy = y as f32 - cy;
            let half = radius * (1.0 - (dy / (radius * squash)).powi(2)).max(0.0).sqrt();
            let (left, right) = ((cx - half).max(0.0), (cx + half).min(wide - 1.0));
            if right < left {
                continue;
            }
            for x in left as u32..=right as u32 {
                let dx = x as f32 - cx;
                let weave = texture.at(x as f32 / grain + cx, y as f32 / grain + cy) * rough;
                let value = light + weave + (dx * shade_x + dy * shade_y) / radius * 60.0;
                scene[(y * width + x) as usize] = tint.map(|tint| value + tint);
            }
        }
    }
}

/// What a good lens and an anti-alias filter do.
fn soften(scene: &[[f32; 3]], width: usize, height: usize) -> Vec<[f32; 3]> {
    let blend = |a: [f32; 3], b: [f32; 3], c: [f32; 3]| {
        [0, 1, 2].map(|i| (a[i] + 2.0 * b[i] + c[i]) * 0.25)
    };
    let mut rows = Vec::with_capacity(scene.len());
    for row in scene.chunks_exact(width) {
        rows.extend((0..width).map(|x| {
            blend(
                row[x.saturating_sub(1)],
                row[x],
                row[(x + 1).min(width - 1)],
            )
        }));
    }
    let mut soft = Vec::with_capacity(scene.len());
    for y in 0..height {
        let (above, below) = (y.saturating_sub(1), (y + 1).min(height - 1));
        soft.extend((0..width).map(|x| {
            blend(
                rows[above * width + x],
                rows[y * width + x],
                rows[below * width + x],
            )
        }));
    }
    soft
}

/// Noise of several octaves, between -1 and 1, endless.
struct Texture(Vec<f32>);

impl Texture {
    const SIDE: usize = 512;

    fn new(chance: &mut Random) -> Texture {
        let side = Texture::SIDE;
        let grid: Vec<f32> = (0..side * side)
            .map(|_| chance.between(-1.0, 1.0))
            .collect();
        let mut sum = vec![0.0; side * side];
        for (step, weight) in [(1, 0.25), (2, 0.3), (4, 0.35), (8, 0.4), (16, 0.4)] {
            for y in 0..side {
                for x in 0..side {
                    let (gx, gy) = (x / step * step, y / step * step);
                    let (fx, fy) = ((x - gx) as f32 / step as f32, (y - gy) as f32 / step as f32);
                    let at = |x: usize, y: usize| grid[(y % side) * side + (x + step * 37) % side];
                    let above = at(gx, gy) * (1.0 - fx) + at(gx + step, gy) * fx;
                    let below = at(gx, gy + step) * (1.0 - fx) + at(gx + step, gy + step) * fx;
                    sum[y * side + x] += weight * (above * (1.0 - fy) + below * fy);
                }
            }
        }
        Texture(sum)
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.max(0.0), y.max(0.0));
        let (gx, gy) = (x as usize, y as usize);
        let (fx, fy) = (x - gx as f32, y - gy as f32);
        let at =
            |x: usize, y: usize| self.0[(y % Texture::SIDE) * Texture::SIDE + x % Texture::SIDE];
        let above = at(gx, gy) * (1.0 - fx) + at(gx + 1, gy) * fx;
        let below = at(gx, gy + 1) * (1.0 - fx) + at(gx + 1, gy + 1) * fx;
        above * (1.0 - fy) + below * fy
    }
}

/// Windows with lines of text, bars, and a photograph in one of them.
pub fn screenshot(width: u32, height: u32) -> RgbImage {
    let mut chance = Random(0xC0FF_EE11);
    let mut screen = RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (20 + x * 60 / width) as u8,
            (40 + y * 70 / height) as u8,
            110,
        ])
    });
    let mut fill = |x: u32, y: u32, w: u32, h: u32, colour: [u8; 3]| {
        for y in y..(y + h).min(height) {
            for x in x..(x + w).min(width) {
                screen.put_pixel(x, y, Rgb(colour));
            }
        }
    };
    let (wide, tall) = (width / 2 - 60, height / 2 - 70);
    for (window, (left, top)) in [
        (40, 50),
        (width / 2 + 20, 50),
        (40, height / 2 + 20),
        (width / 2 + 20, height / 2 + 20),
    ]
    .into_iter()
    .enumerate()
    {
        let dark = window == 1;
        let (paper, ink) = if dark { (30, 212) } else { (252, 34) };
        fill(left, top, wide, tall, [paper; 3]);
        fill(
            left,
            top,
            wide,
            44,
            if dark { [50, 50, 58] } else { [226, 228, 233] },
        );
        fill(
            left,
            top + 44,
            wide / 6,
            tall - 44,
            if dark { [38, 38, 46] } else { [243, 244, 246] },
        );
        let mut y = top + 70;
        while y + 24 < top + tall {
            let mut x = left + wide / 6 + 24 + (chance.next() * 4.0) as u32 * 28;
            let end = x + (chance.between(0.2, 0.95) * (wide * 4 / 6) as f32) as u32;
            let tint = [
                (ink as f32 + chance.between(-20.0, 20.0)) as u8,
                (ink as f32 + chance.between(-30.0, 20.0)) as u8,
                (ink as f32 + chance.between(-10.0, 40.0)) as u8,
            ];
            while x < end {
                // A letter: a stem, a bar and a dot, each with a softened side.
                let soft = tint.map(|value| ((u16::from(value) + u16::from(paper)) / 2) as u8);
                let kind = (chance.next() * 5.0) as u32;
                fill(x, y, 2, 16, tint);
                fill(x + 2, y, 1, 16, soft);
                fill(x + 2, y + kind * 3, 6, 2, tint);
                fill(x + 2, y + kind * 3 + 2, 6, 1, soft);
                fill(x + 7, y + kind * 2, 2, 8, tint);
                x += if chance.next() < 0.17 { 22 } else { 12 };
            }
            y += 27;
        }
    }
    let photograph = photograph(1000, 640);
    image::imageops::replace(
        &mut screen,
        &photograph,
        i64::from(width / 2 + 180),
        i64::from(height / 2 + 120),
    );
    screen
}

/// A view that moves over a photograph, a tenth of a second a frame.
pub fn moving_gif(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let wide = photograph(width + frames * 4, height);
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new_with_speed(&mut bytes, 10);
    for at in 0..frames {
        let view = image::imageops::crop_imm(&wide, at * 4, 0, width, height).to_image();
        let view = image::DynamicImage::ImageRgb8(view).into_rgba8();
        let delay = image::Delay::from_numer_denom_ms(100, 1);
        let frame = image::Frame::from_parts(view, 0, 0, delay);
        encoder.encode_frame(frame).expect("it is written");
    }
    drop(encoder);
    bytes
}

pub fn jpeg(picture: &RgbImage, quality: i32) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut compressor = turbojpeg::Compressor::new().expect("libjpeg-turbo starts");
    compressor.set_quality(quality).expect("a quality");
    compressor
        .set_subsamp(turbojpeg::Subsamp::Sub2x2)
        .expect("4:2:0");
    let image = turbojpeg::Image {
        pixels: picture.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height,
        format: turbojpeg::PixelFormat::RGB,
    };
    compressor.compress_to_vec(image).expect("it is written")
}

pub fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a header");
    writer
        .write_image_data(picture.as_raw())
        .expect("it is written");
    writer.finish().expect("an end");
    bytes
}
