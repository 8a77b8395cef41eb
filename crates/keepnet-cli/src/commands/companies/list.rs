//! `companies list`: the customers of the reseller.

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::CompanySummary;

use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, Columns, Record};

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
    // Nothing is printed if the first page fails.
    let mut next = companies.try_next().await?;
    let columns = Columns::of::<CompanySummary>(global.output);
    let list = ui::stdout(global.output).list::<CompanySummary>(columns)?;
    let mut listing = Listing(Some(list));
    while let Some(company) = next {
        if let Some(list) = &mut listing.0 {
            list.push(&company)?;
        }
        next = companies.try_next().await?;
    }
    if let Some(list) = listing.0.take() {
        list.finish(None)?;
    }
    Ok(ExitStatus::Done)
}

/// A list that says that it is incomplete if it is dropped early: after Ctrl-C or an error.
struct Listing(Option<ui::List<ui::Stdout>>);

impl Drop for Listing {
    fn drop(&mut self) {
        if let Some(list) = self.0.take() {
            // The exit code says it, too.
            let _ = list.cut_off(None);
        }
    }
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
    const UNSORTED: &'static [&'static str] = &["license_end", "created"];
    const NONE: &'static str = "no customers match";
}
