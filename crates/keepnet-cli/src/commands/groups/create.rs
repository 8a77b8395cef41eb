//! `groups create`: a new group for a company's people.

use clap::Args;
use keepnet_flows::Priority;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its name, of at most 64 characters
    name: String,
    /// VeryLow, Low, Medium, High or VeryHigh
    #[arg(long, value_name = "PRIORITY", default_value_t)]
    priority: Priority,
}

pub(crate) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let group = company
        .create_group(&arguments.name, arguments.priority)
        .await?;
    ui::stdout(global.output).record(&group)?;
    Ok(Status::Done)
}
