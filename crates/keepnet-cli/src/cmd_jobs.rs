//! `jobs list` and `jobs show`: the background jobs of a company.

use keepnet_flows::{Job, JobDetail, JobFailure, JobStatus};

use crate::arguments::{Format, Global, Jobs};
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};
use crate::staff_list::{SHOWN, unshown};

pub(crate) async fn run(global: &Global, command: &Jobs) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let output = output::stdout(global.output);
    match command {
        Jobs::List => output.records(&company.jobs().await?)?,
        Jobs::Show { id } => {
            let detail = company.job(id).await?;
            match global.output {
                Format::Table => output.lines(&lines(&detail))?,
                Format::Json | Format::Ndjson => output.document(&detail)?,
                Format::Csv => output.records(&detail.failures)?,
            }
        }
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
    for failure in detail.failures.iter().take(SHOWN) {
        let field = failure.field.as_deref().unwrap_or("the row");
        let (number, message) = (failure.number, &failure.message);
        lines.push(format!("  failed row {number}, {field}: {message}"));
    }
    lines.extend(unshown(detail.failures.len() as u64));
    lines
}

fn in_words(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Waiting => "waiting",
        JobStatus::Started => "started",
        JobStatus::Running => "running",
        JobStatus::Completed => "completed",
        JobStatus::Failed => "failed",
        _ => "unknown",
    }
}

impl Record for Job {
    const COLUMNS: &'static [&'static str] = &[
        "id", "name", "status", "progress", "created", "ended", "message",
    ];
    const IN_A_TABLE: usize = 6;

    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            self.name.clone(),
            in_words(self.status).to_owned(),
            self.progress.to_string(),
            text(&self.created),
            text(&self.ended),
            text(&self.message),
        ]
    }
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
