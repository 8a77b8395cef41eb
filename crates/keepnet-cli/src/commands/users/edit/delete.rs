//! `users delete`: delete users, which cannot be undone.

use clap::Args;
use keepnet_flows::UserEdit;

use crate::commands::people::{Consent, People};
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    consent: Consent,
}

pub(crate) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let Arguments { people, consent } = arguments;
    let emails = people.emails()?;
    people.ensure_confirmable(consent, "deleting users")?;
    let company = Context::new(global).await?.company().await?;
    let ask = Some(("delete", consent));
    let change = people.change(global.output, &company, UserEdit::Delete, emails, ask);
    change.await
}
