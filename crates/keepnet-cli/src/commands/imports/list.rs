//! `imports list`: the imports and synchronizations that have a ticket.

use std::path::PathBuf;

use clap::Args;

use super::ticket_summary::TicketSummary;
use super::unreadable::warn_unreadable;
use crate::commands::listing::ListOptions;
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::Result;

const AFTER_HELP: &str = "\
Examples:
  keepnet imports list
  keepnet imports list --open --output json

A ticket that cannot be read is shown as a warning, and the exit code is then 5.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Only imports and synchronizations that are not finished
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    options: ListOptions,
    /// The folder for import tickets [default: imports in KEEPNET_STATE_DIR, or in the system's
    /// folder for program state]
    #[arg(long, value_name = "DIR")]
    tickets: Option<PathBuf>,
}

pub(super) fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    arguments.options.columns::<TicketSummary>(global.output)?;
    let folder = ticket_folder(arguments.tickets.as_deref())?;
    let (mut summaries, unreadable) = TicketSummary::of_folder(&folder)?;
    summaries.retain(|it| !arguments.open || !it.is_finished());
    let options = &arguments.options;
    if unreadable.is_empty() {
        return options.print(global.output, summaries);
    }
    let status = options.print_incomplete(global.output, summaries)?;
    warn_unreadable(&unreadable);
    Ok(status)
}
