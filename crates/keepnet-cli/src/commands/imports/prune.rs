//! `imports prune`: removes the tickets of finished imports.

use std::path::PathBuf;

use clap::Args;
use keepnet_flows::Ticket;
use schemars::JsonSchema;
use serde::Serialize;

use super::unreadable::warn_unreadable;
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Column, Record};

const AFTER_HELP: &str = "\
Examples:
  keepnet imports prune
  keepnet imports prune --yes --tickets ./tickets

Tickets of imports that are not finished are kept. An import removes the tickets of those that ended
more than 30 days ago by itself. What `companies doctor` reads
of synchronizations is kept.";

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
    let found = folder.readable_tickets()?;
    let (finished, open): (Vec<Ticket>, Vec<Ticket>) =
        found.tickets.into_iter().partition(Ticket::is_finished);
    let path = folder.path().display();
    if !finished.is_empty() && !arguments.yes {
        ui::ensure_confirmable(false, "removing tickets", "add --yes to remove them")?;
        let finished = counted(finished.len() as u64, "finished import", "finished imports");
        let question = format!("remove the tickets of {finished} from {path}?");
        ui::require_confirmation(&question).await?;
    }
    for ticket in &finished {
        folder.remove(&ticket.id)?;
    }
    let pruned = Pruned {
        folder: path.to_string(),
        removed: finished.len() as u64,
        kept: open.len() as u64,
        unreadable: found.unreadable.len() as u64,
    };
    let outcome = Outcome::of_rows(found.unreadable.is_empty());
    ui::stdout(global.output).record_of(&pruned, outcome)?;
    warn_unreadable(&found.unreadable);
    Ok(outcome.status())
}

/// What `imports prune` did.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Pruned {
    /// The folder of the tickets.
    folder: String,
    /// How many tickets were removed.
    removed: u64,
    /// How many tickets of unfinished imports were kept.
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
