//! The arguments of `users import`.

use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{Args, ValueEnum};

use crate::commands::users::staff_list::{StaffList, StaffListOptions};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workbook (.xlsx, .xls, .ods) or CSV file; with --resume, its new place if it was moved
    #[arg(value_name = "FILE", required_unless_present = "resume")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    options: StaffListOptions,
    /// Add the users to this group
    #[arg(long, value_name = "NAME|ID")]
    pub(super) group: Vec<String>,
    /// Create the groups that do not exist, before the preview
    #[arg(long, requires = "group", conflicts_with = "dry_run")]
    pub(super) create_groups: bool,
    /// Which of the valid rows to import
    #[arg(
        long,
        value_enum,
        default_value_t,
        default_value_if("select", ArgPredicate::IsPresent, "selected")
    )]
    #[arg(requires_if("selected", "select"))]
    pub(super) mode: Mode,
    /// Import only the user with this e-mail address; implies --mode selected
    #[arg(long, value_name = "EMAIL")]
    pub(super) select: Vec<String>,
    /// Stop after the preview, and write nothing
    #[arg(long, conflicts_with = "yes")]
    pub(super) dry_run: bool,
    /// With --dry-run, show which fields of existing users would change
    // A conflict with the required option would cancel the requirement.
    #[arg(long, requires = "dry_run", conflicts_with = "yes")]
    pub(super) diff: bool,
    /// Import without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// Exit with code 6 as soon as the service has accepted the import
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) no_wait: bool,
    /// Save imported.csv, rejected.csv and report.json in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["dry_run", "no_wait"])]
    pub(super) report: Option<PathBuf>,
    /// Resume an unfinished import, given by the id or the file of its ticket [default: the newest
    /// of the customer]
    #[arg(long, value_name = "TICKET", num_args = 0..=1)]
    #[arg(conflicts_with_all = ["map", "mapping", "save_mapping", "sheet", "group", "mode", "select", "dry_run", "diff"])]
    pub(super) resume: Option<Option<String>>,
    /// The folder for import tickets [default: imports in KEEPNET_STATE_DIR, or in the system's
    /// folder for program state]
    #[arg(long, value_name = "DIR")]
    pub(super) tickets: Option<PathBuf>,
}

impl Arguments {
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
    /// The users given with --select
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
    fn select_sets_the_mode() {
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
