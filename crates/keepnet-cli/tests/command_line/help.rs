//! The help of every command, as people read it.
//!
//! The options that every command takes stand in the program's own help; elsewhere they are left out.

use crate::support::{Keepnet, check_snapshot};

fn help(command: &str) -> String {
    let words: Vec<_> = command.split(' ').filter(|word| !word.is_empty()).collect();
    let run = Keepnet::new(&words).args(&["--help"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{command}");
    run.stdout
}

/// What every command takes, as the help has it between the command's own options and examples.
fn global_options() -> String {
    let whole = help("");
    let (_, rest) = whole.split_once("Global options:\n").unwrap();
    let (options, _) = rest.split_once("\nEnvironment:").unwrap();
    format!("\nGlobal options:\n{}", options.trim_end())
}

fn check(name: &str, commands: &[&str]) {
    let global = global_options();
    let pages = commands.iter().map(|command| {
        let page = help(command);
        let parts: Vec<_> = page.split(&global).collect();
        assert_eq!(parts.len(), 2, "keepnet {command}: {page}");
        let own = parts.concat();
        let lines: Vec<_> = own.lines().map(str::trim_end).collect();
        format!(
            "$ keepnet {command} --help\n{}\n",
            lines.join("\n").trim_end()
        )
    });
    check_snapshot(name, &pages.collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn the_program_tells_what_it_can() {
    let lines: Vec<_> = help("")
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    check_snapshot("help", &lines.join("\n"));
}

#[test]
fn the_commands_of_a_reseller_tell_what_they_can() {
    check(
        "help-companies",
        &[
            "auth",
            "auth check",
            "companies",
            "companies list",
            "companies show",
        ],
    );
}

#[test]
fn the_commands_for_people_tell_what_they_can() {
    check(
        "help-users",
        &[
            "users",
            "users list",
            "users count",
            "users add",
            "users check",
            "users export",
            "users template",
        ],
    );
    check("help-users-import", &["users import"]);
}

#[test]
fn the_other_commands_tell_what_they_can() {
    check(
        "help-others",
        &[
            "groups",
            "groups list",
            "groups create",
            "jobs",
            "jobs list",
            "jobs show",
            "api",
            "completions",
            "man",
        ],
    );
}
