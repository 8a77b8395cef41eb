//! `jobs show`: one background job, and its failed rows.

use clap::Args;
use keepnet_flows::{Job, JobDetail, JobRowProblem};
use serde_json::json;

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, Column, Document, Record, plain_text, problem_lines};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The id of the job, as `jobs list` prints it
    #[arg(value_parser = filled)]
    id: String,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let detail = context.company().await?.job(&arguments.id).await;
    let detail = detail.map_err(CliError::from_id)?;
    let output = ui::stdout(global.output);
    output.report(&Document::complete(&detail), &detail.row_problems, || {
        lines(&detail)
    })?;
    Ok(ExitStatus::Done)
}

pub(super) fn lines(detail: &JobDetail) -> Vec<String> {
    let Job { name, progress, .. } = &detail.job;
    let status = plain_text(&json!(detail.job.status));
    let mut lines = vec![format!("{name}: {status}, {progress} %")];
    lines.extend(detail.job.message.clone());
    for process in &detail.processes {
        let (done, total) = (process.done, process.total);
        lines.push(format!("  {}: {done} of {total}", process.name));
    }
    let problems = detail.row_problems.iter().map(|problem| {
        let (number, message) = (problem.number, &problem.message);
        let field = problem.field.as_deref().unwrap_or("the row");
        format!("  failure {number}, {field}: {message}")
    });
    lines.extend(problem_lines(problems, detail.row_problems.len() as u64));
    lines
}

impl Record for JobRowProblem {
    const COLUMNS: &'static [Column] = &[
        Column::whole("number"),
        Column::whole("field"),
        Column::text("message"),
    ];
}
