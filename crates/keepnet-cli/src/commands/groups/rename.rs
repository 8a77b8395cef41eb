//! `groups rename`: another name for a group.

use clap::Args;

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The group, by name or id
    #[arg(value_parser = filled)]
    group: String,
    /// The new name, at most 64 characters
    #[arg(value_parser = filled)]
    name: String,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments { group, name } = arguments;
    let company = Context::new(global).await?.company().await?;
    let group = company
        .group(group)
        .await
        .map_err(CliError::from_argument)?;
    let renamed = company.rename_group(&group, name).await;
    ui::stdout(global.output).record(&renamed.map_err(CliError::from_argument)?)?;
    Ok(ExitStatus::Done)
}
