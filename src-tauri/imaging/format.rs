//! The table of all formats: names, media types, and what can be done with each.
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

struct FormatInfo {
    format: Format,
    /// The word used in interfaces, data bases and configuration.
    name: &'static str,
    /// The word used in sentences.
    title: &'static str,
    media_type: &'static str,
    extension: &'static str,
    can_decode: bool,
    can_encode: bool,
    /// Whether other sizes of a picture in this format are best made in it too.
    is_default_output: bool,
    /// Whether more than the first frame of an animation in this format is read.
    can_decode_animation: bool,
    /// Whether an animation survives being resized into this format.
    can_encode_animation: bool,
    /// Whether metadata can be taken out of a file of this format without touching its pixels.
    can_strip_metadata: bool,
    has_browser_support: bool,
    /// What to do with a picture of a format that is not decoded.
    advice: &'static str,
}

const CONVERT_ADVICE: &str = "Convert it to JPEG, PNG or WebP first.";

#[rustfmt::skip]
const FORMATS: [FormatInfo; 11] = [
    FormatInfo { format: Format::Jpeg, name: "jpeg", title: "JPEG", media_type: "image/jpeg", extension: "jpg", can_decode: true, can_encode: true, is_default_output: true, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: true, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Png, name: "png", title: "PNG", media_type: "image/png", extension: "png", can_decode: true, can_encode: true, is_default_output: true, can_decode_animation: true, can_encode_animation: false, can_strip_metadata: true, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::WebP, name: "webp", title: "WebP", media_type: "image/webp", extension: "webp", can_decode: true, can_encode: true, is_default_output: true, can_decode_animation: true, can_encode_animation: true, can_strip_metadata: true, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Gif, name: "gif", title: "GIF", media_type: "image/gif", extension: "gif", can_decode: true, can_encode: true, is_default_output: true, can_decode_animation: true, can_encode_animation: true, can_strip_metadata: true, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Avif, name: "avif", title: "AVIF", media_type: "image/avif", extension: "avif", can_decode: true, can_encode: true, is_default_output: true, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: true, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Bmp, name: "bmp", title: "BMP", media_type: "image/bmp", extension: "bmp", can_decode: true, can_encode: true, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: true, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Tiff, name: "tiff", title: "TIFF", media_type: "image/tiff", extension: "tif", can_decode: true, can_encode: false, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: false, advice: CONVERT_ADVICE },
    FormatInfo { format: Format::Ico, name: "ico", title: "Icon (ICO)", media_type: "image/x-icon", extension: "ico", can_decode: true, can_encode: false, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: true, advice: "Convert it to PNG first." },
    FormatInfo { format: Format::Heic, name: "heic", title: "HEIC", media_type: "image/heic", extension: "heic", can_decode: false, can_encode: false, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: false, advice: "Export it as JPEG first; on an iPhone, Settings › Camera › Formats › Most Compatible takes JPEG from the start." },
    FormatInfo { format: Format::JpegXl, name: "jpegxl", title: "JPEG XL", media_type: "image/jxl", extension: "jxl", can_decode: false, can_encode: false, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: false, advice: "Convert it to JPEG or WebP first." },
    FormatInfo { format: Format::Svg, name: "svg", title: "SVG", media_type: "image/svg+xml", extension: "svg", can_decode: false, can_encode: false, is_default_output: false, can_decode_animation: false, can_encode_animation: false, can_strip_metadata: false, has_browser_support: true, advice: "Export it as PNG first." },
];

impl Format {
    /// Lower case, e.g. `"jpeg"`; `from_name` understands it.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// As it stands in a sentence, e.g. `"JPEG XL"`.
    pub fn title(self) -> &'static str {
        self.info().title
    }

    pub fn media_type(self) -> &'static str {
        self.info().media_type
    }

    /// Without the dot, e.g. `"jpg"`.
    pub fn extension(self) -> &'static str {
        self.info().extension
    }

    pub fn from_name(name: &str) -> Option<Format> {
        FORMATS
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.format)
    }

    pub fn can_decode(self) -> bool {
        self.info().can_decode
    }

    pub fn can_encode(self) -> bool {
        self.info().can_encode
    }

    /// Whether other sizes of a picture in this format are best made in it too; what nobody wants larger than it
    /// has to be, and what is not written, becomes PNG.
    pub(crate) fn is_default_output(self) -> bool {
        self.info().is_default_output
    }

    /// Whether more than the first frame of an animation in this format is read.
    pub(crate) fn can_decode_animation(self) -> bool {
        self.info().can_decode_animation
    }

    /// Whether an animation survives being resized into this format.
    pub fn can_encode_animation(self) -> bool {
        self.info().can_encode_animation
    }

    /// Whether `strip` takes metadata out of a file of this format.
    pub fn can_strip_metadata(self) -> bool {
        self.info().can_strip_metadata
    }

    pub fn has_browser_support(self) -> bool {
        self.info().has_browser_support
    }

    /// What to do with a picture of this format where it is not decoded; a sentence.
    pub(crate) fn advice(self) -> &'static str {
        self.info().advice
    }

    fn info(self) -> &'static FormatInfo {
        &FORMATS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_listed_at_its_own_index_and_found_by_name() {
        for (at, row) in FORMATS.iter().enumerate() {
            assert_eq!(row.format as usize, at);
            assert_eq!(Format::from_name(row.name), Some(row.format));
        }
        assert_eq!(Format::from_name("JPG"), None);
    }
}
