//! `groups list`: the user groups of a customer.

use keepnet_flows::{Company, Group};

use crate::commands::company_list::CompanyList;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;
use crate::ui::{Column, Record};

pub(super) async fn run(global: &GlobalOptions, list: &CompanyList, hint: &ResumeHint) -> Result {
    let fetch = |company: Company| async move { company.groups().await };
    list.print(global, hint, fetch).await
}

impl Record for Group {
    const COLUMNS: &'static [Column] = &[
        Column::whole("id"),
        Column::name("name"),
        Column::whole("priority"),
        Column::whole("created"),
        Column::whole("editable"),
    ];
    const UNSORTED: &'static [&'static str] = &["created"];
    const NONE: &'static str = "the customer has no groups";
}
