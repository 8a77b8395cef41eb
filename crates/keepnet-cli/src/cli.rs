//! The command line as a whole: the global options, the commands, and their help.

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};

use crate::commands::Command;
use crate::config::GlobalOptions;
use crate::exit::{CliError, Result};
use crate::ui::{Color, Format};

const AFTER_HELP: &str = "\
Environment:
  KEEPNET_CLIENT_ID, KEEPNET_CLIENT_SECRET  the credentials of a REST API client
  KEEPNET_API_BASE_URL, KEEPNET_COMPANY_ID  used without --base-url and --company
  KEEPNET_STATE_DIR                         the folder of the import tickets
  KEEPNET_PROFILE                           used without --profile
  KEEPNET_CONFIG                            the configuration file with the profiles
  HTTPS_PROXY, NO_PROXY                     the proxy, and the hosts that need none
  NO_COLOR, PAGER                           no colours, and the program for long tables

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
        let parsed = Cli::command().color(color).try_get_matches_from(arguments);
        let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches));
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
mod tests {
    use super::*;

    #[test]
    fn clap_definition_is_valid() {
        Cli::command().debug_assert();
    }

    /// Calls `check` with each option and argument that takes a value, after the words of its command.
    fn for_each_value(
        command: &clap::Command,
        words: &[String],
        check: &mut impl FnMut(&[String], &clap::Arg),
    ) {
        for argument in command.get_arguments() {
            if argument.get_action().takes_values() {
                check(words, argument);
            }
        }
        for subcommand in command.get_subcommands() {
            let words = [words, &[subcommand.get_name().to_owned()]].concat();
            for_each_value(subcommand, &words, check);
        }
    }

    /// Calls `check` with each command, after its words.
    fn for_each_command(
        command: &clap::Command,
        words: &str,
        check: &mut impl FnMut(&str, &clap::Command),
    ) {
        check(words, command);
        for subcommand in command.get_subcommands() {
            let words = format!("{words} {}", subcommand.get_name());
            for_each_command(subcommand, &words, check);
        }
    }

    #[test]
    fn no_help_is_blank() {
        for_each_command(&Cli::command(), "keepnet", &mut |words, command| {
            assert!(command.get_about().is_some(), "{words}");
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string);
                let name = argument.get_id();
                assert!(help.is_some_and(|help| !help.is_empty()), "{words} {name}");
            }
        });
    }

    /// The words of a line of a shell, without a redirection.
    fn words_of(line: &str) -> Vec<String> {
        let parts = line.split('\'').enumerate();
        let words = parts.flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words
            .take_while(|word| word != ">" && word != "|")
            .collect()
    }

    #[test]
    fn each_command_has_examples_that_parse() {
        let mut checked = 0;
        for_each_command(&Cli::command(), "keepnet", &mut |words, command| {
            // The sandbox is a program of its own, too: its examples are in the help above its commands.
            let is_skipped = match words.strip_prefix("keepnet sandbox") {
                Some(rest) => !rest.is_empty(),
                None => command.has_subcommands(),
            };
            if is_skipped {
                return;
            }
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let (_, examples) = help.split_once("Examples:\n").expect(words);
            for line in examples.lines().take_while(|line| line.starts_with("  ")) {
                let (_, call) = line.rsplit_once("| keepnet ").unwrap_or_default();
                let line = match call {
                    "" => line.trim().to_owned(),
                    call => format!("keepnet {call}"),
                };
                assert!(line.starts_with("keepnet "), "{words}: {line}");
                let parsed = Cli::try_parse_from(words_of(&line));
                assert!(parsed.is_ok(), "{line}: {parsed:?}");
                checked += 1;
            }
        });
        assert!(checked > 40, "{checked}");
    }

    #[test]
    fn empty_values_are_usage_errors() {
        let mut checked = 0;
        for_each_value(
            &Cli::command(),
            &["keepnet".to_owned()],
            &mut |words, argument| {
                // `api` checks its own arguments, also for a method and a path that do not exist.
                if words
                    .get(1)
                    .is_some_and(|it| it == "api" || it == "sandbox")
                {
                    return;
                }
                let value = match argument.get_long() {
                    Some(long) => format!("--{long}="),
                    None => match argument.get_short() {
                        Some(short) => format!("-{short}="),
                        None => String::new(),
                    },
                };
                let line = [words, &[value]].concat();
                let error = Cli::try_parse_from(&line).unwrap_err();
                let kind = error.kind();
                let is_refused = matches!(
                    kind,
                    clap::error::ErrorKind::ValueValidation | clap::error::ErrorKind::InvalidValue
                );
                assert!(is_refused, "{line:?}: {kind:?}: {error}");
                checked += 1;
            },
        );
        assert!(checked > 40, "{checked}");
    }

    #[test]
    fn arguments_are_parsed_or_refused() {
        let check = |line: &str, expected: Result<(), &str>| {
            let parsed = Cli::try_parse_from(line.split(' '));
            match (&parsed, expected) {
                (Ok(_), Ok(())) => {}
                (Err(error), Err(expected)) => {
                    assert_eq!(error.exit_code(), 2, "{line}");
                    assert!(error.to_string().contains(expected), "{line}: {error}");
                }
                (parsed, _) => panic!("{line}: {parsed:?}"),
            }
        };
        check("keepnet auth check", Ok(()));
        check(
            "keepnet --output json companies list --search a --over-limit",
            Ok(()),
        );
        check("keepnet companies show Acme -vv", Ok(()));
        check(
            "keepnet users list --status deleted --all --output csv",
            Ok(()),
        );
        check("keepnet users count --sandbox --company Acme", Ok(()));
        check(
            "keepnet users check people.xlsx --map Team=Department --map X=",
            Ok(()),
        );
        check(
            "keepnet users import people.xlsx --yes --group A --create-groups",
            Ok(()),
        );
        check(
            "keepnet users import people.xlsx --mode new --dry-run",
            Ok(()),
        );
        check(
            "keepnet users import people.xlsx --select ada@acme.example",
            Ok(()),
        );
        check("keepnet sandbox serve --port 0", Ok(()));
        check("keepnet jobs list", Ok(()));
        check("keepnet jobs show", Err("<ID>"));
        check("keepnet groups list", Ok(()));
        check("keepnet groups create Starters --priority high", Ok(()));
        check("keepnet groups create", Err("<NAME>"));
        check(
            "keepnet users add --email a@b.example --first-name A --priority very-high",
            Ok(()),
        );
        check("keepnet users add --from people.csv --map X= --yes", Ok(()));
        check("keepnet users add", Err("--email"));
        check("keepnet users add --first-name A", Err("--email"));
        check(
            "keepnet users add --email a@b.example --from people.csv",
            Err("cannot be used with"),
        );
        check("keepnet users add --email a@b.example --yes", Err("--yes"));
        check(
            "keepnet users add --from people.csv --first-name A",
            Err("--first-name"),
        );
        check(
            "keepnet users add --email a@b.example --priority urgent",
            Err("[possible values: VeryLow, "),
        );
        check(
            "keepnet users add --email a@b.example --manager-email c@b.example",
            Err("--manager-first-name"),
        );
        check("keepnet users export --format excel -o -", Ok(()));
        check("keepnet users export --status all --search a", Ok(()));
        check("keepnet users template -o people.csv", Ok(()));
        check("keepnet users export --format pdf", Err("possible values"));
        check("keepnet users import --yes", Err("<FILE>"));
        check(
            "keepnet users import people.xlsx --yes --dry-run",
            Err("--dry-run"),
        );
        check(
            "keepnet users import people.xlsx --create-groups",
            Err("--group"),
        );
        check("keepnet users list --status gone", Err("possible values"));
        check("keepnet --output xml auth check", Err("possible values"));
        check(
            "keepnet --sandbox --base-url http://localhost auth check",
            Err("--base-url"),
        );
        check(
            "keepnet --client-secret x auth check",
            Err("--client-secret"),
        );
        check("keepnet users", Err("Usage"));
    }
}
