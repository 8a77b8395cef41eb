//! The command line: its commands, options and their help.

use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use keepnet_flows::Priority;
use keepnet_sandbox::command::Command as SandboxCommand;

const AFTER_HELP: &str = "\
Environment:
  KEEPNET_CLIENT_ID, KEEPNET_CLIENT_SECRET  the credentials of a REST API client
  KEEPNET_API_BASE_URL, KEEPNET_COMPANY_ID  what --base-url and --company say
  HTTPS_PROXY, NO_PROXY                     the way to the service

Exit codes:
  0 done                          4 permission or wrong customer
  1 failed                        5 done in part: rows were rejected or failed
  2 usage                         6 still running
  3 configuration or credentials  7 throttled or unreachable
                                130 interrupted

Without a tenant: keepnet --sandbox --company 'Acme LLC' users list";

/// Keepnet for resellers: the companies you manage, and the people in them
#[derive(Debug, Parser)]
#[command(name = "keepnet", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(color = clap::ColorChoice::Never)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Where the service is [env: KEEPNET_API_BASE_URL] [default: the public service]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The customer company to act in [env: KEEPNET_COMPANY_ID]
    #[arg(long, global = true, value_name = "NAME|ID")]
    pub(crate) company: Option<String>,
    /// Read the client secret from a file, or from standard input with `-`
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "sandbox")]
    pub(crate) secret_file: Option<PathBuf>,
    /// How to print the result
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,
    /// Use a service of its own, with two made-up customers, for this one command
    #[arg(long, global = true, conflicts_with = "base_url")]
    pub(crate) sandbox: bool,
    /// Show the causes of an error and each request; twice, with their ids
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How to print a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, fitted to the terminal
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON document a line, as they come
    Ndjson,
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The credentials in use
    #[command(subcommand)]
    Auth(Auth),
    /// The customers you manage
    #[command(subcommand)]
    Companies(Companies),
    /// The people of a customer
    #[command(subcommand)]
    Users(Users),
    /// The groups of a customer's people
    #[command(subcommand)]
    Groups(Groups),
    /// The background jobs of a customer
    #[command(subcommand)]
    Jobs(Jobs),
    /// A local stand-in for the service
    #[command(subcommand)]
    Sandbox(SandboxCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Sign in, and show who you are, in which role, and when the token ends
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Companies {
    /// List the customers
    List(ListCompanies),
    /// Show one customer
    Show {
        /// Its name or id
        #[arg(value_name = "NAME|ID")]
        customer: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListCompanies {
    /// Only those whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with more people than their licence covers
    #[arg(long)]
    pub(crate) over_limit: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Groups {
    /// List the groups
    List,
    /// Create a group, unless there is one of this name
    Create {
        /// Its name, of at most 64 characters
        name: String,
        /// VeryLow, Low, Medium, High or VeryHigh
        #[arg(long, value_name = "PRIORITY", default_value_t)]
        priority: Priority,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List the jobs
    List,
    /// Show one job and the rows it failed at
    Show {
        /// Its id, as `jobs list` shows it
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List the people
    List(ListUsers),
    /// Count the people by status
    Count,
    /// Add one person, or the people of a file who are not there yet
    Add(Box<AddUsers>),
    /// Import people from a workbook or CSV file
    Import(Box<ImportUsers>),
    /// Check a staff list without network or credentials
    Check(StaffList),
    /// Save the people as a file that the service writes
    Export(ExportUsers),
    /// Save the service's template of a staff list
    Template(SaveFile),
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Only those whose e-mail address or name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with this status [default: all but the deleted]
    #[arg(long, value_enum)]
    pub(crate) status: Option<Status>,
    /// All pages, not the first one alone
    #[arg(long)]
    pub(crate) all: bool,
}

/// Which people to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Status {
    Active,
    Inactive,
    Deleted,
    All,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("who").required(true).args(["email", "from"]))]
pub(crate) struct AddUsers {
    #[command(flatten)]
    pub(crate) person: Person,
    /// Add the people of this workbook (.xlsx, .xls, .ods) or CSV file
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Fill a field from a column, given by header or letter; `COLUMN=` leaves the column out
    #[arg(long, value_name = "COLUMN=FIELD", conflicts_with = "email")]
    pub(crate) map: Vec<String>,
    /// The worksheet to read [default: the one with the people]
    #[arg(long, value_name = "NAME", conflicts_with = "email")]
    pub(crate) sheet: Option<String>,
    /// Add the people of the file without asking
    #[arg(long, conflicts_with = "email")]
    pub(crate) yes: bool,
}

/// One person.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// The e-mail address of the person to add
    #[arg(long, value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) first_name: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) last_name: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) department: Option<String>,
    /// With country code, such as +905300000000
    #[arg(long, value_name = "NUMBER", conflicts_with = "from")]
    pub(crate) phone: Option<String>,
    /// VeryLow, Low, Medium, High or VeryHigh [default: Medium]
    #[arg(long, value_name = "PRIORITY", conflicts_with = "from")]
    pub(crate) priority: Option<Priority>,
    #[arg(long, value_name = "NAME", conflicts_with = "from", requires_all = ["manager_last_name", "manager_email"])]
    pub(crate) manager_first_name: Option<String>,
    #[arg(long, value_name = "NAME", requires = "manager_first_name")]
    pub(crate) manager_last_name: Option<String>,
    #[arg(long, value_name = "EMAIL", requires = "manager_first_name")]
    pub(crate) manager_email: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportUsers {
    /// Only those whose e-mail address or name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with this status [default: all but the deleted]
    #[arg(long, value_enum)]
    pub(crate) status: Option<Status>,
    #[command(flatten)]
    pub(crate) file: SaveFile,
}

/// Which file to save.
#[derive(Debug, Args)]
pub(crate) struct SaveFile {
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: SavedFormat,
    /// Where to save it, `-` for standard output; a file that is there is replaced
    /// [default: named after the company, in this folder]
    #[arg(short = 'o', value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// What a saved file is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SavedFormat {
    #[default]
    Csv,
    Excel,
}

/// A staff list and how to read it.
#[derive(Debug, Default, Args)]
pub(crate) struct StaffList {
    /// The workbook (.xlsx, .xls, .ods) or CSV file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Fill a field from a column, given by header or letter; `COLUMN=` leaves the column out
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub(crate) map: Vec<String>,
    /// Fill the fields as in an earlier file, whose mapping was saved; --map goes before it
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Save as JSON which column fills which field
    #[arg(long, value_name = "FILE")]
    pub(crate) save_mapping: Option<PathBuf>,
    /// The worksheet to read [default: the one with the people]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportUsers {
    #[command(flatten)]
    pub(crate) list: StaffList,
    /// Put the people into this group
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) group: Vec<String>,
    /// Create the groups that do not exist, before the preview
    #[arg(long, requires = "group", conflicts_with = "dry_run")]
    pub(crate) create_groups: bool,
    /// Which of the valid rows to import
    #[arg(
        long,
        value_enum,
        default_value_t,
        default_value_if("select", ArgPredicate::IsPresent, "selected")
    )]
    #[arg(requires_if("selected", "select"))]
    pub(crate) mode: Mode,
    /// Import only this person of the file; implies --mode selected
    #[arg(long, value_name = "EMAIL")]
    pub(crate) select: Vec<String>,
    /// Stop after the preview; nothing is written
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Import without asking
    #[arg(long)]
    pub(crate) yes: bool,
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
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_are_read_or_refused() {
        let check = |line: &str, expected: Result<(), &str>| {
            let parsed = Cli::try_parse_from(line.split(' '));
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
            Err("not a priority"),
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
            "keepnet users import people.xlsx --mode selected",
            Err("--select"),
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
    fn selecting_a_person_sets_the_mode() {
        let check = |line: &str, expected: Mode| {
            let parsed = Cli::try_parse_from(line.split(' ')).unwrap();
            let Command::Users(Users::Import(import)) = parsed.command else {
                panic!("{line} is no import");
            };
            assert_eq!(import.mode, expected, "{line}");
        };
        check("keepnet users import f", Mode::All);
        check("keepnet users import f --mode existing", Mode::Existing);
        check(
            "keepnet users import f --select a@b.example",
            Mode::Selected,
        );
    }
}
