//! `users add`: one person, or the people of a file, one by one.

mod file;
mod outcome;
mod person;

use std::path::PathBuf;

use clap::Args;

use super::staff_list::StaffList;
use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};
use person::Person;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("who").required(true).args(["email", "from"]))]
pub(crate) struct Arguments {
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
    /// Put the people who are added into this group; those who are there already are left as they are
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) group: Vec<String>,
    /// Add the people of the file without asking
    #[arg(long, conflicts_with = "email")]
    pub(crate) yes: bool,
}

pub(crate) async fn run(global: &GlobalOptions, wanted: Arguments) -> Result<Status, Failure> {
    let Arguments {
        person,
        from,
        map,
        sheet,
        group,
        yes,
    } = wanted;
    match from {
        Some(file) => {
            let from = StaffList {
                file,
                map,
                sheet,
                ..StaffList::default()
            };
            file::run(global, &from, group, yes).await
        }
        None => person::run(global, person, group).await,
    }
}
