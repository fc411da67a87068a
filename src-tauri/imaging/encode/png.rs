//! PNG out: the filter chosen row by row.

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};

use crate::Error;
use crate::raster::{Layout, Raster};

pub(super) fn encode(picture: &Raster) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write(picture, &mut bytes).map_err(Error::broken)?;
    Ok(bytes)
}

fn write(picture: &Raster, bytes: &mut Vec<u8>) -> Result<(), EncodingError> {
    let mut encoder = Encoder::new(bytes, picture.width, picture.height);
    encoder.set_color(match picture.layout {
        Layout::Grey => ColorType::Grayscale,
        Layout::GreyAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba | Layout::Cmyk => ColorType::Rgba,
    });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.pixels)?;
    writer.finish()
}
