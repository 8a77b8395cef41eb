//! `jobs watch`: one background job, until it ends.

use std::pin::pin;

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::{JobDetail, JobStatus};

use super::show::lines;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::filled;
use crate::ui::{self, Document, ProgressDisplay};

const AFTER_HELP: &str = "\
Examples:
  keepnet --company 'Acme LLC' jobs watch 9rKv2mXw7QpL

The exit code is 0 if the job is complete, 5 if rows have failed, 1 if the job has failed, and 6
if it makes no progress for 30 minutes. Ctrl-C stops only the waiting; the job continues.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The id of the job, as `jobs list` prints it
    #[arg(value_parser = filled)]
    id: String,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut polls = pin!(company.watch_job(&arguments.id));
    let mut display = ProgressDisplay::new();
    let mut last = None;
    while let Some(detail) = display
        .wait(polls.try_next())
        .await
        .map_err(CliError::from_id)?
    {
        show(&mut display, &detail);
        last = Some(detail);
    }
    drop(display);
    let Some(detail) = last else {
        return Err(CliError::failed("the service did not show the job"));
    };
    let outcome = match detail.job.status {
        JobStatus::Failed => Outcome::IncompleteJob,
        _ => Outcome::of_rows(detail.row_problems.is_empty()),
    };
    let document = Document::new(&detail, outcome);
    ui::stdout(global.output).report(&document, &detail.row_problems, || lines(&detail))?;
    Ok(outcome.status())
}

/// Shows the process that is under way, or else the progress of the job.
fn show(display: &mut ProgressDisplay, detail: &JobDetail) {
    let mut processes = detail.processes.iter();
    match processes.find(|process| !process.finished && process.total > 0) {
        Some(process) => display.update(&process.name, process.done, Some(process.total)),
        None => display.update(&detail.job.name, detail.job.progress.into(), Some(100)),
    }
}
