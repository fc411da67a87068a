//! The formats that are known by name, and what can be done with each: one table.
//!
//! Formats that are recognised but not decoded stand in the table too, so that a refusal can name them and say
//! what to do instead.

mod sniff;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
    Avif,
    Bmp,
    Tiff,
    Ico,
    Heic,
    JpegXl,
    Svg,
}

struct Row {
    format: Format,
    /// The word used in interfaces, data bases and configuration.
    name: &'static str,
    /// The word used in sentences.
    title: &'static str,
    media_type: &'static str,
    extension: &'static str,
    decodes: bool,
    encodes: bool,
    /// Whether other sizes of a picture in this format are best made in it too.
    keeps: bool,
    /// Whether more than the first frame of an animation in this format is read.
    moves: bool,
    /// Whether an animation survives being resized into this format.
    animates: bool,
    /// Whether metadata can be taken out of a file of this format without touching its pixels.
    strips: bool,
    browsers_show: bool,
    /// What to do with a picture of a format that is not decoded.
    advice: &'static str,
}

const CONVERT: &str = "Convert it to JPEG, PNG or WebP first.";

#[rustfmt::skip]
const TABLE: [Row; 11] = [
    Row { format: Format::Jpeg, name: "jpeg", title: "JPEG", media_type: "image/jpeg", extension: "jpg", decodes: true, encodes: true, keeps: true, moves: false, animates: false, strips: true, browsers_show: true, advice: CONVERT },
    Row { format: Format::Png, name: "png", title: "PNG", media_type: "image/png", extension: "png", decodes: true, encodes: true, keeps: true, moves: true, animates: false, strips: true, browsers_show: true, advice: CONVERT },
    Row { format: Format::WebP, name: "webp", title: "WebP", media_type: "image/webp", extension: "webp", decodes: true, encodes: true, keeps: true, moves: true, animates: true, strips: true, browsers_show: true, advice: CONVERT },
    Row { format: Format::Gif, name: "gif", title: "GIF", media_type: "image/gif", extension: "gif", decodes: true, encodes: true, keeps: true, moves: true, animates: true, strips: true, browsers_show: true, advice: CONVERT },
    Row { format: Format::Avif, name: "avif", title: "AVIF", media_type: "image/avif", extension: "avif", decodes: true, encodes: true, keeps: true, moves: false, animates: false, strips: true, browsers_show: true, advice: CONVERT },
    Row { format: Format::Bmp, name: "bmp", title: "BMP", media_type: "image/bmp", extension: "bmp", decodes: true, encodes: true, keeps: false, moves: false, animates: false, strips: false, browsers_show: true, advice: CONVERT },
    Row { format: Format::Tiff, name: "tiff", title: "TIFF", media_type: "image/tiff", extension: "tif", decodes: true, encodes: false, keeps: false, moves: false, animates: false, strips: false, browsers_show: false, advice: CONVERT },
    Row { format: Format::Ico, name: "ico", title: "Icon (ICO)", media_type: "image/x-icon", extension: "ico", decodes: true, encodes: false, keeps: false, moves: false, animates: false, strips: false, browsers_show: true, advice: "Convert it to PNG first." },
    Row { format: Format::Heic, name: "heic", title: "HEIC", media_type: "image/heic", extension: "heic", decodes: false, encodes: false, keeps: false, moves: false, animates: false, strips: false, browsers_show: false, advice: "Export it as JPEG first; on an iPhone, Settings › Camera › Formats › Most Compatible takes JPEG from the start." },
    Row { format: Format::JpegXl, name: "jpegxl", title: "JPEG XL", media_type: "image/jxl", extension: "jxl", decodes: false, encodes: false, keeps: false, moves: false, animates: false, strips: false, browsers_show: false, advice: "Convert it to JPEG or WebP first." },
    Row { format: Format::Svg, name: "svg", title: "SVG", media_type: "image/svg+xml", extension: "svg", decodes: false, encodes: false, keeps: false, moves: false, animates: false, strips: false, browsers_show: true, advice: "Export it as PNG first." },
];

impl Format {
    /// Recognises a format by a file's first bytes. 4 KiB are always enough; fewer may hide an SVG behind its comments.
    pub fn sniff(head: &[u8]) -> Option<Format> {
        sniff::sniff(head)
    }

    /// Lower case, e.g. `"jpeg"`; `from_name` understands it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// As it stands in a sentence, e.g. `"JPEG XL"`.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    pub fn media_type(self) -> &'static str {
        self.row().media_type
    }

    /// Without the dot, e.g. `"jpg"`.
    pub fn extension(self) -> &'static str {
        self.row().extension
    }

    pub fn from_name(name: &str) -> Option<Format> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.format)
    }

    pub fn decodes(self) -> bool {
        self.row().decodes
    }

    pub fn encodes(self) -> bool {
        self.row().encodes
    }

    /// Whether other sizes of a picture in this format are best made in it too; what nobody wants larger than it
    /// has to be, and what is not written, becomes PNG.
    pub(crate) fn keeps(self) -> bool {
        self.row().keeps
    }

    /// Whether more than the first frame of an animation in this format is read.
    pub(crate) fn moves(self) -> bool {
        self.row().moves
    }

    /// Whether an animation survives being resized into this format.
    pub fn animates(self) -> bool {
        self.row().animates
    }

    /// Whether `strip` takes metadata out of a file of this format.
    pub fn strips(self) -> bool {
        self.row().strips
    }

    pub fn browsers_show(self) -> bool {
        self.row().browsers_show
    }

    /// What to do with a picture of this format where it is not decoded; a sentence.
    pub(crate) fn advice(self) -> &'static str {
        self.row().advice
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_at_its_own_format_and_is_found_by_name() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.format as usize, at);
            assert_eq!(Format::from_name(row.name), Some(row.format));
        }
        assert_eq!(Format::from_name("JPG"), None);
    }
}
