//! `jobs list`: the background jobs of a customer.

use keepnet_flows::Job;

use crate::commands::listing::ListOptions;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::Record;

pub(super) async fn run(global: &GlobalOptions, options: &ListOptions) -> Result {
    options.columns::<Job>(global.output)?;
    let context = Context::new(global).await?;
    let company = context.company().await?;
    options.print(global.output, company.jobs().await?)?;
    Ok(ExitStatus::Done)
}

impl Record for Job {
    const COLUMNS: &'static [&'static str] = &[
        "id", "name", "status", "progress", "created", "ended", "message",
    ];
    const TABLE_COLUMNS: usize = 6;
    const UNSORTED: &'static [&'static str] = &["created", "ended"];
    const NONE: &'static str = "the customer has no jobs";
}
