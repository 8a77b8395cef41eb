//! Where the tickets of imports are kept, and which one is meant.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use keepnet_flows::{Company, Ticket, TicketFolder};

use super::arguments::Arguments;
use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};

/// How long the tickets of finished imports are kept.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// So many tickets are named in an error.
const NAMED: usize = 5;

/// The folder of the tickets; none where nothing could be carried on, because the sandbox of a
/// command ends with it.
pub(crate) fn folder(
    global: &GlobalOptions,
    arguments: &Arguments,
) -> Result<Option<TicketFolder>, Failure> {
    if let Some(folder) = &arguments.tickets {
        return Ok(Some(TicketFolder::new(folder)));
    }
    if global.sandbox {
        return Ok(None);
    }
    let read = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    match state_folder(cfg!(windows), &read) {
        Some(folder) => Ok(Some(TicketFolder::new(folder.join("imports")))),
        None => Err(Failure::new(
            Status::Configuration,
            "there is no folder for the ticket of the import",
        )
        .hint("name one with --tickets DIR or KEEPNET_STATE_DIR")),
    }
}

fn state_folder(is_windows: bool, read: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(folder) = read("KEEPNET_STATE_DIR") {
        return Some(folder.into());
    }
    let base = if is_windows {
        PathBuf::from(read("LOCALAPPDATA")?)
    } else {
        // The XDG base directory specification has a relative path ignored.
        let given = read("XDG_STATE_HOME").map(PathBuf::from);
        match given.filter(|path| path.has_root()) {
            Some(path) => path,
            None => Path::new(&read("HOME")?).join(".local").join("state"),
        }
    };
    Some(base.join("keepnet"))
}

/// Removes what nobody needs any more, and names an unfinished import of the same file.
pub(crate) fn tidy(folder: &TicketFolder, company: &Company, file: &Path) -> Option<Ticket> {
    folder.remove_finished(KEPT, SystemTime::now());
    let name = file.file_name()?.to_string_lossy();
    let tickets = folder.tickets().ok()?.into_iter();
    tickets
        .filter(|ticket| !ticket.is_finished())
        .filter(|ticket| is_of(ticket, company.raw().session().base_url()))
        .find(|ticket| ticket.company.id == company.id() && ticket.file.name == name)
}

/// The ticket that is named, or else the newest unfinished one: of the company that was chosen, or
/// of any as long as there is but one.
pub(crate) fn choose(
    folder: Option<TicketFolder>,
    named: Option<&str>,
    base_url: &str,
    company: Option<&Company>,
) -> Result<(TicketFolder, Ticket), Failure> {
    if let Some(path) = named.map(Path::new).filter(|path| path.is_file()) {
        return Ok(TicketFolder::of_file(path)?);
    }
    let Some(folder) = folder else {
        return Err(Failure::new(
            Status::Usage,
            "the imports of a sandbox that ended with its command cannot be carried on",
        )
        .hint("name the folder of the tickets with --tickets DIR"));
    };
    if let Some(id) = named {
        let ticket = folder.find(id)?;
        return Ok((folder, ticket));
    }
    let mut open: Vec<Ticket> = folder.tickets()?;
    open.retain(|ticket| {
        !ticket.is_finished()
            && is_of(ticket, base_url)
            && company.is_none_or(|company| company.id() == ticket.company.id)
    });
    let shown = folder.path().display();
    match (open.len(), company) {
        (0, None) => Err(Failure::new(
            Status::Failed,
            format!("no unfinished import has a ticket in {shown}"),
        )),
        (0, Some(company)) => Err(Failure::new(
            Status::Failed,
            format!("no unfinished import of {company} has a ticket in {shown}"),
        )),
        (1, _) | (_, Some(_)) => Ok((folder, open.swap_remove(0))),
        (count, None) => Err(Failure::new(
            Status::Usage,
            format!("{count} imports are unfinished: {}", listed(&open)),
        )
        .hint("choose one with --resume TICKET, or name its customer with --company")),
    }
}

fn listed(tickets: &[Ticket]) -> String {
    let named = tickets.iter().take(NAMED);
    let mut named: Vec<String> = named
        .map(|ticket| {
            format!(
                "{} ({} for {})",
                ticket.id, ticket.file.name, ticket.company
            )
        })
        .collect();
    if tickets.len() > NAMED {
        named.push(format!("and {} more", tickets.len() - NAMED));
    }
    named.join(", ")
}

fn is_of(ticket: &Ticket, base_url: &str) -> bool {
    ticket.base_url == base_url.trim_end_matches('/')
}

/// The command that carries on from a ticket, ready to be pasted. The company is in the ticket; what
/// the environment says is said there again.
pub(crate) fn command(global: &GlobalOptions, arguments: &Arguments, id: &str) -> String {
    let mut words = vec!["keepnet".to_owned()];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), quoted(&value)]);
        }
    };
    option("--profile", global.profile.clone());
    option("--base-url", global.base_url.clone());
    option("--secret-file", global.secret_file.as_deref().map(shown));
    words.extend(["users", "import", "--resume", id].map(str::to_owned));
    let mut option = |name: &str, value: Option<&Path>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), quoted(&shown(value))]);
        }
    };
    option("--tickets", arguments.tickets.as_deref());
    option("--report", arguments.report.as_deref());
    if arguments.yes {
        words.push("--yes".to_owned());
    }
    words.join(" ")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=@%+,\\".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) && !(word.contains('\\') && cfg!(unix)) {
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

    #[test]
    fn the_state_of_programs_is_kept_where_the_system_wants_it() {
        let check = |is_windows, set: &[(&str, &str)], expected: Option<&str>| {
            let read = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            let expected = expected.map(PathBuf::from);
            assert_eq!(state_folder(is_windows, &read), expected, "{set:?}");
        };
        let home = ("HOME", "/home/ada");
        check(false, &[home], Some("/home/ada/.local/state/keepnet"));
        check(false, &[home, ("XDG_STATE_HOME", "/x")], Some("/x/keepnet"));
        check(
            false,
            &[home, ("XDG_STATE_HOME", "x")],
            Some("/home/ada/.local/state/keepnet"),
        );
        check(false, &[home, ("KEEPNET_STATE_DIR", "s")], Some("s"));
        check(true, &[("LOCALAPPDATA", "L")], Some("L/keepnet"));
        check(true, &[("KEEPNET_STATE_DIR", "s")], Some("s"));
        check(true, &[home], None);
        check(false, &[], None);
    }

    #[cfg(unix)]
    #[test]
    fn the_command_that_carries_on_can_be_pasted() {
        let check = |line: &[&str], expected: &str| {
            let Cli { global, command } = Cli::try_parse_from(line).unwrap();
            let Command::Users(users::Command::Import(arguments)) = command else {
                panic!("{line:?}");
            };
            assert_eq!(super::command(&global, &arguments, "0a1b"), expected);
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
