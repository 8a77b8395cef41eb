//! `users add`: one user, or the users of a file, one after the other.

mod file;
mod outcome;
mod person;

use std::path::PathBuf;

use clap::Args;
use keepnet_flows::staff_list::Encoding;

use super::staff_list::{StaffList, StaffListOptions};
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;
use crate::text::filled;
use person::Person;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("who").required(true).args(["email", "from"]))]
pub(crate) struct Arguments {
    #[command(flatten)]
    person: Person,
    /// Add the users of this workbook (.xlsx, .xls, .ods) or CSV file, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Fill a field from a column, given by header or letter; `COLUMN=` ignores the column
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = filled, conflicts_with = "email")]
    map: Vec<String>,
    /// The worksheet to read [default: the one that contains users]
    #[arg(long, value_name = "NAME", value_parser = filled, conflicts_with = "email")]
    sheet: Option<String>,
    /// The row of the headers, as a spreadsheet numbers it [default: the one that names the most
    /// fields]
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "email")]
    header_row: Option<u32>,
    /// The encoding of a text file, such as windows-1254; needed only where the file does not state
    /// it
    #[arg(long, value_name = "NAME", conflicts_with = "email")]
    encoding: Option<Encoding>,
    /// Treat warnings as errors
    #[arg(long, conflicts_with = "email")]
    strict: bool,
    /// Add the new users to this group; existing users do not change
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    group: Vec<String>,
    /// Add users of the file with e-mail addresses of these domains only [default: most users must have a domain of
    /// the customer's active users]
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',', value_parser = filled, conflicts_with = "email")]
    domains: Vec<String>,
    /// Show which users of the file would be added, and write nothing
    #[arg(long, conflicts_with_all = ["email", "yes"])]
    dry_run: bool,
    /// Add the users of the file without asking
    #[arg(long, conflicts_with = "email")]
    yes: bool,
    /// Save added.csv, rejected.csv, duplicates.csv and report.json in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["email", "dry_run"])]
    report: Option<PathBuf>,
}

pub(super) async fn run(global: &GlobalOptions, arguments: Arguments, hint: &ResumeHint) -> Result {
    let Arguments {
        person,
        from,
        map,
        sheet,
        header_row,
        encoding,
        strict,
        group,
        domains,
        dry_run,
        yes,
        report,
    } = arguments;
    match from {
        Some(file) => {
            let options = StaffListOptions {
                map,
                sheet,
                header_row,
                encoding,
                strict,
                ..StaffListOptions::default()
            };
            let list = StaffList { file, options };
            let options = file::Options {
                groups: group,
                domains,
                dry_run,
                yes,
                report,
            };
            file::run(global, &list, options, hint).await
        }
        None => person::run(global, person, group).await,
    }
}
