//! `companies list`: the customers of the reseller.

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::CompanySummary;

use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, Record};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only customers whose name contains this text
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    search: Option<String>,
    /// Only customers with more users than their licence covers
    #[arg(long)]
    over_limit: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let mut search = context.reseller().await?.companies();
    if let Some(text) = &arguments.search {
        search = search.search(text);
    }
    if arguments.over_limit {
        search = search.over_limit();
    }
    let mut companies = search.stream();
    let mut list = ui::stdout(global.output).list::<CompanySummary>()?;
    while let Some(company) = companies.try_next().await? {
        list.push(&company)?;
    }
    list.finish(None)?;
    Ok(ExitStatus::Done)
}

impl Record for CompanySummary {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "target_user_count",
        "user_limit",
        "license_end",
        "reseller",
        "industry",
        "license_type",
        "inactive_user_count",
        "deleted_user_count",
        "license_expired",
        "created",
    ];
    const TABLE_COLUMNS: usize = 5;
    const NONE: &'static str = "no customers match";
}
