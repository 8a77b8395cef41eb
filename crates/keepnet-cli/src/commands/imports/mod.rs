//! `imports`: the tickets of imports and synchronizations, which this computer keeps.

mod list;
mod prune;
mod show;
mod ticket_summary;
mod unreadable;

pub(super) use prune::Pruned;
pub(super) use show::ShownTicket;
pub(super) use ticket_summary::TicketSummary;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the imports and synchronizations that have a ticket, the newest first
    List(list::Arguments),
    /// Show one import or synchronization, and how to resume it
    Show(show::Arguments),
    /// Remove the tickets of finished imports and synchronizations
    Prune(prune::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => list::run(global, &arguments),
            Command::Show(arguments) => show::run(global, &arguments),
            Command::Prune(arguments) => prune::run(global, &arguments).await,
        }
    }
}
