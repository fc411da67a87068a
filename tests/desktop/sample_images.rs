//! Made-up views, for screens that are shown to people: a sky with its sun, ridges that fade with the distance, water.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};

type Colour = [f32; 3];

/// What a view is called, how large it is, and its colours: the sky above and at the horizon, the sun, the nearest ridge.
const VIEWS: [(&str, (u32, u32), [Colour; 4]); 12] = [
    (
        "Lighthouse at dusk.jpg",
        (1600, 1067),
        [
            [38., 44., 92.],
            [246., 154., 112.],
            [255., 226., 170.],
            [28., 30., 62.],
        ],
    ),
    (
        "Morning over the fjord.jpg",
        (1500, 1000),
        [
            [120., 168., 206.],
            [252., 226., 196.],
            [255., 248., 226.],
            [28., 66., 84.],
        ],
    ),
    (
        "harbour.jpg",
        (1400, 1050),
        [
            [64., 124., 168.],
            [198., 222., 226.],
            [255., 252., 236.],
            [24., 54., 60.],
        ],
    ),
    (
        "The long way home.jpg",
        (1067, 1600),
        [
            [72., 40., 84.],
            [232., 110., 98.],
            [255., 204., 138.],
            [40., 20., 46.],
        ],
    ),
    (
        "Heather.jpg",
        (1600, 1000),
        [
            [150., 150., 200.],
            [236., 206., 222.],
            [255., 246., 240.],
            [86., 46., 92.],
        ],
    ),
    (
        "First snow.jpg",
        (1500, 1125),
        [
            [144., 172., 196.],
            [230., 238., 242.],
            [255., 255., 255.],
            [70., 90., 112.],
        ],
    ),
    (
        "Vineyard in October.jpg",
        (1600, 1067),
        [
            [110., 160., 186.],
            [250., 224., 176.],
            [255., 244., 206.],
            [108., 62., 26.],
        ],
    ),
    (
        "Night ferry.jpg",
        (1400, 933),
        [
            [8., 14., 34.],
            [44., 66., 104.],
            [240., 240., 220.],
            [4., 8., 20.],
        ],
    ),
    (
        "Dunes.jpg",
        (1600, 1067),
        [
            [96., 150., 190.],
            [246., 226., 190.],
            [255., 250., 230.],
            [190., 134., 76.],
        ],
    ),
    (
        "Forest lake.jpg",
        (1200, 1500),
        [
            [104., 154., 150.],
            [222., 234., 206.],
            [250., 252., 228.],
            [16., 50., 40.],
        ],
    ),
    (
        "Before the storm.jpg",
        (1600, 900),
        [
            [56., 66., 78.],
            [164., 170., 160.],
            [226., 222., 196.],
            [24., 34., 38.],
        ],
    ),
    (
        "Rooftops.jpg",
        (1500, 1000),
        [
            [84., 96., 150.],
            [250., 190., 150.],
            [255., 232., 190.],
            [70., 34., 44.],
        ],
    ),
];

/// Draws them all into a folder, and gives their files in the order of their names above.
pub fn draw_all(folder: &Path) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).expect("a folder for pictures");
    let views = VIEWS.iter().enumerate();
    views
        .map(|(at, (name, size, colours))| {
            let file = folder.join(name);
            view(at as f32, *size, colours)
                .save(&file)
                .expect("a drawn view");
            file
        })
        .collect()
}

fn view(
    seed: f32,
    (width, height): (u32, u32),
    &[above, horizon, sun, near]: &[Colour; 4],
) -> RgbImage {
    const RIDGES: usize = 5;
    let sun_at = (
        0.25 + 0.5 * fraction(seed * 0.37),
        0.34 + 0.1 * fraction(seed * 0.61),
    );
    let shore = 0.8 + 0.06 * fraction(seed * 0.23);
    let land = |x: f32, y: f32| {
        let wide = x * width as f32 / height as f32;
        let mut colour = mix(above, horizon, (y / 0.62).clamp(0., 1.).powf(0.9));
        let far = ((x - sun_at.0) * width as f32 / height as f32).hypot(y - sun_at.1);
        colour = mix(colour, sun, 0.75 * (-far * far * 22.).exp());
        if far < 0.045 {
            colour = mix(sun, [255.; 3], 0.4);
        }
        let clouds =
            (wave(wide * 2.3 + seed, y * 14.) - 0.2).clamp(0., 0.5) * (1. - y / 0.55).clamp(0., 1.);
        colour = mix(colour, mix(horizon, [255.; 3], 0.3), clouds);
        for ridge in 0..RIDGES {
            let depth = ridge as f32 / (RIDGES - 1) as f32;
            let steep = 0.11 - 0.05 * depth;
            let top = 0.44 + 0.26 * depth
                - steep * crest(wide * (1.5 + depth * 1.3) + seed * 7.3 + ridge as f32 * 3.1);
            if y > top {
                let haze = mix(
                    mix(horizon, above, 0.25),
                    near,
                    0.22 + 0.78 * depth * depth.sqrt(),
                );
                colour = mix(
                    haze,
                    horizon,
                    (0.30 * (1. - depth) * (y - top) / 0.2).clamp(0., 0.5),
                );
            }
        }
        colour
    };
    RgbImage::from_fn(width, height, |column, line| {
        let (x, y) = (column as f32 / width as f32, line as f32 / height as f32);
        let colour = if y < shore {
            land(x, y)
        } else {
            // Water: the view upside down, drawn apart by ripples, a little darker.
            let deep = (y - shore) / (1. - shore);
            let ripple = 0.006 * (1. + deep * 2.) * ((y * 260.).sin() + (y * 97. + x * 9.).sin());
            let mirrored = land(
                (x + ripple).clamp(0., 1.),
                (shore - (y - shore) * 1.7).max(0.),
            );
            mix(mirrored, mix(above, near, 0.5), 0.28 + 0.3 * deep)
        };
        Rgb(colour.map(|part| part.clamp(0., 255.) as u8))
    })
}

/// A mountain line between about -1 and 1.
fn crest(x: f32) -> f32 {
    let peak = |x: f32| 1. - 2. * (fraction(x) - 0.5).abs();
    (x * 1.1).sin() * 0.5
        + peak(x * 0.43) * 0.5
        + peak(x * 1.7 + 0.3) * 0.22
        + (x * 9.).sin() * 0.04
}

fn wave(x: f32, y: f32) -> f32 {
    (x * 1.7 + (y * 0.6).sin()).sin() * 0.4
        + (x * 4.1 + y * 1.3).sin() * 0.25
        + (x * 0.7 - y).cos() * 0.35
}

fn fraction(x: f32) -> f32 {
    x - x.floor()
}

fn mix(one: Colour, other: Colour, part: f32) -> Colour {
    std::array::from_fn(|at| one[at] + (other[at] - one[at]) * part)
}
