//! `vitrine upload`: sends pictures to a server, ours or another, and prints a link for each.

mod form;

use std::io;
use std::path::{Path, PathBuf};

use library::who_serves;
use uploader::links::{Linked, What};
use uploader::{Failure, Kind, Picture, Target};

use crate::output;
use crate::settings::Settings;
use crate::trouble::Trouble;
use form::Form;

/// Where `vitrine serve` listens when nobody says otherwise.
const USUAL_ADDRESS: &str = "http://127.0.0.1:4870";

#[derive(clap::Args)]
pub struct Args {
    /// The pictures; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The server's address [default: the server of the data folder, or http://127.0.0.1:4870]
    #[arg(long, value_name = "URL", env = "VITRINE_URL")]
    to: Option<String>,
    /// The language that the server speaks: imgs
    #[arg(long, default_value = "imgs", value_parser = dialect)]
    dialect: Kind,
    /// The key that may upload there
    #[arg(long, env = "VITRINE_KEY", hide_env_values = true)]
    key: Option<String>,
    /// How to write the link: url, markdown, html, bbcode, srcset, json or template:TEXT, where TEXT
    /// may hold {url}, {url_200} … {url_1600}, {name}, {width}, {height}, {id}
    #[arg(long = "as", value_name = "FORM", default_value = "url")]
    form: Form,
    /// Link to this width instead of the original; a picture that is smaller keeps its original
    #[arg(long, value_name = "WIDTH", value_parser = ["200", "400", "800", "1200", "1600"])]
    size: Option<String>,
}

impl Args {
    pub fn run(self, settings: &Settings) -> Result<(), Trouble> {
        if self.files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return Err(Trouble::wrong(
                "stdin holds one picture: give `-` only once.",
            ));
        }
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let key = given(&self.key).ok_or_else(|| {
            Trouble::wrong("uploading needs a key: pass --key or set VITRINE_KEY. `vitrine key create` makes one.")
        })?;
        let base = match given(&self.to) {
            Some(address) => base(&address)?,
            None => match who_serves(&settings.folder)?.and_then(|serving| serving.reached_at()) {
                Some(address) => format!("http://{address}"),
                None => USUAL_ADDRESS.to_owned(),
            },
        };
        let target = Target {
            id: base.clone(),
            name: base.clone(),
            kind: self.dialect,
            base,
            here: false,
        };
        let size = self.size.as_deref().and_then(|size| size.parse().ok());
        let what = size.map_or(What::Original, What::Size);

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Trouble::failed(format!("the upload cannot be started: {error}")))?;
        let mut failed = 0;
        for file in &self.files {
            match runtime.block_on(upload(file, &target, &key)) {
                // Whoever closed our stdout still wants the other pictures uploaded.
                Ok(linked) => drop(output::result(&self.form.write(&linked, what))),
                Err(failure) => {
                    failed += 1;
                    output::tell(&format!("vitrine: {}: {}", file.display(), words(&failure)));
                }
            }
        }
        match (failed, self.files.len()) {
            (0, _) => Ok(()),
            (_, 1) => Err(Trouble::Said),
            (failed, all) => Err(Trouble::failed(format!(
                "{failed} of {all} pictures were not uploaded."
            ))),
        }
    }
}

async fn upload(file: &Path, target: &Target, key: &str) -> Result<Linked, Failure> {
    let picture = find(file)?;
    let uploaded = uploader::send(target, key, &picture, None, |_, _| {})
        .await?
        .absolute(&target.base);
    Ok(Linked::new(
        &picture.name,
        picture.info.width,
        picture.info.height,
        &uploaded,
    ))
}

fn find(file: &Path) -> Result<Picture, Failure> {
    if !is_stdin(file) {
        return Picture::open(file);
    }
    let mut picture = Picture::read("stdin", io::stdin().lock())?;
    picture.name = format!("stdin.{}", picture.info.format.extension());
    Ok(picture)
}

/// Two failures are worded for a window, onto which pictures are dropped.
fn words(failure: &Failure) -> String {
    match failure {
        Failure::FileGone => "There is no such file.".to_owned(),
        Failure::IsAFolder => "This is a folder. Name the pictures in it.".to_owned(),
        other => other.to_string(),
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn dialect(name: &str) -> Result<Kind, String> {
    match name {
        "imgs" => Ok(Kind::Imgs),
        other => Err(format!(
            "`{other}` is not a dialect that this program uploads with; it speaks: imgs"
        )),
    }
}

/// The address of a server, without the slash at its end.
fn base(address: &str) -> Result<String, Trouble> {
    let base = address.trim().trim_end_matches('/');
    let host = base
        .strip_prefix("http://")
        .or_else(|| base.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() => Ok(base.to_owned()),
        _ => Err(Trouble::wrong(format!(
            "`{address}` is no server's address. Write it as http://HOST:PORT or https://HOST."
        ))),
    }
}
