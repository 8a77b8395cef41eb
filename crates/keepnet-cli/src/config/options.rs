//! The options that every command takes.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::text::filled;
use crate::ui::{Color, Format, Settings, has_ascii_terminal};

/// The options that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Use this profile for settings not given elsewhere [env: KEEPNET_PROFILE]
    #[arg(long, global = true, value_name = "NAME", value_parser = filled, conflicts_with = "sandbox")]
    pub(crate) profile: Option<String>,
    /// The address of the service [env: KEEPNET_API_BASE_URL] [default: the public service]
    #[arg(long, global = true, value_name = "URL", value_parser = filled)]
    pub(crate) base_url: Option<String>,
    /// The customer to work on [env: KEEPNET_COMPANY_ID]
    #[arg(long, global = true, value_name = "NAME|ID", value_parser = filled)]
    pub(crate) company: Option<String>,
    /// Read the client secret from this file, or from standard input with `-`
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "sandbox")]
    pub(crate) secret_file: Option<PathBuf>,
    /// How to print the result
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,
    /// Run this command against a temporary sandbox of the service with two made-up customers
    #[arg(long, global = true, conflicts_with = "base_url")]
    pub(crate) sandbox: bool,
    /// Print the causes of an error, and each request; -vv adds operation, company and id
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print no progress, notes and hints; results, warnings and errors are printed
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Never ask: a command that needs an answer fails, and says which option to add
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// When to use colours; NO_COLOR and TERM=dumb turn them off
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

impl GlobalOptions {
    /// How the program talks.
    pub(crate) fn ui_settings(&self) -> Settings {
        Settings {
            is_quiet: self.quiet,
            is_without_input: self.no_input,
            color: self.color,
            is_ascii: has_ascii_terminal(),
        }
    }
}
