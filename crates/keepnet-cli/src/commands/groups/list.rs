//! `groups list`: the user groups of a customer.

use clap::Args;
use futures::TryFutureExt as _;
use futures::stream::{self, StreamExt as _};
use keepnet_flows::{Company, Group};

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
            let groups = async move { company.groups().await };
            let groups = groups.map_ok(|groups| stream::iter(groups).map(Ok));
            groups.try_flatten_stream()
        };
        return print_each::<Group, _>(global, &selection, list).await;
    }
    options.columns::<Group>(global.output)?;
    let context = Context::new(global).await?;
    let company = context.company().await?;
    options.print(global.output, company.groups().await?)?;
    Ok(ExitStatus::Done)
}

impl Record for Group {
    const COLUMNS: &'static [&'static str] = &["id", "name", "priority", "created", "editable"];
    const UNSORTED: &'static [&'static str] = &["created"];
    const NONE: &'static str = "the customer has no groups";
}
