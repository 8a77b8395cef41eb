//! `jobs list`: the background jobs of a customer.

use keepnet_flows::{Company, Job};

use crate::commands::company_list::CompanyList;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;
use crate::ui::{Column, Record};

pub(super) async fn run(global: &GlobalOptions, list: &CompanyList, hint: &ResumeHint) -> Result {
    let fetch = |company: Company| async move { company.jobs().await };
    list.print(global, hint, fetch).await
}

impl Record for Job {
    const COLUMNS: &'static [Column] = &[
        Column::whole("id"),
        Column::name("name"),
        Column::whole("status"),
        Column::whole("progress"),
        Column::whole("created"),
        Column::whole("ended"),
        Column::text("message"),
    ];
    const TABLE_COLUMNS: usize = 6;
    const UNSORTED: &'static [&'static str] = &["created", "ended"];
    const NONE: &'static str = "the customer has no jobs";
}
