//! Options that a command would ignore: they are refused.
//!
//! The parser compares the options of one level only: those before the command with each other, and
//! those after it. Here, the options of all levels are compared.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, Error};

/// Options that have no effect in these commands.
pub(super) struct Unused {
    /// The commands, or the first words of all of them.
    pub(super) commands: &'static [&'static str],
    pub(super) options: &'static [&'static str],
    hint: &'static str,
}

/// An option that has no effect beside a value of another option.
pub(super) struct UnusedBeside {
    pub(super) commands: &'static [&'static str],
    pub(super) option: &'static str,
    pub(super) value: &'static str,
    pub(super) unused: &'static [&'static str],
    hint: &'static str,
}

pub(super) const UNUSED: &[Unused] = &[
    Unused {
        commands: &["companies list", "companies doctor"],
        options: &["company"],
        hint: "the command is about all customers; choose some with --companies",
    },
    Unused {
        commands: &["companies show"],
        options: &["company"],
        hint: "name the customer without an option: keepnet companies show NAME|ID",
    },
    Unused {
        commands: &["fleet"],
        options: &["company"],
        hint: "the customers are in the fleet file; choose some with --only",
    },
    Unused {
        commands: &["billing snapshot"],
        options: &["company"],
        hint: "omit it; the snapshot has all customers",
    },
    Unused {
        commands: &["auth check", "auth status"],
        options: &["company"],
        hint: "omit it; the credentials are those of the reseller",
    },
    Unused {
        commands: &["auth logout"],
        options: &["base_url", "company", "secret_file"],
        hint: "omit it; --profile says whose secret is removed",
    },
    Unused {
        commands: &["auth login", "auth logout", "auth status"],
        options: &["sandbox"],
        hint: "omit it; the sandbox of a command has its own credentials",
    },
    Unused {
        commands: &[
            "api list",
            "billing diff",
            "completions",
            "imports",
            "man",
            "sandbox",
            "schema",
            "users check",
        ],
        options: &["base_url", "company", "profile", "sandbox", "secret_file"],
        hint: "omit it; the command sends no request to the service",
    },
];

pub(super) const UNUSED_BESIDE: &[UnusedBeside] = &[
    UnusedBeside {
        commands: &["users sync"],
        option: "leavers",
        value: "keep",
        unused: &["max_leavers", "smaller_list", "unreadable_rows"],
        hint: "omit it; with --leavers keep nobody leaves",
    },
    UnusedBeside {
        commands: &["api", "users export", "users template"],
        option: "file",
        value: "-",
        unused: &["force"],
        hint: "omit it; no file is replaced",
    },
];

/// The arguments that are written in the command line, in the order of their definition.
pub(super) fn given_arguments<'a>(command: &'a Command, matches: &ArgMatches) -> Vec<&'a Arg> {
    let arguments = command.get_arguments().filter(|argument| {
        let source = matches.value_source(argument.get_id().as_str());
        source == Some(ValueSource::CommandLine)
    });
    arguments.collect()
}

/// Refuses the first option of the arguments that would be ignored.
///
/// # Errors
///
/// The option, and what to do.
pub(super) fn refuse_ignored_options(
    command: &Command,
    words: &str,
    matches: &ArgMatches,
    given: &[&Arg],
) -> Result<(), Error> {
    for argument in given {
        for other in command.get_arg_conflicts_with(argument) {
            if given.iter().any(|it| it.get_id() == other.get_id()) {
                return Err(conflict(command, argument, other));
            }
        }
    }
    let find = |options: &[&str]| {
        let is_listed = |it: &&&Arg| options.contains(&it.get_id().as_str());
        given.iter().find(is_listed).copied()
    };
    for Unused {
        commands,
        options,
        hint,
    } in UNUSED
    {
        if is_one_of(commands, words)
            && let Some(unused) = find(options)
        {
            let problem = format!("{} has no effect on `keepnet {words}`", name_of(unused));
            return Err(refusal(
                command,
                ErrorKind::ArgumentConflict,
                &problem,
                hint,
            ));
        }
    }
    for beside in UNUSED_BESIDE {
        if is_one_of(beside.commands, words)
            && let Some(option) = find(&[beside.option])
            && let Some(unused) = find(beside.unused)
            && has_value(matches, beside.option, beside.value)
        {
            let (unused, option, value) = (name_of(unused), name_of(option), beside.value);
            let problem = format!("{unused} has no effect beside {option} {value}");
            return Err(refusal(
                command,
                ErrorKind::ArgumentConflict,
                &problem,
                beside.hint,
            ));
        }
    }
    Ok(())
}

/// The command that the arguments name, with its words and its arguments.
pub(super) fn innermost<'a>(
    program: &'a Command,
    matches: &'a ArgMatches,
) -> (&'a Command, String, &'a ArgMatches) {
    let (mut command, mut matches) = (program, matches);
    let mut words = Vec::new();
    while let Some((name, inner)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand(name)
    {
        (command, matches) = (subcommand, inner);
        words.push(name);
    }
    (command, words.join(" "), matches)
}

pub(super) fn is_one_of(commands: &[&str], words: &str) -> bool {
    commands.iter().any(|command| {
        let rest = words.strip_prefix(command);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn has_value(matches: &ArgMatches, option: &str, value: &str) -> bool {
    let values = matches.get_raw(option).into_iter().flatten();
    values.into_iter().any(|it| it == value)
}

/// The option as it is written, such as `--company` or `-o`.
pub(super) fn name_of(argument: &Arg) -> String {
    match (argument.get_long(), argument.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => argument.to_string(),
    }
}

/// The error of the parser for two arguments of one level.
fn conflict(command: &Command, argument: &Arg, other: &Arg) -> Error {
    let mut error = Error::new(ErrorKind::ArgumentConflict).with_cmd(command);
    let context = |argument: &Arg| ContextValue::String(argument.to_string());
    error.insert(ContextKind::InvalidArg, context(argument));
    error.insert(ContextKind::PriorArg, context(other));
    error
}

/// An error in the form of the parser's own.
pub(super) fn refusal(command: &Command, kind: ErrorKind, problem: &str, hint: &str) -> Error {
    let text = format!("{problem}\n\n  tip: {hint}\n");
    Error::raw(kind, text).with_cmd(command)
}
