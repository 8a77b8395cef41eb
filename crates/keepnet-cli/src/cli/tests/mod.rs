//! Tests of the command line as a whole.

mod option_topics;
mod options;

use super::*;
use crate::commands::{has_completion, with_value_hints};
use crate::exit::ExitStatus;

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
fn each_value_has_a_completion() {
    let program = with_value_hints(Cli::command());
    let mut without = std::collections::BTreeSet::new();
    for_each_value(&program, &[], &mut |_, argument| {
        if !has_completion(argument) {
            without.insert(argument.get_id().to_string());
        }
    });
    // A new one is added to a table of the completions.
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn no_help_is_blank() {
    for_each_command(&Cli::command(), "keepnet", &mut |words, command| {
        assert!(command.get_about().is_some(), "{words}");
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string);
            let name = argument.get_id();
            assert!(help.is_some_and(|help| !help.is_empty()), "{words} {name}");
            // The words of a priority, and the names of shells and documents, explain themselves.
            let is_plain = ["priority", "shell", "names", "document"].contains(&name.as_str());
            if is_plain || !argument.get_action().takes_values() {
                continue;
            }
            for value in argument.get_possible_values() {
                let help = value.get_help().map(ToString::to_string);
                let value = value.get_name();
                assert!(
                    help.is_some_and(|help| !help.is_empty()),
                    "{words} {name} {value}"
                );
            }
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
        if command.is_subcommand_required_set() {
            return;
        }
        let help = command.get_after_long_help().or(command.get_after_help());
        let help = help.map(ToString::to_string).unwrap_or_default();
        let (_, examples) = help.split_once("Examples:\n").expect(words);
        for line in examples.lines().take_while(|line| line.starts_with("  ")) {
            let (_, call) = line.rsplit_once("| keepnet ").unwrap_or_default();
            let line = match call {
                "" => line.trim().to_owned(),
                call => format!("keepnet {call}"),
            };
            assert!(line.starts_with("keepnet "), "{words}: {line}");
            let parsed = Cli::try_parse_with(&mut Cli::command(), words_of(&line));
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
        let parsed = Cli::try_parse_with(&mut Cli::command(), line.split(' '));
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

#[test]
fn ignored_options_are_refused_at_all_levels() {
    let check = |line: &str, problem: &str| {
        let parsed = Cli::try_parse_with(&mut Cli::command(), line.split(' '));
        let error = parsed.unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(problem), "{line}: {error}");
        assert!(error.to_string().ends_with('\n'), "{line}: {error}");
        // A program reads the hint.
        assert_eq!(usage_error(&error).status(), ExitStatus::Usage, "{line}");
    };
    let beside = "cannot be used with";
    check(
        "keepnet --company A api GET /api/jobs --reseller-wide",
        beside,
    );
    check(
        "keepnet --sandbox users count --company A --profile p",
        beside,
    );
    check(
        "keepnet --base-url http://x users count --company A --sandbox",
        beside,
    );
    check("keepnet --company A users list --companies all", beside);
    check(
        "keepnet --company A companies list",
        "--company has no effect on",
    );
    check(
        "keepnet companies show A --company A",
        "keepnet companies show NAME|ID",
    );
    check("keepnet imports list --company A", "omit it");
    check("keepnet users check f --sandbox", "sends no request");
    check(
        "keepnet --company A fleet plan f",
        "choose some with --only",
    );
    check(
        "keepnet --company A users sync f --leavers keep --max-leavers 3",
        "--max-leavers has no effect beside --leavers keep",
    );
    check(
        "keepnet --company A users template -o - --force",
        "no file is replaced",
    );
}

#[test]
fn standard_input_is_read_once_or_refused() {
    let check = |line: &str, problem: &str| {
        let line = format!("keepnet --company A {line}");
        let parsed = Cli::try_parse_with(&mut Cli::command(), line.split(' '));
        match parsed {
            Ok(_) => assert_eq!(problem, "", "{line}"),
            Err(error) => {
                assert_eq!(error.exit_code(), 2, "{line}");
                let is_named = !problem.is_empty() && error.to_string().contains(problem);
                assert!(is_named, "{line}: {error}");
            }
        }
    };
    check("users import -", "");
    check("users sync -", "");
    check("users add --from -", "");
    check("users delete --from -", "");
    check("groups add G --from -", "");
    check("users import f --select -", "");
    check("api POST /api/x --data -", "");
    check("users count --secret-file -", "");
    check("users export -o -", "");
    check("groups rename G -", "");
    check("users update a@b.example --department -", "");
    let not_read = "does not read standard input";
    check("users show -", "write the e-mail address");
    check("users activate -", "write --from -");
    check("users update - --department D", not_read);
    check("users import f --mapping -", not_read);
    check("users sync --apply -", not_read);
    check("api POST /api/x --data @-", "write --data -");
    check("api POST /api/x --form File=@-", not_read);
    let both = "standard input can be read once";
    check("users import - --select -", both);
    check("users import - --secret-file -", both);
    check("users import f --select - --select -", both);
    check("api POST /api/x --data - --secret-file -", both);
}

#[test]
fn lists_of_customers_are_no_standard_input() {
    for line in [
        "keepnet users count --companies file:-",
        "keepnet fleet plan -",
        "keepnet fleet run - --yes",
        "keepnet billing diff - later.json",
    ] {
        let parsed = Cli::try_parse_with(&mut Cli::command(), line.split(' '));
        let error = parsed.unwrap_err().to_string();
        assert!(error.contains("name the file"), "{line}: {error}");
    }
}
