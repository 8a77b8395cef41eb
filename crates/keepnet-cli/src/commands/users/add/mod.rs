//! `users add`: one user, or the users of a file, one after the other.

mod file;
mod outcome;
mod person;

use std::path::PathBuf;

use clap::Args;

use super::staff_list::{StaffList, StaffListOptions};
use crate::config::GlobalOptions;
use crate::exit::Result;
use person::Person;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("who").required(true).args(["email", "from"]))]
pub(crate) struct Arguments {
    #[command(flatten)]
    person: Person,
    /// Add the users of this workbook (.xlsx, .xls, .ods) or CSV file
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Fill a field from a column, given by header or letter; `COLUMN=` ignores the column
    #[arg(long, value_name = "COLUMN=FIELD", conflicts_with = "email")]
    map: Vec<String>,
    /// The worksheet to read [default: the one that contains users]
    #[arg(long, value_name = "NAME", conflicts_with = "email")]
    sheet: Option<String>,
    /// Add the new users to this group; existing users do not change
    #[arg(long, value_name = "NAME|ID")]
    group: Vec<String>,
    /// Add the users of the file without asking
    #[arg(long, conflicts_with = "email")]
    yes: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: Arguments) -> Result {
    let Arguments {
        person,
        from,
        map,
        sheet,
        group,
        yes,
    } = arguments;
    match from {
        Some(file) => {
            let options = StaffListOptions {
                map,
                sheet,
                ..StaffListOptions::default()
            };
            file::run(global, &StaffList { file, options }, group, yes).await
        }
        None => person::run(global, person, group).await,
    }
}
