//! `users activate`: end a pause of trainings and simulations.

use keepnet_flows::UserEdit;

use crate::commands::people::People;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::ResumeHint;

pub(crate) async fn run(global: &GlobalOptions, people: &People, hint: &ResumeHint) -> Result {
    people
        .change(global, hint, async |_| Ok(UserEdit::Activate))
        .await
}
