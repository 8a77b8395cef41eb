//! `groups list`: the user groups of a customer.

use keepnet_flows::Group;

use crate::commands::listing::ListOptions;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::Record;

pub(super) async fn run(global: &GlobalOptions, options: &ListOptions) -> Result {
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
