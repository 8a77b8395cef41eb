//! `groups add`: put users into a group.

use clap::Args;
use keepnet_flows::UserEdit;

use crate::commands::people::People;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Result};
use crate::text::filled;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The group, by name or id
    #[arg(value_parser = filled)]
    group: String,
    #[command(flatten)]
    people: People,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments { group, people } = arguments;
    let emails = people.emails()?;
    let company = Context::new(global).await?.company().await?;
    let group = company
        .group(group)
        .await
        .map_err(CliError::from_argument)?;
    let edit = UserEdit::AddToGroup(group);
    let ask = None;
    people
        .change(global.output, &company, edit, emails, ask)
        .await
}
