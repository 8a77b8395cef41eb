//! Every pair of options of every command: both have an effect, or they are refused.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory as _, Error};

use super::super::ignored_options::{UNUSED, is_one_of, name_of};
use super::option_topics::{TOGETHER, TOPICS, Together};
use super::*;

#[test]
fn no_option_is_ignored() {
    let program = &mut Cli::command();
    program.build();
    let mut pairs = 0;
    let mut failures = Vec::new();
    for words in runnable_commands(program) {
        let options = TestedOption::all_of(program, &words);
        for (index, one) in options.iter().enumerate() {
            let name = name_of(&one.argument);
            if one.is_unused {
                if are_accepted(program, &words, &[&one.argument]) {
                    failures.push(format!("{words} {name} is accepted, and has no effect"));
                }
                continue;
            }
            for other in options[index + 1..].iter().filter(|it| !it.is_unused) {
                pairs += 1;
                let (a, b) = (one.topic, other.topic);
                let are_accepted = one.is_plain_beside(other, command_of(program, &words))
                    || are_accepted(program, &words, &[&one.argument, &other.argument]);
                let is_expected = match expected(a, b) {
                    None => false,
                    Some(Together::Refused) => !are_accepted,
                    Some(Together::Useful(_)) => are_accepted,
                };
                if !is_expected {
                    let other = name_of(&other.argument);
                    let found = if are_accepted { "accepted" } else { "refused" };
                    let expected = expected(a, b);
                    failures.push(format!(
                        "{words}: {name} ({a}) and {other} ({b}) are {found}, expected {expected:?}"
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(pairs > 4_000, "{pairs}");
}

/// The words of each command that can be run.
fn runnable_commands(program: &Command) -> Vec<String> {
    let mut found = Vec::new();
    for_each_command(program, "", &mut |words, command| {
        let is_help = words.split(' ').any(|word| word == "help");
        if !command.is_subcommand_required_set() && !is_help {
            found.push(words.trim_start().to_owned());
        }
    });
    found
}

/// An option, or an argument that can be omitted.
struct TestedOption {
    argument: Arg,
    topic: &'static str,
    /// Whether it is refused in this command.
    is_unused: bool,
    /// Whether the parser accepts it without any other option.
    is_enough: bool,
}

impl TestedOption {
    fn all_of(program: &mut Command, words: &str) -> Vec<TestedOption> {
        let arguments = command_of(program, words).get_arguments();
        let arguments = arguments.filter(|argument| {
            let is_help = ["help", "version"].contains(&argument.get_id().as_str());
            !is_help && !is_needed(argument)
        });
        let arguments: Vec<Arg> = arguments.cloned().collect();
        let options = arguments.into_iter().map(|argument| {
            let id = argument.get_id().as_str();
            let topic = TOPICS.iter().find(|(_, commands, options)| {
                let commands: Vec<&str> = commands.split(", ").collect();
                let is_of_command = commands == [""] || is_one_of(&commands, words);
                is_of_command && options.split(' ').any(|option| option == id)
            });
            let Some((topic, ..)) = topic else {
                panic!("{words} {} has no topic", name_of(&argument));
            };
            let is_unused = UNUSED
                .iter()
                .any(|it| is_one_of(it.commands, words) && it.options.contains(&id));
            let line = line_of(words, &needed_arguments(program, words, &[&argument]));
            TestedOption {
                topic,
                is_unused,
                is_enough: Cli::try_parse_with(program, &line).is_ok(),
                argument,
            }
        });
        options.collect()
    }

    /// Whether the parser certainly accepts both: it refuses what conflicts, or what needs another option.
    fn is_plain_beside(&self, other: &TestedOption, command: &Command) -> bool {
        let refuses = |one: &Arg, other: &Arg| {
            let mut refused = command.get_arg_conflicts_with(one).into_iter();
            refused.any(|it| it.get_id() == other.get_id())
        };
        let (one, another) = (&self.argument, &other.argument);
        let is_one_of_both = command.get_groups().cloned().any(|mut group| {
            let members: Vec<_> = group.get_args().cloned().collect();
            let are_members = [one, another]
                .iter()
                .all(|it| members.contains(it.get_id()));
            are_members && !group.is_multiple()
        });
        let are_enough = self.is_enough && other.is_enough;
        are_enough && !is_one_of_both && !refuses(one, another) && !refuses(another, one)
    }
}

/// Whether an argument cannot be omitted.
fn is_needed(argument: &Arg) -> bool {
    argument.is_positional() && argument.is_required_set()
}

/// What becomes of two options of these topics.
fn expected(one: &str, other: &str) -> Option<Together> {
    let is = |pattern: &str, topic: &str| pattern == "*" || pattern == topic;
    let mut lines = TOGETHER.iter();
    let line = lines.find(|(a, b, _)| (is(a, one) && is(b, other)) || (is(a, other) && is(b, one)));
    line.map(|(_, _, together)| *together)
}

fn command_of<'a>(program: &'a Command, words: &str) -> &'a Command {
    words.split(' ').fold(program, |command, word| {
        command.find_subcommand(word).unwrap_or(command)
    })
}

/// The options, after the arguments that the command needs in any case.
fn needed_arguments(program: &Command, words: &str, options: &[&Arg]) -> Vec<Arg> {
    let arguments = command_of(program, words).get_arguments();
    let needed = arguments.filter(|argument| is_needed(argument));
    needed.chain(options.iter().copied()).cloned().collect()
}

/// Whether the parser accepts the options together, with what else they need.
fn are_accepted(program: &mut Command, words: &str, options: &[&Arg]) -> bool {
    let arguments: Vec<Arg> = command_of(program, words)
        .get_arguments()
        .cloned()
        .collect();
    let mut lines = vec![needed_arguments(program, words, options)];
    while let Some(chosen) = lines.pop() {
        let line = line_of(words, &chosen);
        let Err(error) = Cli::try_parse_with(program, &line) else {
            return true;
        };
        match error.kind() {
            ErrorKind::ArgumentConflict => {}
            ErrorKind::MissingRequiredArgument => {
                for missing in alternatives(&error, &arguments) {
                    assert!(!chosen.contains(missing), "{line:?}: {error}");
                    let mut line = chosen.clone();
                    line.push(missing.clone());
                    lines.push(line);
                }
            }
            _ => panic!("{line:?}: {error}"),
        }
    }
    false
}

/// The arguments of which one is missing, by the parser's error.
fn alternatives<'a>(error: &Error, arguments: &'a [Arg]) -> Vec<&'a Arg> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        panic!("{error}");
    };
    let first = missing[0].as_str();
    let without_brackets = |text: &str| text.replace(['[', ']', '<', '>', '.'], "");
    let is_in_first = |argument: &&Arg| {
        let text = argument.to_string();
        let is_one_of_them = !argument.is_positional() && first.contains(&text);
        is_one_of_them || without_brackets(first) == without_brackets(&text)
    };
    arguments.iter().filter(is_in_first).collect()
}

/// A command line with the options, of which a global one is also written before the command.
fn line_of(words: &str, options: &[Arg]) -> Vec<String> {
    let mut before = vec!["keepnet".to_owned()];
    let mut after: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let mut values = Vec::new();
    let mut options: Vec<&Arg> = options.iter().collect();
    options.sort_by_key(|option| option.get_index());
    for option in options {
        let is_first = before.len() == 1;
        let place = if option.is_global_set() && is_first {
            &mut before
        } else {
            &mut after
        };
        let value = sample_value(option);
        match (option.is_positional(), option.get_action().takes_values()) {
            (true, _) => values.push(value),
            (false, false) => place.push(name_of(option)),
            (false, true) if option.get_long().is_none() => place.extend([name_of(option), value]),
            (false, true) => place.push(format!("{}={value}", name_of(option))),
        }
    }
    [before, after, values].concat()
}

fn sample_value(option: &Arg) -> String {
    if let Some(value) = option.get_possible_values().first() {
        return value.get_name().to_owned();
    }
    let names = option.get_value_names().unwrap_or_default();
    let name = names.first().map_or("", |name| name.as_str());
    let value = match name {
        "N" | "N|N%" | "ROW" | "CUSTOMERS[xUSERS]" => "1",
        "DURATION" => "1h",
        "WHEN" | "DAYS" | "DATE" => "7d",
        "ADDRESS" => "127.0.0.1",
        "COLUMN=FIELD" => "A=Email",
        "COMPANY=N" => "Acme=1",
        "DIALECT" => "observed",
        "FIELD" => "department",
        "JSON|@FILE|-" => "{}",
        "NAME=VALUE" | "NAME=VALUE|NAME=@FILE" => "A=b",
        "SPEC" => "status=500",
        _ => "utf-8",
    };
    value.to_owned()
}
