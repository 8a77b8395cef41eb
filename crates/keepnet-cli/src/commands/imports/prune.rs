//! `imports prune`: removes the tickets of what is finished.

use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::ticket_summary::TicketSummary;
use super::unreadable::warn_unreadable;
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Column, Record};

const AFTER_HELP: &str = "\
Examples:
  keepnet imports prune
  keepnet imports prune --yes --tickets ./tickets

Tickets of imports and synchronizations that are not finished are kept. An import removes the
tickets of imports that ended more than 30 days ago by itself. What `companies doctor` reads of
synchronizations is kept.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Remove the tickets without asking
    #[arg(long)]
    yes: bool,
    /// The folder for import tickets [default: imports in KEEPNET_STATE_DIR, or in the system's
    /// folder for program state]
    #[arg(long, value_name = "DIR")]
    tickets: Option<PathBuf>,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let folder = ticket_folder(arguments.tickets.as_deref())?;
    let (tickets, unreadable) = TicketSummary::of_folder(&folder)?;
    let (finished, open): (Vec<_>, Vec<_>) =
        tickets.into_iter().partition(TicketSummary::is_finished);
    let path = folder.path().display();
    if !finished.is_empty() && !arguments.yes {
        ui::ensure_confirmable(false, "removing tickets", "add --yes to remove them")?;
        let tickets = counted(
            finished.len() as u64,
            "ticket of a finished import or synchronization",
            "tickets of finished imports and synchronizations",
        );
        let question = format!("remove {tickets} from {path}?");
        ui::require_confirmation(&question).await?;
    }
    for ticket in &finished {
        folder.remove(ticket.id())?;
    }
    let pruned = Pruned {
        folder: path.to_string(),
        removed: finished.len() as u64,
        kept: open.len() as u64,
        unreadable: unreadable.len() as u64,
    };
    let outcome = Outcome::of_rows(unreadable.is_empty());
    ui::stdout(global.output).record_of(&pruned, outcome)?;
    warn_unreadable(&unreadable);
    Ok(outcome.status())
}

/// What `imports prune` did.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Pruned {
    /// The folder of the tickets.
    folder: String,
    /// How many tickets were removed.
    removed: u64,
    /// How many tickets were kept, because what they belong to is not finished.
    kept: u64,
    /// How many tickets were kept because they cannot be read.
    unreadable: u64,
}

impl Record for Pruned {
    const COLUMNS: &'static [Column] = &[
        Column::text("folder"),
        Column::whole("removed"),
        Column::whole("kept"),
        Column::whole("unreadable"),
    ];
}
