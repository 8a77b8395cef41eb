//! `jobs list`: the background jobs of a customer.

use clap::Args;
use futures::TryFutureExt as _;
use futures::stream::{self, StreamExt as _};
use keepnet_flows::{Company, Job};

use crate::commands::listing::ListOptions;
use crate::commands::many::{ManyCustomers, print_each};
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::Record;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    options: ListOptions,
    #[command(flatten)]
    customers: ManyCustomers,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let options = &arguments.options;
    if let Some(selection) = arguments.customers.selection(global)? {
        options.refuse_with_many()?;
        let list = |company: Company| {
            let jobs = async move { company.jobs().await };
            let jobs = jobs.map_ok(|jobs| stream::iter(jobs).map(Ok));
            jobs.try_flatten_stream()
        };
        return print_each::<Job, _>(global, &selection, list).await;
    }
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
