//! The arguments of `users import`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use keepnet_flows::{ImportMode, TicketFolder};

use crate::commands::pasted_command::{shell_quote, shown};
use crate::commands::people::read_addresses;
use crate::commands::users::resumable::ResumableArguments;
use crate::commands::users::staff_list::{StaffList, StaffListOptions};
use crate::exit::Result;
use crate::text::{duration, filled};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workbook (.xlsx, .xls, .ods) or CSV file, or `-` for standard input; with --resume, the new
    /// path of the file if it was moved
    #[arg(value_name = "FILE", required_unless_present = "resume")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    options: StaffListOptions,
    /// Add the users to this group; can be repeated
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    pub(super) group: Vec<String>,
    /// Create the groups that do not exist, before the preview
    // A conflict with the required option would cancel the requirement.
    #[arg(long, requires = "group", conflicts_with_all = ["dry_run", "resume"])]
    pub(super) create_groups: bool,
    /// Which of the valid rows to import
    #[arg(long, value_enum, default_value_t, conflicts_with = "select")]
    pub(super) mode: Mode,
    /// Import only the user with this e-mail address; can be repeated; `-` reads addresses from
    /// standard input, one on each line
    #[arg(long, value_name = "EMAIL", value_parser = filled)]
    pub(super) select: Vec<String>,
    /// Import users with e-mail addresses of these domains only [default: most users must have a domain of
    /// the customer's active users]
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',', value_parser = filled)]
    pub(super) domains: Vec<String>,
    /// Show the preview, and write nothing
    #[arg(long, conflicts_with_all = ["yes", "within_license", "again", "tickets"])]
    pub(super) dry_run: bool,
    /// With --dry-run, show which fields of existing users would change
    #[arg(long, requires = "dry_run")]
    #[arg(conflicts_with_all = ["yes", "within_license", "again", "tickets", "create_groups", "no_wait", "report"])]
    pub(super) diff: bool,
    /// Do not import more users than the licence covers
    #[arg(long)]
    pub(super) within_license: bool,
    /// Give up a job of the service that makes no progress for this time, such as 90s, 45m or 2h [default:
    /// 30m]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) stall_timeout: Option<Duration>,
    /// Import without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// Import even if an earlier import or synchronization may be unfinished
    #[arg(long)]
    pub(super) again: bool,
    /// Exit with code 6 as soon as the service has accepted the import
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) no_wait: bool,
    /// Save report.json, imported.csv, rejected.csv and duplicates.csv in this folder; no file is
    /// replaced
    #[arg(long, value_name = "DIR", conflicts_with_all = ["dry_run", "no_wait"])]
    pub(super) report: Option<PathBuf>,
    /// Resume an unfinished import, given by the id or the file of its ticket [default: the newest
    /// of the customer]
    #[arg(long, value_name = "TICKET", num_args = 0..=1, value_parser = filled)]
    #[arg(conflicts_with_all = ["map", "mapping", "save_mapping", "sheet", "header_row", "encoding", "strict", "within_license", "stall_timeout", "group", "mode", "select", "dry_run", "diff", "again"])]
    pub(super) resume: Option<Option<String>>,
    /// The folder for import tickets [default: imports in KEEPNET_STATE_DIR, or in the system's
    /// folder for program state]
    #[arg(long, value_name = "DIR")]
    pub(super) tickets: Option<PathBuf>,
}

impl ResumableArguments for Arguments {
    const COMMAND: &str = "users import";

    fn tickets(&self) -> Option<&Path> {
        self.tickets.as_deref()
    }

    fn report(&self) -> Option<&Path> {
        self.report.as_deref()
    }

    fn ticket_file(&self) -> Option<&Path> {
        let ticket = self.resume.as_ref()?.as_deref().map(Path::new);
        ticket.filter(|path| path.is_file())
    }

    fn list_to_name(&self, folder: &TicketFolder, id: &str) -> Option<String> {
        let ticket = folder.find(id).ok().filter(|it| !it.is_confirmed())?;
        let is_found = ticket.file.path.as_deref().is_some_and(Path::exists);
        let given = self.resume.as_ref().and(self.file.as_deref());
        match given.map(|path| shell_quote(&shown(path))) {
            _ if is_found => None,
            Some(path) => Some(path),
            None => Some("FILE".to_owned()),
        }
    }

    fn again(&self) -> bool {
        self.again
    }

    fn resumes_without_question(&self) -> bool {
        self.yes
    }

    fn is_finished(folder: &TicketFolder, id: &str) -> bool {
        folder.find(id).is_ok_and(|ticket| ticket.is_finished())
    }
}

impl Arguments {
    /// Whether warnings are errors.
    pub(super) fn is_strict(&self) -> bool {
        self.options.strict
    }

    /// The addresses of `--select`. A list without any is refused, because it would select everybody.
    pub(super) fn selected(&self) -> Result<Vec<String>> {
        let input = Path::new("-");
        let mut selected = Vec::new();
        for email in &self.select {
            match Path::new(email) == input {
                true => selected.extend(read_addresses(input)?),
                false => selected.push(email.clone()),
            }
        }
        Ok(selected)
    }

    /// The staff list, if the arguments name its file.
    pub(super) fn staff_list(&self) -> Option<StaffList> {
        Some(StaffList {
            file: self.file.clone()?,
            options: self.options.clone(),
        })
    }
}

/// Which of the valid rows to import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Mode {
    /// New users, and updates of existing users
    #[default]
    All,
    /// New users only
    New,
    /// Updates of existing users only
    Existing,
}

impl From<Mode> for ImportMode {
    fn from(mode: Mode) -> ImportMode {
        match mode {
            Mode::All => ImportMode::All,
            Mode::New => ImportMode::New,
            Mode::Existing => ImportMode::Existing,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::{Command, users};

    fn parsed(line: &str) -> Result<Arguments, clap::Error> {
        let parsed = Cli::try_parse_from(line.split(' '))?;
        match parsed.command {
            Command::Users(users::Command::Import(import)) => Ok(*import),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn select_beside_mode_is_refused() {
        let line = "keepnet users import f --select a@b.example";
        assert_eq!(parsed(line).unwrap().select, ["a@b.example"]);
        for mode in ["all", "new", "existing"] {
            let error = parsed(&format!("{line} --mode {mode}")).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains("cannot be used with"), "{error}");
        }
    }

    #[test]
    fn resume_takes_optional_ticket_and_file() {
        let check = |line: &str, ticket: Option<&str>, file: Option<&str>| {
            let import = parsed(line).unwrap();
            assert_eq!(import.resume.unwrap().as_deref(), ticket, "{line}");
            assert_eq!(import.file, file.map(PathBuf::from), "{line}");
        };
        check("keepnet users import --resume", None, None);
        check("keepnet users import --resume 0a1b", Some("0a1b"), None);
        check(
            "keepnet users import --resume 0a1b f",
            Some("0a1b"),
            Some("f"),
        );
        check("keepnet users import f --resume", None, Some("f"));
        check("keepnet users import --resume --yes", None, None);
        check(
            "keepnet users import --resume --report r --tickets t",
            None,
            None,
        );
    }

    #[test]
    fn resume_refuses_the_options_of_the_ticket() {
        let check = |option: &str| {
            let error = parsed(&format!("keepnet users import --resume a {option}")).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let shown = error.to_string();
            assert!(shown.contains("cannot be used with"), "{option}: {shown}");
        };
        for option in [
            "--map A=Email",
            "--sheet S",
            "--group G",
            "--mode new",
            "--select a@b.example",
            "--dry-run",
            "--diff",
        ] {
            check(option);
        }
        assert!(parsed("keepnet users import f --no-wait --report d").is_err());
        assert!(parsed("keepnet users import f --dry-run --no-wait").is_err());
        assert!(parsed("keepnet users import f --diff").is_err());
        assert!(parsed("keepnet users import f --yes --diff").is_err());
        assert!(parsed("keepnet users import f --dry-run --diff").is_ok());
    }
}
