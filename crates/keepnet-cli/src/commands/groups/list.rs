//! `groups list`: the user groups of a customer.

use keepnet_flows::Group;

use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Record};

pub(super) async fn run(global: &GlobalOptions) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    ui::stdout(global.output).records(&company.groups().await?)?;
    Ok(ExitStatus::Done)
}

impl Record for Group {
    const COLUMNS: &'static [&'static str] = &["id", "name", "priority", "created", "editable"];
    const NONE: &'static str = "the customer has no groups";
}
