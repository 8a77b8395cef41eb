//! `groups delete`: delete a group, whose users stay.

use clap::Args;

use super::group_argument::GroupArgument;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    group: GroupArgument,
    /// Find the group, and delete nothing
    #[arg(long)]
    dry_run: bool,
    /// Delete it without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments {
        group,
        dry_run,
        yes,
    } = arguments;
    let hint = "add --yes to delete it, or --dry-run to see what would be deleted";
    ui::ensure_confirmable(*yes || *dry_run, "deleting a group", hint)?;
    let company = Context::new(global).await?.company().await?;
    let group = group.find(&company).await?;
    if !dry_run {
        if !yes {
            let question = format!("delete the group {:?} of {company}?", group.name);
            ui::require_confirmation(&question).await?;
        }
        let deleted = company.delete_group(&group).await;
        deleted.map_err(CliError::from_argument)?;
    }
    ui::stdout(global.output).record(&group)?;
    Ok(ExitStatus::Done)
}
