//! `groups rename`: another name for a group.

use clap::Args;

use super::group_argument::GroupArgument;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    group: GroupArgument,
    /// The new name, at most 64 characters
    #[arg(value_parser = filled)]
    name: String,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments { group, name } = arguments;
    let company = Context::new(global).await?.company().await?;
    let group = group.find(&company).await?;
    let renamed = company.rename_group(&group, name).await;
    ui::stdout(global.output).record(&renamed.map_err(CliError::from_argument)?)?;
    Ok(ExitStatus::Done)
}
