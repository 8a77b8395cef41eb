//! `groups add`: add users to a group.

use clap::Args;
use keepnet_flows::UserEdit;

use super::group_argument::GroupArgument;
use crate::commands::people::People;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    group: GroupArgument,
    #[command(flatten)]
    people: People,
}

pub(super) async fn run(
    global: &GlobalOptions,
    Arguments { group, people }: &Arguments,
    hint: &ResumeHint,
) -> Result {
    let edit = async |company: &_| group.find(company).await.map(UserEdit::AddToGroup);
    people.change(global, hint, edit).await
}
