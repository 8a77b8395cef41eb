//! The tickets of imports: their folder, which one is meant, and the command that resumes it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use keepnet_flows::{Company, Ticket, TicketFolder};

use super::arguments::Arguments;
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{CliError, Result};

/// How long the tickets of finished imports are kept.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The number of tickets that an error lists.
const LISTED: usize = 5;

/// The folder of the tickets; none for a command with its own sandbox, which ends with the command.
pub(super) fn folder(
    global: &GlobalOptions,
    arguments: &Arguments,
) -> Result<Option<TicketFolder>> {
    match &arguments.tickets {
        None if global.sandbox => Ok(None),
        folder => ticket_folder(folder.as_deref()).map(Some),
    }
}

/// Removes old tickets of finished imports.
pub(super) fn remove_old(folder: &TicketFolder) {
    folder.remove_finished(RETENTION, SystemTime::now());
}

/// An unfinished import of a file with this name, whatever its content is, to the same company.
pub(super) fn unfinished_import(
    folder: &TicketFolder,
    company: &Company,
    name: &str,
) -> Option<Ticket> {
    let mut tickets = folder.tickets().ok()?.into_iter();
    tickets.find(|ticket| {
        !ticket.is_finished()
            && is_of_service(ticket, company.raw().client().base_url())
            && ticket.company.id == company.id()
            && ticket.file.name == name
    })
}

/// Finds the ticket that `name` names; without a name, the newest unfinished one of the company, or
/// the only unfinished one if no company is given.
pub(super) fn find(
    folder: Option<TicketFolder>,
    name: Option<&str>,
    base_url: &str,
    company: Option<&Company>,
) -> Result<(TicketFolder, Ticket)> {
    if let Some(path) = name.map(Path::new).filter(|path| path.is_file()) {
        return Ok(TicketFolder::of_file(path)?);
    }
    let Some(folder) = folder else {
        return Err(CliError::usage(
            "an import into the sandbox of an earlier command cannot be resumed",
        )
        .with_hint("set the folder of the tickets with --tickets DIR"));
    };
    if let Some(id) = name {
        let ticket = folder.find(id).map_err(CliError::from_argument)?;
        return Ok((folder, ticket));
    }
    let mut unfinished: Vec<Ticket> = folder.tickets()?;
    unfinished.retain(|ticket| {
        !ticket.is_finished()
            && is_of_service(ticket, base_url)
            && company.is_none_or(|company| company.id() == ticket.company.id)
    });
    let path = folder.path().display();
    let none = |problem: String| Err(CliError::failed(problem));
    match (unfinished.len(), company) {
        (0, None) => none(format!("no unfinished import has a ticket in {path}")),
        (0, Some(company)) => none(format!(
            "no unfinished import of {company} has a ticket in {path}"
        )),
        (1, _) | (_, Some(_)) => Ok((folder, unfinished.swap_remove(0))),
        (count, None) => Err(CliError::usage(format!(
            "{count} imports are unfinished: {}",
            list(&unfinished)
        ))
        .with_hint("choose one with --resume TICKET, or its customer with --company")),
    }
}

fn list(tickets: &[Ticket]) -> String {
    let mut items: Vec<String> = tickets
        .iter()
        .take(LISTED)
        .map(|ticket| {
            format!(
                "{} ({} for {})",
                ticket.id, ticket.file.name, ticket.company
            )
        })
        .collect();
    if tickets.len() > LISTED {
        items.push(format!("and {} more", tickets.len() - LISTED));
    }
    items.join(", ")
}

fn is_of_service(ticket: &Ticket, base_url: &str) -> bool {
    ticket.base_url == base_url.trim_end_matches('/')
}

/// The command that resumes an import, ready to be pasted into a shell. The ticket contains the
/// company, and the environment of the shell stays the same.
pub(super) fn resume_command(global: &GlobalOptions, arguments: &Arguments, id: &str) -> String {
    let paths = [
        ("--tickets", arguments.tickets.as_deref()),
        ("--report", arguments.report.as_deref()),
    ];
    let command = format!("users import --resume {id}");
    command_line(global, &command, &paths, arguments.yes)
}

/// A command of the same program, with the global options of this run.
pub(in crate::commands::users) fn command_line(
    global: &GlobalOptions,
    command: &str,
    paths: &[(&str, Option<&Path>)],
    yes: bool,
) -> String {
    let shown = |path: &Path| path.display().to_string();
    let before = [
        ("--profile", global.profile.clone()),
        ("--base-url", global.base_url.clone()),
        ("--secret-file", global.secret_file.as_deref().map(shown)),
    ];
    let after = paths.iter().map(|(name, path)| (*name, path.map(shown)));
    let after: Vec<_> = after.collect();
    let options = |options: &[(&str, Option<String>)]| -> String {
        let given = options
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_ref()?)));
        given
            .map(|(name, value)| format!(" {name} {}", shell_quote(value)))
            .collect()
    };
    let yes = if yes { " --yes" } else { "" };
    let (before, after) = (options(&before), options(&after));
    format!("keepnet{before} {command}{after}{yes}")
}

/// Quotes a word if a shell would not take it as one word.
fn shell_quote(word: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_alphanumeric() || "-_./:=@%+,".contains(letter) || letter == '\\' && cfg!(windows)
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::{Command, users};

    #[cfg(unix)]
    #[test]
    fn resume_command_can_be_pasted() {
        let check = |line: &[&str], expected: &str| {
            let Cli { global, command } = Cli::try_parse_from(line).unwrap();
            let Command::Users(users::Command::Import(arguments)) = command else {
                panic!("{line:?}");
            };
            assert_eq!(resume_command(&global, &arguments, "0a1b"), expected);
        };
        check(
            &["keepnet", "--company", "Acme LLC", "users", "import", "f"],
            "keepnet users import --resume 0a1b",
        );
        check(
            &["keepnet", "--profile", "acme", "users", "import", "f"],
            "keepnet --profile acme users import --resume 0a1b",
        );
        check(
            &[
                "keepnet",
                "--base-url",
                "http://127.0.0.1:8080",
                "--secret-file",
                "my secret",
                "users",
                "import",
                "f",
                "--yes",
                "--tickets",
                "it's",
                "--report",
                "out",
            ],
            "keepnet --base-url http://127.0.0.1:8080 --secret-file 'my secret' users import \
             --resume 0a1b --tickets 'it'\\''s' --report out --yes",
        );
    }
}
