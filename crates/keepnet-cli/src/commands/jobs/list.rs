//! `jobs list`: the background jobs of a customer.

use keepnet_flows::Job;

use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Record};

pub(super) async fn run(global: &GlobalOptions) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    ui::stdout(global.output).records(&company.jobs().await?)?;
    Ok(ExitStatus::Done)
}

impl Record for Job {
    const COLUMNS: &'static [&'static str] = &[
        "id", "name", "status", "progress", "created", "ended", "message",
    ];
    const TABLE_COLUMNS: usize = 6;
    const NONE: &'static str = "the customer has no jobs";
}
