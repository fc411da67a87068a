//! What is measured, as a table.

use imaging::{Format, Limits, NeverCancelled, OutputFormat, Transform};

use crate::pictures;

/// A picture that both sides are given, drawn when it is not there yet.
#[derive(Clone, Copy, PartialEq)]
pub enum Source {
    /// 6000 × 4000, JPEG.
    Large,
    /// 2725 × 2225, JPEG; not divisible by any factor of the decoder.
    Odd,
    /// 3008 × 2000, JPEG.
    Middle,
    /// 3840 × 2160, PNG.
    Screen,
    /// The odd one as WebP, the middle one as AVIF.
    WebP,
    Avif,
    /// 480 × 360, 24 frames.
    MovingGif,
    MovingWebP,
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Source::Large => "24mp.jpg",
            Source::Odd => "2725x2225.jpg",
            Source::Middle => "6mp.jpg",
            Source::Screen => "screenshot.png",
            Source::WebP => "2725x2225.webp",
            Source::Avif => "6mp.avif",
            Source::MovingGif => "moving.gif",
            Source::MovingWebP => "moving.webp",
        }
    }

    pub fn draw(self) -> Vec<u8> {
        match self {
            Source::Large => pictures::jpeg(&pictures::photograph(6000, 4000), 90),
            Source::Odd => pictures::jpeg(&pictures::photograph(2725, 2225), 90),
            Source::Middle => pictures::jpeg(&pictures::photograph(3008, 2000), 90),
            Source::Screen => pictures::png(&pictures::screenshot(3840, 2160)),
            Source::WebP => as_format(Source::Odd, Format::WebP, 90),
            Source::Avif => as_format(Source::Middle, Format::Avif, 80),
            Source::MovingGif => pictures::moving_gif(480, 360, 24),
            Source::MovingWebP => as_format(Source::MovingGif, Format::WebP, 90),
        }
    }
}

/// Another source, written in another format by Vitrine itself.
fn as_format(source: Source, format: Format, quality: u8) -> Vec<u8> {
    let transform = Transform {
        width: None,
        format: OutputFormat::Fixed(format),
        quality: Some(quality),
        ..Transform::to_width(1)
    };
    let rendered = imaging::render(
        &source.draw(),
        &transform,
        &Limits::default(),
        &NeverCancelled,
    );
    rendered.expect("it is written").bytes
}

#[derive(Clone)]
pub struct Task {
    pub name: &'static str,
    pub words: &'static str,
    pub source: Source,
    pub widths: &'static [u32],
    pub height: Option<u32>,
    pub format: Format,
    pub quality: Option<u8>,
    /// Of sharp's AVIF encoder, where not its default.
    pub effort: Option<u8>,
    /// How many at once.
    pub together: usize,
    /// Every frame of an animation.
    pub moves: bool,
    /// The ratio that is to be reached.
    pub goal: f64,
}

const LARGE: Task = Task {
    name: "a",
    words: "24 MP JPEG → 800 wide JPEG q80",
    source: Source::Large,
    widths: &[800],
    height: None,
    format: Format::Jpeg,
    quality: Some(80),
    effort: None,
    together: 1,
    moves: false,
    goal: 1.05,
};

const ODD: Task = Task {
    name: "b",
    words: "2725×2225 JPEG → 720×588 JPEG q80",
    source: Source::Odd,
    widths: &[720],
    height: Some(588),
    goal: 1.4,
    ..LARGE
};

const AVIF: Task = Task {
    name: "f1",
    words: "6 MP JPEG → 800 wide AVIF q60, sharp's default effort",
    source: Source::Middle,
    format: Format::Avif,
    quality: Some(60),
    goal: 20.0,
    ..LARGE
};

const ALL: [Task; 11] = [
    LARGE,
    ODD,
    Task {
        name: "c",
        words: "the same → WebP q80",
        format: Format::WebP,
        goal: 1.15,
        ..ODD
    },
    Task {
        name: "d1",
        words: "4K PNG screenshot → 800 wide WebP q80",
        source: Source::Screen,
        format: Format::WebP,
        goal: 1.5,
        ..LARGE
    },
    Task {
        name: "d2",
        words: "4K PNG screenshot → 800 wide PNG",
        source: Source::Screen,
        format: Format::Png,
        quality: None,
        goal: 1.5,
        ..LARGE
    },
    Task {
        name: "e",
        words: "24 MP JPEG → 200, 400, 800, 1200, 1600 in one pass, five sharp clones",
        widths: &[200, 400, 800, 1200, 1600],
        goal: 3.5,
        ..LARGE
    },
    AVIF,
    Task {
        name: "f2",
        words: "the same, sharp's effort 0",
        effort: Some(0),
        goal: 1.0,
        ..AVIF
    },
    Task {
        name: "f3",
        words: "the same, sharp's effort 1",
        effort: Some(1),
        goal: 1.0,
        ..AVIF
    },
    Task {
        name: "g1",
        words: "(b) twice at once",
        together: 2,
        goal: 1.25,
        ..ODD
    },
    Task {
        name: "g2",
        words: "(a) twice at once",
        together: 2,
        goal: 1.1,
        ..LARGE
    },
];

/// Tasks without a goal: they take long and are measured now and then.
const LONG: [Task; 4] = [
    Task {
        name: "h1",
        words: "2725×2225 WebP → 720×588 WebP q80",
        source: Source::WebP,
        format: Format::WebP,
        goal: 1.0,
        ..ODD
    },
    Task {
        name: "h2",
        words: "6 MP AVIF → 800 wide AVIF q60, sharp's default effort",
        source: Source::Avif,
        goal: 1.0,
        ..AVIF
    },
    Task {
        name: "h3",
        words: "GIF of 24 frames → 240 wide GIF",
        source: Source::MovingGif,
        widths: &[240],
        format: Format::Gif,
        quality: None,
        moves: true,
        goal: 1.0,
        ..LARGE
    },
    Task {
        name: "h4",
        words: "WebP of 24 frames → 240 wide WebP q80",
        source: Source::MovingWebP,
        widths: &[240],
        format: Format::WebP,
        moves: true,
        goal: 1.0,
        ..LARGE
    },
];

/// Those of `make bench`.
pub fn all() -> Vec<Task> {
    ALL.to_vec()
}

/// Those of `make bench-long`.
pub fn long() -> Vec<Task> {
    LONG.to_vec()
}
