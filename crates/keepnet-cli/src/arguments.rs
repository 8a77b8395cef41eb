//! The command line: its commands, options and their help.

mod api;
mod companies;
mod groups;
mod import;
mod program;
mod users_add;
mod users_list;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use keepnet_sandbox::command::Command as SandboxCommand;

pub(crate) use api::{ApiCall, Data};
pub(crate) use companies::{Companies, ListCompanies};
pub(crate) use groups::{Groups, Jobs};
pub(crate) use import::{ImportUsers, Mode};
pub(crate) use program::{Completions, Man};
pub(crate) use users_add::{AddUsers, Person};
pub(crate) use users_list::{ExportUsers, ListUsers, SaveFile, SavedFormat, Status, Who};

const AFTER_HELP: &str = "\
Environment:
  KEEPNET_CLIENT_ID, KEEPNET_CLIENT_SECRET  the credentials of a REST API client
  KEEPNET_API_BASE_URL, KEEPNET_COMPANY_ID  what --base-url and --company say
  KEEPNET_STATE_DIR                         where the tickets of imports are kept
  KEEPNET_PROFILE                           what --profile says
  KEEPNET_CONFIG                            the file of the profiles, in place of the usual one
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
    /// Take what neither an argument nor the environment says from this profile of the
    /// configuration file [env: KEEPNET_PROFILE]
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "sandbox")]
    pub(crate) profile: Option<String>,
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
    /// Call any operation of the API, authorised and scoped to the customer
    Api(ApiCall),
    /// Print what lets a shell complete commands and options
    Completions(Completions),
    /// Print the manual page, or save those of all commands
    Man(Man),
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
}
