//! `vitrine upload`: uploads pictures to a server and prints a link for each.

mod destination;
mod link_format;
mod prepare_args;
mod queue;

use std::path::{Path, PathBuf};
use std::time::Duration;

use uploader::links::{LinkContext, LinkSelection};
use uploader::{Dialect, Failure, Job, Target, targets};

use crate::error::CliError;
use crate::output;
use crate::settings::Settings;
use link_format::OutputFormat;
use prepare_args::PrepareArgs;
use queue::{UploadQueue, is_stdin};

#[derive(clap::Args)]
pub struct Args {
    /// The pictures; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The server's address [default: the server of the data folder, or http://127.0.0.1:4870]
    #[arg(long, value_name = "URL", env = "VITRINE_URL")]
    to: Option<String>,
    /// The language that the server speaks: imgs, imgshare, media, slink or chevereto
    #[arg(long, default_value = "imgs", value_parser = parse_dialect)]
    dialect: Dialect,
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
    form: OutputFormat,
    /// Link to this width instead of the original; a picture that is smaller keeps its original.
    /// imgs, media and slink know 200, 400, 800, 1200 and 1600, chevereto 500; imgshare knows 320, 640
    /// and 1024, the widths of boxes that an upright picture does not fill
    #[arg(long, value_name = "WIDTH")]
    size: Option<u32>,
    /// How long to go on trying while the server cannot be reached or is busy, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,
    #[command(flatten)]
    prepare_args: PrepareArgs,
}

impl Args {
    pub fn run(self, settings: &Settings) -> Result<(), CliError> {
        if self.files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return Err(CliError::usage(
                "stdin holds one picture: give `-` only once.",
            ));
        }
        let (target, key) = self.resolve_target(settings)?;
        if let Some(size) = self.size {
            check_size(&target.kind, size)?;
        }

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| CliError::failure(format!("the upload cannot be started: {error}")))?;
        let queue = runtime.block_on(UploadQueue::open(
            &target,
            key,
            self.prepare_args.network()?,
        ))?;
        let mut failed = 0;
        let said = |file: &Path, outcome: Result<Job, Failure>| {
            let written = outcome
                .map_err(|failure| failure_message(&failure))
                .and_then(|job| self.render_link(&job, &target));
            match written {
                // Whoever closed our stdout still wants the other pictures uploaded.
                Ok(link) => drop(output::print_result(&link)),
                Err(words) => {
                    failed += 1;
                    output::print_message(&format!("vitrine: {}: {words}", file.display()));
                }
            }
        };
        let wait = Duration::from_secs(self.wait);
        runtime.block_on(queue.upload(&self.files, wait, said))?;
        match (failed, self.files.len()) {
            (0, _) => Ok(()),
            (_, 1) => Err(CliError::AlreadyReported),
            (failed, all) => Err(CliError::failure(format!(
                "{failed} of {all} pictures have got no link."
            ))),
        }
    }

    /// The link of a picture that is there, as it was wished for, or why there is none.
    fn render_link(&self, job: &Job, target: &Target) -> Result<String, String> {
        let Some(uploaded) = job.state.upload_result() else {
            return Err("The upload did not come to an end. Try again.".to_owned());
        };
        let (name, width, height) = job.name_and_size();
        let linked = LinkContext::new(name, width, height, &uploaded.to_absolute(&target.base));
        let what = match self.size {
            None => LinkSelection::Original,
            Some(size) => {
                let made = targets::actual_width(&target.kind, size, (width, height));
                if made < linked.width && !linked.sizes.contains_key(&made) {
                    return Err(format!(
                        "It was uploaded, but the server has no link to it at this width. The original is {}",
                        linked.original
                    ));
                }
                LinkSelection::Size(made)
            }
        };
        Ok(self.form.render(&linked, what))
    }
}

/// Two failures are worded for a window, onto which pictures are dropped.
fn failure_message(failure: &Failure) -> String {
    match failure {
        Failure::FileGone => "There is no such file.".to_owned(),
        Failure::IsAFolder => "This is a folder. Name the pictures in it.".to_owned(),
        other => other.to_string(),
    }
}

fn parse_dialect(name: &str) -> Result<Dialect, String> {
    Dialect::from_name(name).ok_or_else(|| {
        let known = Dialect::ALL.each_ref().map(Dialect::name).join(", ");
        format!("`{name}` is not a dialect that this program uploads with; it speaks: {known}")
    })
}

fn check_size(dialect: &Dialect, size: u32) -> Result<(), CliError> {
    let widths = targets::available_widths(dialect);
    if widths.contains(&size) {
        return Ok(());
    }
    if widths.is_empty() {
        return Err(CliError::usage(
            "a custom uploader gives one link a picture, at no width of ours: leave --size out.",
        ));
    }
    let known: Vec<_> = widths.iter().map(u32::to_string).collect();
    Err(CliError::usage(format!(
        "no picture {size} pixels wide can be asked of a server that speaks {}. --size takes: {}",
        dialect.name(),
        known.join(", ")
    )))
}
