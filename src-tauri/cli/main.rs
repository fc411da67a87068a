//! `vitrine`, the headless program: for scripts, a box in the cellar, and tests.
//!
//! One file a command. What every command shares is here: the options that go with each of them,
//! and the rule that results go to stdout, words for people to stderr, and the exit code says 0
//! (done), 1 (it failed) or 2 (the call is wrong).

mod account;
mod completions;
mod error;
mod key;
mod output;
mod serve;
mod settings;
mod upload;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::CliError;
use settings::Settings;

/// Hosts your pictures: upload one, get a link that shows it.
#[derive(Parser)]
#[command(name = "vitrine", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// The options that every command takes.
#[derive(clap::Args)]
struct GlobalArgs {
    /// The folder that holds pictures, accounts and keys [default: the platform's data folder]
    #[arg(long, value_name = "DIR", env = "VITRINE_DATA", global = true)]
    data: Option<PathBuf>,
    /// Sets a configuration key; wins over `VITRINE_<KEY>`, which wins over vitrine.toml
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = settings::parse_assignment, global = true)]
    set: Vec<(String, String)>,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server
    Serve(serve::Args),
    /// Adds, lists and removes accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Makes, lists and revokes API keys
    #[command(subcommand)]
    Key(key::Command),
    /// Uploads pictures to a server and prints a link for each
    Upload(upload::Args),
    /// Prints completions for a shell
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let program = Cli::parse();
    match run(program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            if let Some(words) = trouble.message() {
                output::print_message(&format!("vitrine: {words}"));
            }
            trouble.exit_code()
        }
    }
}

fn run(program: Cli) -> Result<(), CliError> {
    let GlobalArgs { data, set } = program.global;
    settings::check_set_position(&set)?;
    match program.command {
        Command::Completions(args) => {
            settings::check_assignments(set)?;
            args.run()
        }
        Command::Serve(args) => {
            let settings = Settings::read(data, args.with_own_options(set))?;
            args.run(settings)
        }
        Command::Account(command) => command.run(&Settings::read(data, set)?),
        Command::Key(command) => command.run(&Settings::read(data, set)?),
        Command::Upload(args) => args.run(&Settings::read(data, set)?),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
