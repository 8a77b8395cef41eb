//! `imports show`: one import or synchronization, and how to resume it.

use std::path::PathBuf;
use std::slice;

use clap::Args;
use keepnet_flows::import::TicketStep;
use keepnet_flows::{Error, SyncStep, SyncTicket, Ticket, TicketFolder};
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
    let ticket = find(&folder, &arguments.id).map_err(CliError::from_argument)?;
    let summary = match &ticket {
        AnyTicket::Import(ticket) => TicketSummary::of_import(ticket),
        AnyTicket::Sync(ticket) => TicketSummary::of_sync(ticket),
    };
    let shown = ShownTicket {
        summary: &summary,
        ticket: &ticket,
    };
    ui::stdout(global.output).report(
        &Document::complete(&shown),
        slice::from_ref(&summary),
        || lines(&summary, &ticket),
    )?;
    if !summary.is_finished() {
        let command = summary.resume_command();
        ui::print_message(&format!("hint: resume it with: {command}"));
    }
    Ok(ExitStatus::Done)
}

/// The ticket of an import, or of a synchronization.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum AnyTicket {
    Import(Box<Ticket>),
    Sync(Box<SyncTicket>),
}

/// The ticket with this id; those of imports and of synchronizations have no id in common.
fn find(folder: &TicketFolder, id: &str) -> Result<AnyTicket, Error> {
    Ok(match SyncTicket::is_id(id) {
        true => AnyTicket::Sync(Box::new(folder.find_sync(id)?)),
        false => AnyTicket::Import(Box::new(folder.find(id)?)),
    })
}

/// An import or a synchronization with its whole ticket. Of the people, the ticket of an import contains
/// counts and row numbers only, and that of a synchronization also ids and digests.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ShownTicket<'a> {
    #[serde(flatten)]
    summary: &'a TicketSummary,
    /// The ticket, as its file contains it.
    ticket: &'a AnyTicket,
}

fn lines(summary: &TicketSummary, ticket: &AnyTicket) -> Vec<String> {
    let names = TicketSummary::COLUMNS.iter().zip(summary.cells());
    let mut lines: Vec<String> = names
        .map(|(column, cell)| format!("{}: {cell}", column.label()))
        .collect();
    let (step, mapping) = match ticket {
        AnyTicket::Import(ticket) => (json!(ticket.step), &ticket.mapping),
        AnyTicket::Sync(ticket) => (json!(ticket.step), &ticket.plan.mapping),
    };
    lines.push(format!("step: {}", plain_text(&step["name"])));
    let groups = match ticket {
        AnyTicket::Import(ticket) => {
            lines.push(format!("mode: {}", plain_text(&json!(ticket.mode))));
            &ticket.groups
        }
        AnyTicket::Sync(ticket) => &ticket.plan.options.groups,
    };
    if !groups.is_empty() {
        lines.push(format!("groups: {}", groups.join(", ")));
    }
    for column in mapping.columns() {
        let (letter, header, field) = (column.letter(), column.column(), column.field());
        lines.push(format!("column {letter} \"{header}\" -> {field}"));
    }
    let receipt = match ticket {
        AnyTicket::Import(ticket) => match &ticket.step {
            TicketStep::Done { receipt } => Some(receipt.to_string()),
            _ => None,
        },
        AnyTicket::Sync(ticket) => match &ticket.step {
            SyncStep::Done { receipt } => Some(receipt.to_string()),
            _ => None,
        },
    };
    lines.extend(receipt);
    lines
}
