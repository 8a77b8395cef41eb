//! `groups create`: a new user group.

use clap::Args;
use keepnet_flows::Priority;

use crate::commands::priority::PriorityParser;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The name, at most 64 characters
    #[arg(value_parser = filled)]
    name: String,
    /// The priority of its users
    #[arg(long, value_name = "PRIORITY", value_parser = PriorityParser, default_value_t)]
    priority: Priority,
}

pub(super) async fn run(
    global: &GlobalOptions,
    Arguments { name, priority }: &Arguments,
) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let group = company.create_group(name, *priority).await?;
    ui::stdout(global.output).record(&group)?;
    Ok(ExitStatus::Done)
}
