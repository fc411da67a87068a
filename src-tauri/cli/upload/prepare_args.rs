//! What is done to pictures before they are sent, and how the server is reached: the options for both.

use std::fs;
use std::path::PathBuf;

use uploader::prepare::ConversionFormat;
use uploader::prepare::file_names::Template;
use uploader::{Network, Preparation, Proxy};

use crate::error::CliError;

#[derive(clap::Args)]
pub struct PrepareArgs {
    /// Sends along what the pictures tell about people and places; it is taken out otherwise
    #[arg(long)]
    keep_metadata: bool,
    /// Makes pictures smaller whose longer side is longer than this
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..=16384))]
    longest: Option<u32>,
    /// Sends every picture as webp, jpeg or png
    #[arg(long, value_name = "FORMAT", value_parser = parse_convert)]
    convert: Option<ConversionFormat>,
    /// The quality of pictures that are written anew, 1 to 100
    #[arg(long, value_name = "QUALITY", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Names pictures anew: text with {date}, {time}, {name}, {hash8}, {counter}, {w}, {h}
    #[arg(long, value_name = "TEMPLATE", value_parser = Template::parse)]
    rename: Option<Template>,
    /// The proxy to the server, http://HOST:PORT, or `none`; otherwise the system's
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// A certificate authority to trust besides the system's, as a PEM file
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
}

impl PrepareArgs {
    pub fn preparation(&self) -> Preparation {
        Preparation {
            strip: !self.keep_metadata,
            longest: self.longest,
            convert: self.convert,
            quality: self.quality,
            name: self.rename.clone(),
        }
    }

    pub fn network(&self) -> Result<Network, CliError> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|error| {
                CliError::usage(format!("{} cannot be read: {error}", path.display()))
            })
        };
        Ok(Network {
            proxy: match self.proxy.as_deref() {
                None => Proxy::System,
                Some("none") => Proxy::None,
                Some(address) => Proxy::At(address.to_owned()),
            },
            certificates: self.ca.iter().map(read).collect::<Result<_, _>>()?,
        })
    }
}

fn parse_convert(name: &str) -> Result<ConversionFormat, String> {
    match name {
        "webp" => Ok(ConversionFormat::Webp),
        "jpeg" | "jpg" => Ok(ConversionFormat::Jpeg),
        "png" => Ok(ConversionFormat::Png),
        _ => Err("choose webp, jpeg or png".to_owned()),
    }
}
