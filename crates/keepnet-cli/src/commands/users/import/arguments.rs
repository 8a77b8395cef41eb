//! The options of `users import`.

use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{Args, ValueEnum};

use crate::commands::users::staff_list::StaffList;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workbook (.xlsx, .xls, .ods) or CSV file; with --resume, where it is now
    #[arg(value_name = "FILE", required_unless_present = "resume")]
    pub(crate) file: Option<PathBuf>,
    /// Fill a field from a column, given by header or letter; `COLUMN=` leaves the column out
    #[arg(long, value_name = "COLUMN=FIELD", conflicts_with = "resume")]
    pub(crate) map: Vec<String>,
    /// Fill the fields as in an earlier file, whose mapping was saved; --map goes before it
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub(crate) mapping: Option<PathBuf>,
    /// Save as JSON which column fills which field
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub(crate) save_mapping: Option<PathBuf>,
    /// The worksheet to read [default: the one with the people]
    #[arg(long, value_name = "NAME", conflicts_with = "resume")]
    pub(crate) sheet: Option<String>,
    /// Put the people into this group
    #[arg(long, value_name = "NAME|ID", conflicts_with = "resume")]
    pub(crate) group: Vec<String>,
    /// Create the groups that do not exist, before the preview
    #[arg(long, requires = "group", conflicts_with = "dry_run")]
    pub(crate) create_groups: bool,
    /// Which of the valid rows to import
    #[arg(
        long,
        value_enum,
        default_value_t,
        default_value_if("select", ArgPredicate::IsPresent, "selected"),
        conflicts_with = "resume"
    )]
    #[arg(requires_if("selected", "select"))]
    pub(crate) mode: Mode,
    /// Import only this person of the file; implies --mode selected
    #[arg(long, value_name = "EMAIL", conflicts_with = "resume")]
    pub(crate) select: Vec<String>,
    /// Stop after the preview; nothing is written
    #[arg(long, conflicts_with_all = ["yes", "resume"])]
    pub(crate) dry_run: bool,
    /// Show with --dry-run what would change about the people who are there already, field by field
    // What conflicts with a required option takes the requirement away.
    #[arg(long, requires = "dry_run", conflicts_with_all = ["yes", "resume"])]
    pub(crate) diff: bool,
    /// Import without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Leave when the service has taken the import, with exit code 6
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) no_wait: bool,
    /// Save imported.csv, rejected.csv and report.json in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["dry_run", "no_wait"])]
    pub(crate) report: Option<PathBuf>,
    /// Carry on an import that did not end, by the id or the file of its ticket [default: the
    /// company's newest]
    #[arg(long, value_name = "TICKET", num_args = 0..=1)]
    pub(crate) resume: Option<Option<String>>,
    /// Where the tickets of imports are kept [default: imports in KEEPNET_STATE_DIR, or in the
    /// folder of the system for the state of programs]
    #[arg(long, value_name = "DIR")]
    pub(crate) tickets: Option<PathBuf>,
}

impl Arguments {
    /// The staff list of a new import.
    pub(crate) fn list(&self) -> Option<StaffList> {
        Some(StaffList {
            file: self.file.clone()?,
            map: self.map.clone(),
            mapping: self.mapping.clone(),
            save_mapping: self.save_mapping.clone(),
            sheet: self.sheet.clone(),
        })
    }
}

/// Which of the valid rows to import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// New people, and updates of those who exist
    #[default]
    All,
    /// New people alone
    New,
    /// Updates of those who exist alone
    Existing,
    /// The people named with --select
    Selected,
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
    fn selecting_a_person_sets_the_mode() {
        let check = |line: &str, expected: Mode| {
            assert_eq!(parsed(line).unwrap().mode, expected, "{line}");
        };
        check("keepnet users import f", Mode::All);
        check("keepnet users import f --mode existing", Mode::Existing);
        check(
            "keepnet users import f --select a@b.example",
            Mode::Selected,
        );
    }

    #[test]
    fn an_import_is_carried_on_with_or_without_its_ticket_and_its_file() {
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
    fn what_a_ticket_says_cannot_be_said_anew() {
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
