//! `billing snapshot`: the usage of all customers, saved to a file.

use std::path::PathBuf;
use std::slice;

use clap::Args;
use keepnet_flows::{Error, ErrorKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::file::{self, UsageFormat};
use crate::commands::ordinary_file::ensure_replaceable;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::interrupt::{Reached, ResumeHint};
use crate::text::{counted, filled};
use crate::ui::{self, Column, Document, Record, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The month of the monthly figures, such as 2026-11 [default: the current one, in UTC]
    #[arg(long, value_name = "YYYY-MM", value_parser = filled)]
    month: Option<String>,
    /// Where to save the usage: a name that ends with .json, .csv or .xlsx
    #[arg(short = 'o', value_name = "FILE")]
    file: PathBuf,
    /// Replace FILE if it exists
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(
    global: &GlobalOptions,
    arguments: &Arguments,
    hint: &ResumeHint,
) -> Result {
    hint.set_reached(Reached::NoFile);
    let path = &arguments.file;
    let format = UsageFormat::of(path)?;
    ensure_replaceable(path, arguments.force)?;
    file::ensure_writable(path)?;
    let context = Context::new(global).await?;
    let reseller = context.reseller().await?;
    let snapshot = reseller.billing_snapshot(arguments.month.as_deref()).await;
    let snapshot = snapshot.map_err(incomplete)?;
    let bytes = file::save(&snapshot, path, format, arguments.force)?;
    let saved = SavedUsage {
        file: path.display().to_string(),
        month: snapshot.month.clone(),
        companies: snapshot.companies.len() as u64,
        read_at: snapshot.read_at.clone(),
        bytes,
    };
    let line = || {
        let customers = counted(saved.companies, "customer", "customers");
        let (file, month, read_at) = (&saved.file, &saved.month, &saved.read_at);
        vec![format!(
            "{file}: {customers}, month {month}, read at {read_at}"
        )]
    };
    let document = Document::complete(&saved);
    ui::stdout(global.output).report(&document, slice::from_ref(&saved), line)?;
    if saved.companies == 0 {
        print_message("warning: the file has no customer: the account has none");
    }
    Ok(ExitStatus::Done)
}

/// A list that is not whole is no failure of the program: a part came, and nothing was saved.
fn incomplete(error: Error) -> CliError {
    match error.kind() {
        ErrorKind::Conflict | ErrorKind::Protocol => {
            let hint = error.hint().unwrap_or("run it again").to_owned();
            CliError::new(
                ExitStatus::Partial,
                format!("incomplete, no file was written: {}", error.problem()),
            )
            .with_code("incomplete")
            .with_hint(hint)
            .with_source(error)
        }
        _ => CliError::from_argument(error),
    }
}

/// A saved snapshot, as `billing snapshot --output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct SavedUsage {
    /// Where the file is.
    file: String,
    /// The month of the monthly figures.
    month: String,
    /// How many customers are in it.
    companies: u64,
    /// When the usage was read, in RFC 3339. It is not in the file, so that two files of the same usage
    /// are the same.
    read_at: String,
    /// The size of the file in bytes.
    bytes: u64,
}

impl Record for SavedUsage {
    const COLUMNS: &'static [Column] = &[
        Column::text("file"),
        Column::whole("month"),
        Column::whole("companies"),
        Column::whole("read_at"),
        Column::whole("bytes"),
    ];
}
