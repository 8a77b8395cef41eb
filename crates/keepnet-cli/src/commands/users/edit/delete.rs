//! `users delete`: delete users, which cannot be undone.

use keepnet_flows::UserEdit;

use crate::commands::people::ConfirmedPeople;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;

pub(crate) async fn run(
    global: &GlobalOptions,
    people: &ConfirmedPeople,
    hint: &ResumeHint,
) -> Result {
    let edit = async |_: &_| Ok(UserEdit::Delete);
    people
        .change(global, hint, "delete", "deleting users", edit)
        .await
}
