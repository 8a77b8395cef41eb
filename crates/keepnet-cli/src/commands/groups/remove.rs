//! `groups remove`: take users out of a group.

use clap::Args;
use keepnet_flows::UserEdit;

use crate::commands::people::{Consent, People};
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
    #[command(flatten)]
    consent: Consent,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments {
        group,
        people,
        consent,
    } = arguments;
    let emails = people.emails()?;
    people.ensure_confirmable(consent, "removing users from a group")?;
    let company = Context::new(global).await?.company().await?;
    let group = company
        .group(group)
        .await
        .map_err(CliError::from_argument)?;
    let edit = UserEdit::RemoveFromGroup(group);
    let ask = Some(("remove", consent));
    people
        .change(global.output, &company, edit, emails, ask)
        .await
}
