//! `users add`: one person, or the people of a file.

use std::path::PathBuf;

use clap::Args;
use keepnet_flows::Priority;

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
    /// Put the people who are added into this group; those who are there already are left as they are
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) group: Vec<String>,
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
