//! `vitrine account`: adds, lists and removes accounts.

use std::io::{self, BufRead};

use library::NewAccount;

use crate::error::CliError;
use crate::output;
use crate::settings::Settings;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Adds an account
    Add {
        name: String,
        /// May manage other accounts
        #[arg(long)]
        admin: bool,
        #[arg(long)]
        email: Option<String>,
        /// Reads the password from the first line of stdin; without it, signing in on the web stays off
        #[arg(long)]
        password_stdin: bool,
    },
    /// Sets an account's password
    Password {
        name: String,
        /// Reads the password from the first line of stdin
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Lists the accounts, one a line: name, role, e-mail, creation
    List,
    /// Removes an account and ends its keys at once; its name is never given out again
    Remove {
        name: String,
        /// Deletes the images that it owns too
        #[arg(long)]
        with_images: bool,
    },
}

impl Command {
    pub fn run(self, settings: &Settings) -> Result<(), CliError> {
        match self {
            Command::Add {
                name,
                admin,
                email,
                password_stdin,
            } => {
                let password = password_stdin.then(read_password).transpose()?;
                let account = settings.open_library()?.add_account(NewAccount {
                    name,
                    admin,
                    email,
                    password,
                })?;
                output::print_message(&format!("Added the account {}.", account.name));
            }
            Command::Password {
                name,
                password_stdin: _,
            } => {
                settings
                    .open_library()?
                    .set_password(&name, &read_password()?)?;
                output::print_message(&format!("Set the password of {name}."));
            }
            Command::List => {
                let accounts = settings.open_library()?.accounts()?;
                let lines = accounts.into_iter().map(|account| {
                    let role = if account.admin { "admin" } else { "user" };
                    let email = account.email.unwrap_or_default();
                    output::format_columns([
                        account.name,
                        role.into(),
                        email,
                        account.created_at.to_string(),
                    ])
                });
                output::print_listing(lines).map_err(CliError::failure)?;
            }
            Command::Remove { name, with_images } => {
                settings
                    .open_library()?
                    .remove_account(&name, with_images)?;
                output::print_message(&format!("Removed the account {name}."));
            }
        }
        Ok(())
    }
}

/// The first line of stdin, as it is but for its end.
fn read_password() -> Result<String, CliError> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| {
        CliError::failure(format!("the password cannot be read from stdin: {error}"))
    })?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(CliError::usage("the password on stdin is empty."));
    }
    Ok(password.to_owned())
}
