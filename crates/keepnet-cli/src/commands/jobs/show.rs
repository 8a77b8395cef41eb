//! `jobs show`: one background job, and the rows that failed in it.

use clap::Args;
use keepnet_flows::{Job, JobDetail, JobFailure};

use super::status::in_words;
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Format, Record, problem_lines};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its id, as `jobs list` shows it
    id: String,
}

pub(crate) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let detail = context.company().await?.job(&arguments.id).await?;
    let output = ui::stdout(global.output);
    match global.output {
        Format::Table => output.lines(&lines(&detail))?,
        Format::Json | Format::Ndjson => output.document(&detail)?,
        Format::Csv => output.records(&detail.failures)?,
    }
    Ok(Status::Done)
}

fn lines(detail: &JobDetail) -> Vec<String> {
    let Job {
        name,
        status,
        progress,
        message,
        ..
    } = &detail.job;
    let mut lines = vec![format!("{name}: {}, {progress} %", in_words(*status))];
    lines.extend(message.clone());
    for process in &detail.processes {
        let (done, total) = (process.done, process.total);
        lines.push(format!("  {}: {done} of {total}", process.name));
    }
    let failures = detail.failures.iter().map(|failure| {
        let field = failure.field.as_deref().unwrap_or("the row");
        format!(
            "  failed row {}, {field}: {}",
            failure.number, failure.message
        )
    });
    lines.extend(problem_lines(failures, detail.failures.len() as u64));
    lines
}

impl Record for JobFailure {
    const COLUMNS: &'static [&'static str] = &["number", "field", "message"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.field.clone().unwrap_or_default(),
            self.message.clone(),
        ]
    }
}
