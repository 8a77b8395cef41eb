//! `groups list`: the groups of a company's people.

use keepnet_flows::Group;

use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Record};

pub(crate) async fn run(global: &GlobalOptions) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    ui::stdout(global.output).records(&company.groups().await?)?;
    Ok(Status::Done)
}

impl Record for Group {
    const COLUMNS: &'static [&'static str] = &["id", "name", "priority", "created", "editable"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.name.clone(),
            self.priority.clone().unwrap_or_default(),
            self.created.clone().unwrap_or_default(),
            self.editable.to_string(),
        ]
    }
}
