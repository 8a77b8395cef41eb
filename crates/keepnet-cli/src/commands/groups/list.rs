//! `groups list`: the user groups of a customer.

use keepnet_flows::{Company, Group};

use crate::commands::company_list::CompanyList;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::ui::Record;

pub(super) async fn run(global: &GlobalOptions, list: &CompanyList) -> Result {
    let fetch = |company: Company| async move { company.groups().await };
    list.print(global, fetch).await
}

impl Record for Group {
    const COLUMNS: &'static [&'static str] = &["id", "name", "priority", "created", "editable"];
    const UNSORTED: &'static [&'static str] = &["created"];
    const NONE: &'static str = "the customer has no groups";
}
