//! `imports show`: one import, and how to resume it.

use std::path::PathBuf;
use std::slice;

use clap::Args;
use keepnet_flows::Ticket;
use keepnet_flows::import::TicketStep;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::ticket_summary::TicketSummary;
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, Document, Record as _, plain_text};

const AFTER_HELP: &str = "\
Examples:
  keepnet imports show 0a1b2c3d
  keepnet imports show 0a1b2c3d --output json";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The id of the ticket, as `imports list` prints it
    #[arg(value_parser = filled)]
    id: String,
    /// The folder for import tickets [default: imports in KEEPNET_STATE_DIR, or in the system's
    /// folder for program state]
    #[arg(long, value_name = "DIR")]
    tickets: Option<PathBuf>,
}

pub(super) fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let folder = ticket_folder(arguments.tickets.as_deref())?;
    let ticket = folder
        .find(&arguments.id)
        .map_err(CliError::from_argument)?;
    let summary = TicketSummary::of(&ticket);
    let shown = ShownTicket {
        summary: &summary,
        ticket: &ticket,
    };
    ui::stdout(global.output).report(
        &Document::complete(&shown),
        slice::from_ref(&summary),
        || lines(&summary, &ticket),
    )?;
    if !ticket.is_finished() {
        let id = &ticket.id;
        ui::print_message(&format!(
            "hint: resume it with: keepnet users import --resume {id}"
        ));
    }
    Ok(ExitStatus::Done)
}

/// An import with its whole ticket. Of the people, the ticket contains counts and row numbers only.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ShownTicket<'a> {
    #[serde(flatten)]
    summary: &'a TicketSummary,
    /// The ticket, as its file contains it.
    ticket: &'a Ticket,
}

fn lines(summary: &TicketSummary, ticket: &Ticket) -> Vec<String> {
    let names = TicketSummary::COLUMNS.iter().zip(summary.cells());
    let mut lines: Vec<String> = names
        .map(|(column, cell)| format!("{}: {cell}", column.label()))
        .collect();
    let step = json!(ticket.step);
    lines.push(format!("step: {}", plain_text(&step["name"])));
    lines.push(format!("mode: {}", plain_text(&json!(ticket.mode))));
    if !ticket.groups.is_empty() {
        lines.push(format!("groups: {}", ticket.groups.join(", ")));
    }
    for column in ticket.mapping.columns() {
        let (letter, header, field) = (column.letter(), column.column(), column.field());
        lines.push(format!("column {letter} \"{header}\" -> {field}"));
    }
    if let TicketStep::Done { receipt } = &ticket.step {
        lines.push(receipt.to_string());
    }
    lines
}
