//! `groups remove`: remove users from a group.

use clap::Args;
use keepnet_flows::UserEdit;

use super::group_argument::GroupArgument;
use crate::commands::people::ConfirmedPeople;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    group: GroupArgument,
    #[command(flatten)]
    people: ConfirmedPeople,
}

pub(super) async fn run(
    global: &GlobalOptions,
    Arguments { group, people }: &Arguments,
    hint: &ResumeHint,
) -> Result {
    let edit = async |company: &_| group.find(company).await.map(UserEdit::RemoveFromGroup);
    let change = people.change(global, hint, "remove", "removing users from a group", edit);
    change.await
}
