//! `groups list` and `groups create`: the groups of a company's people.

use keepnet_flows::Group;

use crate::arguments::{Global, Groups};
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};

pub(crate) async fn run(global: &Global, command: &Groups) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let output = output::stdout(global.output);
    match command {
        Groups::List => output.records(&company.groups().await?)?,
        Groups::Create { name, priority } => {
            output.record(&company.create_group(name, *priority).await?)?;
        }
    }
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
