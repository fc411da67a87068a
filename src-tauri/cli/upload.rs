//! `vitrine upload`: sends pictures to a server, ours or another, and prints a link for each.

mod destination;
mod link_format;
mod prepare_args;
mod queue;

use std::path::{Path, PathBuf};
use std::time::Duration;

use uploader::links::{Linked, What};
use uploader::{Failure, Job, Kind, Target, targets};

use crate::error::Trouble;
use crate::output;
use crate::settings::Settings;
use link_format::Form;
use prepare_args::Preparing;
use queue::Queue;

#[derive(clap::Args)]
pub struct Args {
    /// The pictures; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The server's address [default: the server of the data folder, or http://127.0.0.1:4870]
    #[arg(long, value_name = "URL", env = "VITRINE_URL")]
    to: Option<String>,
    /// The language that the server speaks: imgs, imgshare, media, slink or chevereto
    #[arg(long, default_value = "imgs", value_parser = dialect)]
    dialect: Kind,
    /// Uploads as a ShareX custom uploader's file (.sxcu) says, with the key that stands in it; instead of --to,
    /// --dialect and --key
    #[arg(long, value_name = "FILE", conflicts_with = "dialect")]
    sxcu: Option<PathBuf>,
    /// The key that may upload there
    #[arg(long, env = "VITRINE_KEY", hide_env_values = true)]
    key: Option<String>,
    /// How to write the link: url, markdown, html, bbcode, srcset, picture, json or template:TEXT,
    /// where TEXT may hold {url}, {url_200} … {url_1600}, {name}, {width}, {height}, {id}
    #[arg(long = "as", value_name = "FORM", default_value = "url")]
    form: Form,
    /// Link to this width instead of the original; a picture that is smaller keeps its original.
    /// imgs, media and slink know 200, 400, 800, 1200 and 1600, chevereto 500; imgshare knows 320, 640
    /// and 1024, the widths of boxes that an upright picture does not fill
    #[arg(long, value_name = "WIDTH")]
    size: Option<u32>,
    /// How long to go on trying while the server cannot be reached or is busy, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,
    #[command(flatten)]
    preparing: Preparing,
}

impl Args {
    pub fn run(self, settings: &Settings) -> Result<(), Trouble> {
        if self.files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return Err(Trouble::wrong(
                "stdin holds one picture: give `-` only once.",
            ));
        }
        let (target, key) = self.destination(settings)?;
        if let Some(size) = self.size {
            check_size(&target.kind, size)?;
        }

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Trouble::failed(format!("the upload cannot be started: {error}")))?;
        let queue = runtime.block_on(Queue::open(&target, key, self.preparing.network()?))?;
        let mut failed = 0;
        let said = |file: &Path, outcome: Result<Job, Failure>| {
            let written = outcome
                .map_err(|failure| words(&failure))
                .and_then(|job| self.written(&job, &target));
            match written {
                // Whoever closed our stdout still wants the other pictures uploaded.
                Ok(link) => drop(output::result(&link)),
                Err(words) => {
                    failed += 1;
                    output::tell(&format!("vitrine: {}: {words}", file.display()));
                }
            }
        };
        let wait = Duration::from_secs(self.wait);
        runtime.block_on(queue.upload(&self.files, wait, said))?;
        match (failed, self.files.len()) {
            (0, _) => Ok(()),
            (_, 1) => Err(Trouble::Said),
            (failed, all) => Err(Trouble::failed(format!(
                "{failed} of {all} pictures have got no link."
            ))),
        }
    }

    /// The link of a picture that is there, as it was wished for, or why there is none.
    fn written(&self, job: &Job, target: &Target) -> Result<String, String> {
        let Some(uploaded) = job.state.uploaded() else {
            return Err("The upload did not come to an end. Try again.".to_owned());
        };
        let (name, width, height) = job.shown();
        let linked = Linked::new(name, width, height, &uploaded.absolute(&target.base));
        let what = match self.size {
            None => What::Original,
            Some(size) => {
                let made = targets::width_made(&target.kind, size, (width, height));
                if made < linked.width && !linked.sizes.contains_key(&made) {
                    return Err(format!(
                        "It was uploaded, but the server has no link to it at this width. The original is {}",
                        linked.original
                    ));
                }
                What::Size(made)
            }
        };
        Ok(self.form.write(&linked, what))
    }
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
    Kind::named(name).ok_or_else(|| {
        let known = Kind::ALL.each_ref().map(Kind::name).join(", ");
        format!("`{name}` is not a dialect that this program uploads with; it speaks: {known}")
    })
}

fn check_size(dialect: &Kind, size: u32) -> Result<(), Trouble> {
    let widths = targets::widths(dialect);
    if widths.contains(&size) {
        return Ok(());
    }
    if widths.is_empty() {
        return Err(Trouble::wrong(
            "a custom uploader gives one link a picture, at no width of ours: leave --size out.",
        ));
    }
    let known: Vec<_> = widths.iter().map(u32::to_string).collect();
    Err(Trouble::wrong(format!(
        "no picture {size} pixels wide can be asked of a server that speaks {}. --size takes: {}",
        dialect.name(),
        known.join(", ")
    )))
}
