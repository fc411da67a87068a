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
mod web_assets;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Trouble;
use settings::Settings;

/// Hosts your pictures: upload one, get a link that shows it.
#[derive(Parser)]
#[command(name = "vitrine", version, propagate_version = true)]
struct Program {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

/// The options that every command takes.
#[derive(clap::Args)]
struct Shared {
    /// The folder that holds pictures, accounts and keys [default: the platform's data folder]
    #[arg(long, value_name = "DIR", env = "VITRINE_DATA", global = true)]
    data: Option<PathBuf>,
    /// Sets a configuration key; wins over VITRINE_<KEY>, which wins over vitrine.toml
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = settings::assignment, global = true)]
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
    let program = Program::parse();
    match run(program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            if let Some(words) = trouble.words() {
                output::tell(&format!("vitrine: {words}"));
            }
            trouble.code()
        }
    }
}

fn run(program: Program) -> Result<(), Trouble> {
    let Shared { data, set } = program.shared;
    settings::together(&set)?;
    match program.command {
        Command::Completions(args) => {
            settings::check(set)?;
            args.run()
        }
        Command::Serve(args) => {
            let settings = Settings::read(data, args.over(set))?;
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
        self::Program::command().debug_assert();
    }
}
