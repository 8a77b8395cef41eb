//! `jobs list`: the background jobs of a company.

use keepnet_flows::Job;

use super::status::in_words;
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Record};

pub(crate) async fn run(global: &GlobalOptions) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    ui::stdout(global.output).records(&company.jobs().await?)?;
    Ok(Status::Done)
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
