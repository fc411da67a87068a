//! `vitrine completions SHELL`: prints a completion script for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::error::CliError;
use crate::{Cli, output};

#[derive(clap::Args)]
pub struct Args {
    /// The shell that will read them
    shell: Shell,
}

impl Args {
    pub fn run(self) -> Result<(), CliError> {
        // Into memory first: `generate` panics when what it writes to is closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "vitrine", &mut script);
        output::print_listing([String::from_utf8_lossy(&script).trim_end().to_owned()])
            .map_err(CliError::failure)
    }
}
