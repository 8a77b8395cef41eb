//! The help of every command, as a snapshot.
//!
//! Only the snapshot of the whole program contains the global options.

use std::path::Path;

use crate::support::{Keepnet, check_snapshot};

fn help(command: &str) -> String {
    let words: Vec<_> = command.split(' ').filter(|word| !word.is_empty()).collect();
    let run = Keepnet::new(&words).args(&["--help"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{command}");
    run.stdout
}

/// The section of the global options, which follows the options of each command.
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
fn paragraphs_of_the_help_are_wrapped_once() {
    // The program wraps at 100 columns; a longer line of the source leaves a few words alone.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command_line/snapshots");
    for name in [
        "help-companies",
        "help-users",
        "help-users-import",
        "help-users-sync",
        "help-others",
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.snap"))).unwrap();
        let lines: Vec<_> = text.lines().collect();
        for pair in lines.windows(2) {
            let is_of_paragraph = |line: &str| line.starts_with(char::is_alphanumeric);
            let is_alone = pair[0].len() < 30 && !pair[0].ends_with([':', '.']);
            let is_broken = is_alone && pair.iter().all(|line| is_of_paragraph(line));
            assert!(!is_broken, "{name}: {pair:?}");
        }
    }
}

#[test]
fn program_help_is_stable() {
    let lines: Vec<_> = help("")
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    check_snapshot("help", &lines.join("\n"));
}

#[test]
fn company_commands_help_is_stable() {
    check(
        "help-companies",
        &[
            "auth",
            "auth check",
            "auth login",
            "auth status",
            "auth logout",
            "companies",
            "companies list",
            "companies doctor",
            "companies show",
            "billing",
            "fleet",
            "fleet plan",
            "fleet run",
            "billing snapshot",
            "billing diff",
        ],
    );
}

#[test]
fn user_commands_help_is_stable() {
    check(
        "help-users",
        &[
            "users",
            "users list",
            "users count",
            "users add",
            "users show",
            "users update",
            "users deactivate",
            "users activate",
            "users delete",
            "users check",
            "users export",
            "users template",
        ],
    );
    check("help-users-import", &["users import"]);
    check("help-users-sync", &["users sync"]);
}

#[test]
fn other_commands_help_is_stable() {
    check(
        "help-others",
        &[
            "groups",
            "groups list",
            "groups create",
            "groups add",
            "groups remove",
            "groups rename",
            "groups delete",
            "jobs",
            "jobs list",
            "jobs show",
            "jobs watch",
            "imports",
            "imports list",
            "imports show",
            "imports prune",
            "api",
            "api list",
            "config",
            "config list",
            "completions",
            "man",
            "schema",
            "sandbox",
            "sandbox serve",
            "sandbox schema",
        ],
    );
}
