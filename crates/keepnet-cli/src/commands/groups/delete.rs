//! `groups delete`: delete a group, whose users stay.

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
    /// Find the group, and delete nothing
    #[arg(long)]
    dry_run: bool,
    /// Delete it without asking
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments {
        group,
        dry_run,
        yes,
    } = arguments;
    if !(*yes || *dry_run || ui::is_interactive()) {
        let problem = "deleting a group needs a confirmation, and no question can be asked";
        return Err(CliError::usage(problem)
            .with_hint("add --yes to delete it, or --dry-run to see what would be deleted"));
    }
    let company = Context::new(global).await?.company().await?;
    let group = company
        .group(group)
        .await
        .map_err(CliError::from_argument)?;
    if !dry_run {
        let question = format!("delete the group {:?} of {company}?", group.name);
        if !yes && !ui::confirm(&question).await? {
            return Err(CliError::failed("not confirmed; nothing was written"));
        }
        let deleted = company.delete_group(&group).await;
        deleted.map_err(CliError::from_argument)?;
    }
    ui::stdout(global.output).record(&group)?;
    Ok(ExitStatus::Done)
}
