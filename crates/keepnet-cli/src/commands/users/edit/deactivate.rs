//! `users deactivate`: pause the trainings and simulations of users.

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
    let edit = async |_: &_| Ok(UserEdit::Deactivate);
    people
        .change(global, hint, "deactivate", "deactivating users", edit)
        .await
}
