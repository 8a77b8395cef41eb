//! `users activate`: end a pause of trainings and simulations.

use keepnet_flows::UserEdit;

use crate::commands::people::People;
use crate::config::{Context, GlobalOptions};
use crate::exit::Result;

pub(crate) async fn run(global: &GlobalOptions, people: &People) -> Result {
    let emails = people.emails()?;
    let company = Context::new(global).await?.company().await?;
    let change = people.change(global.output, &company, UserEdit::Activate, emails, None);
    change.await
}
