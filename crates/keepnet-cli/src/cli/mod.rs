//! The command line as a whole: the global options, the commands, and their help.

mod ignored_options;
mod standard_input;

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};

use crate::commands::Command;
use crate::config::GlobalOptions;
use crate::exit::{CliError, Result};
use crate::ui::{Color, Format};
use ignored_options::{given_arguments, innermost, refuse_ignored_options};
use standard_input::check_standard_input;

const AFTER_HELP: &str = "\
Environment:
  KEEPNET_CLIENT_ID, KEEPNET_CLIENT_SECRET  the credentials of a REST API client
  KEEPNET_API_BASE_URL, KEEPNET_COMPANY_ID  used without --base-url and --company
  KEEPNET_STATE_DIR                         the folder for program state, such as import tickets
  KEEPNET_PROFILE                           used without --profile
  KEEPNET_CONFIG                            the configuration file with the profiles
  HTTPS_PROXY, NO_PROXY                     the proxy, and the hosts that are called directly
  NO_COLOR                                  print no colours
  PAGER                                     the program that shows long tables

Exit codes:
  0 done                          4 permission denied or wrong customer
  1 failed                        5 partly done: rows were rejected or failed
  2 usage, or a wrong argument    6 still running, or the outcome is unknown
  3 configuration or credentials  7 throttled, HTTP 5xx or not reached
  130 interrupted by Ctrl-C       143 terminated by SIGTERM

Try it without an account: keepnet --sandbox --company 'Acme LLC' users list";

/// Manage the customers of a Keepnet reseller, and their users
#[derive(Debug, Parser)]
#[command(name = "keepnet", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Parses the arguments of the process, of which the first is the program. Help, the version and,
    /// unless JSON is asked for, mistakes are printed, and the process ends.
    ///
    /// # Errors
    ///
    /// A mistake in the arguments, with the format of `--output`: JSON for a program.
    pub(crate) fn parse_or_exit(arguments: &[OsString]) -> Result<Cli, (CliError, Format)> {
        let color: Option<Color> = value_of("--color", arguments);
        let color = match color.unwrap_or_default() {
            Color::Always => ColorChoice::Always,
            // Help goes to standard output, and mistakes to standard error.
            color if color.is_used_on(&io::stdout()) && color.is_used_on(&io::stderr()) => {
                ColorChoice::Auto
            }
            _ => ColorChoice::Never,
        };
        let parsed = Cli::try_parse_with(&mut Cli::command().color(color), arguments);
        parsed.map_err(|error| {
            let format: Format = value_of("--output", arguments).unwrap_or_default();
            let is_mistake = error.use_stderr() && format.is_json();
            if !is_mistake || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                let printed = error.print().and_then(|()| io::stdout().flush());
                match printed {
                    Err(unwritable) if !error.use_stderr() => return (unwritable.into(), format),
                    _ => std::process::exit(error.exit_code()),
                }
            }
            (usage_error(&error), format)
        })
    }

    /// Parses arguments, of which the first is the program, and refuses options that would be ignored.
    fn try_parse_with<T: Into<OsString> + Clone>(
        program: &mut clap::Command,
        arguments: impl IntoIterator<Item = T>,
    ) -> Result<Cli, clap::Error> {
        let mut matches = program.try_get_matches_from_mut(arguments)?;
        let (command, words, inner) = innermost(program, &matches);
        let given = given_arguments(command, inner);
        refuse_ignored_options(command, &words, inner, &given)?;
        check_standard_input(command, &words, inner, &given)?;
        Cli::from_arg_matches_mut(&mut matches)
    }
}

/// The value of an option of arguments that may have a mistake.
fn value_of<T: ValueEnum>(option: &str, arguments: &[OsString]) -> Option<T> {
    let words = arguments.iter().map(|it| it.to_str().unwrap_or_default());
    let next = words.clone().skip(1).chain([""]);
    let given = words.zip(next).filter_map(|(word, next)| match word {
        word if word == option => Some(next),
        word => word.strip_prefix(option)?.strip_prefix('='),
    });
    T::from_str(given.last()?, false).ok()
}

/// The first lines of the parser's text are the mistake; one of the others may be a suggestion.
fn usage_error(error: &clap::Error) -> CliError {
    let text = error.to_string();
    let (problem, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let problem = problem.strip_prefix("error: ").unwrap_or(problem);
    let problem: Vec<_> = problem.lines().map(str::trim).collect();
    let suggestion = rest
        .lines()
        .find_map(|line| line.trim().strip_prefix("tip: "));
    CliError::usage(problem.join(" ")).with_hint(suggestion.unwrap_or("try --help"))
}

#[cfg(test)]
mod tests;
